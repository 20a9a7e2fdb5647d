//go:build !windows

package procgroup

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// Start starts cmd, which was made with a context, in a process group of its own.
// The end of the context kills the group. release must be called after cmd.Wait.
func Start(cmd *exec.Cmd) (release func(), err error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return err
	}
	return func() {}, cmd.Start()
}
