package e2e

import (
	"bytes"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// nextTLS is constant: words in thread-local storage are given out again with each load.
func nextTLS() uintptr { return 0 }

// openHandles counts the process's descriptors.
func openHandles(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// committed is how much private memory the process has, in bytes.
func committed() int64 {
	b, err := os.ReadFile("/proc/self/smaps_rollup")
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(b) {
		if fields := bytes.Fields(line); len(fields) > 1 && string(fields[0]) == "Anonymous:" {
			n, _ := strconv.ParseInt(string(fields[1]), 10, 64)
			return n << 10
		}
	}
	return 0
}

// processThreads counts the process's threads.
func processThreads(t *testing.T) int { return processResources(t) }

func checkGone(t *testing.T, path string) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(maps, []byte(filepath.Base(path))) {
		t.Fatalf("got %s still mapped, want it unmapped", path)
	}
}

// console sends the process a signal, and waits for it.
func console(t *testing.T) {
	t.Helper()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	defer signal.Stop(signals)
	if err := syscall.Kill(os.Getpid(), syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case <-signals:
	case <-time.After(patience):
		t.Error("got no signal, want one")
	}
}
