package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"
)

// What differs between the systems: a way to end, and how a crash ends the process.
const (
	systemEnd   = "exit_group"
	systemCrash = "exit status 2" // of a process that GOTRACEBACK=crash has killed
)

// processUse is what a process has.
type processUse struct {
	threads, descriptors, mappings int
	memory                         int64
}

func (u processUse) String() string {
	return fmt.Sprintf("%d threads, %d descriptors, %d mappings, %d KB", u.threads, u.descriptors, u.mappings, u.memory>>10)
}

func measureUse() processUse {
	runtime.GC() // finalizers release memory
	debug.FreeOSMemory()
	count := func(dir string) int {
		entries, _ := os.ReadDir(dir)
		return len(entries)
	}
	maps, _ := os.ReadFile("/proc/self/maps")
	return processUse{count("/proc/self/task"), count("/proc/self/fd"), bytes.Count(maps, []byte("\n")), committed()}
}

// exceeds reports whether a process has grown.
func (u processUse) exceeds(before processUse) bool {
	// After 300 ends there were as many threads and mappings as before, and 0.8 MB more, the
	// host's own included. The host's threads come and go.
	const most = 4 << 20 // bytes
	return u.threads > before.threads+3 || u.descriptors > before.descriptors || u.mappings > before.mappings+10 || u.memory > before.memory+most
}

// checkHost uses the host's own signals and profile, and preempts a loop.
func checkHost() error {
	for _, want := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGTERM, syscall.SIGCHLD, syscall.SIGPIPE} {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, want)
		if err := syscall.Kill(os.Getpid(), want); err != nil {
			return err
		}
		select {
		case <-signals:
		case <-time.After(patience):
			return fmt.Errorf("the host got no %v", want)
		}
		signal.Stop(signals)
	}
	return checkProfile()
}
