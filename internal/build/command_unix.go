//go:build !windows

package build

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// startTree starts cmd in a process group of its own, which the end of its
// context kills as a whole: go, compilers, linkers.
func startTree(cmd *exec.Cmd) (release func(), err error) {
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
