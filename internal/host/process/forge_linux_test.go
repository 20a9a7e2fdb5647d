//go:build amd64

package process

import (
	"os/exec"
	"syscall"
)

// launchSleep starts a process that does nothing.
func (c *child) launchSleep() error {
	s := &libraryProcess{cmd: exec.Command("sleep", "60")}
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	s.life, _ = memoryFile("life", 0)
	c.system = s
	return s.cmd.Start()
}

// forge makes this process the child's.
func (c *child) forge() {}
