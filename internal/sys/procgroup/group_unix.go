//go:build !windows

package procgroup

import (
	"errors"
	"os"
	"os/exec"
	"syscall"
)

// nice is how much less than the usual the low priority is, of 19.
const nice = 10

// start starts cmd in a process group of its own. The end of the context kills the group.
// release must be called after cmd.Wait.
func start(cmd *exec.Cmd, low bool) (release func(), err error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	if low {
		// What the command has started by now is in the group, and what it starts later inherits
		// its priority. An error is for a command that has ended.
		_ = syscall.Setpriority(syscall.PRIO_PGRP, cmd.Process.Pid, nice)
	}
	return func() {}, nil
}
