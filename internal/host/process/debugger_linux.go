//go:build amd64

package process

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"
)

// awaitDebugger waits until a debugger has attached to the process, which is stopped, and lets it run.
func (s *libraryProcess) awaitDebugger(ctx context.Context, c *child, attach func(pid int)) error {
	pid := s.cmd.Process.Pid
	attach(pid)
	const pause = 20 * time.Millisecond
	for {
		status, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
		switch {
		case number(field(status, "TracerPid")) != 0:
			return syscall.Kill(pid, syscall.SIGCONT)
		case c.ended.Load():
			return c.gone()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no debugger has attached to process %d: %w", pid, context.Cause(ctx))
		case <-time.After(pause):
		}
	}
}
