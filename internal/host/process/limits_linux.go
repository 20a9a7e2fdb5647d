//go:build amd64

package process

import (
	"fmt"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// apply sets the limits of a process that has not begun to run, because it was started to be
// traced, and lets it run. It must be called by the thread that has started the process.
func (l Limits) apply(pid int) error {
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, 0, nil); err != nil || !status.Stopped() {
		return fmt.Errorf("its process did not wait for its limits (%v, %w)", status, err)
	}
	for resource, limit := range map[int]uint64{
		unix.RLIMIT_DATA:   uint64(l.Memory),
		unix.RLIMIT_CPU:    uint64((l.CPU + time.Second - 1) / time.Second),
		unix.RLIMIT_NOFILE: uint64(l.Files),
		unix.RLIMIT_CORE:   0,
	} {
		if limit == 0 && resource != unix.RLIMIT_CORE {
			continue
		}
		if err := unix.Prlimit(pid, resource, &unix.Rlimit{Cur: limit, Max: limit}, nil); err != nil {
			return fmt.Errorf("setting a limit of its process: %w", err)
		}
	}
	return syscall.PtraceDetach(pid)
}
