//go:build unix

package source

import (
	"os/exec"
	"syscall"
)

// stopWithChildren makes the end of the command's context end its compilers as
// well: they share a process group. An interrupt lets the go command remove its
// work folder; what has not ended after cmd.WaitDelay is killed.
func stopWithChildren(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error {
		return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
	}
}
