//go:build amd64

package process

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// traced reports whether the process is started to be traced, for prepare.
func (o *Options) traced() bool { return o.Limits != Limits{} || o.Debugger != nil }

// prepare sets the limits of a process that has not begun to run, because it was started to be
// traced, and lets it run, or stops it for a debugger. It must be called by the thread that has
// started the process.
func (o *Options) prepare(pid int) error {
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, 0, nil); err != nil || !status.Stopped() {
		return fmt.Errorf("its process did not wait for its limits (%v, %w)", status, err)
	}
	if o.Limits != (Limits{}) {
		if err := o.Limits.apply(pid); err != nil {
			return err
		}
	}
	if o.Debugger == nil {
		return syscall.PtraceDetach(pid)
	}
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_PTRACE, syscall.PTRACE_DETACH, uintptr(pid), 0, uintptr(syscall.SIGSTOP), 0, 0); errno != 0 {
		return errno
	}
	return nil
}

// apply sets the limits of a process.
func (l Limits) apply(pid int) error {
	processes := uint64(0)
	if l.Processes > 0 {
		n, err := tasks(os.Getuid())
		if err != nil {
			return err
		}
		processes = n + uint64(l.Processes)
	}
	for resource, limit := range map[int]uint64{
		unix.RLIMIT_DATA:   uint64(l.Memory),
		unix.RLIMIT_CPU:    uint64((l.CPU + time.Second - 1) / time.Second),
		unix.RLIMIT_NOFILE: uint64(l.Files),
		unix.RLIMIT_NPROC:  processes,
		unix.RLIMIT_CORE:   0,
	} {
		if limit == 0 && resource != unix.RLIMIT_CORE {
			continue
		}
		if err := unix.Prlimit(pid, resource, &unix.Rlimit{Cur: limit, Max: limit}, nil); err != nil {
			return fmt.Errorf("setting a limit of its process: %w", err)
		}
	}
	return nil
}
