//go:build amd64

package process

import (
	"os/exec"
	"syscall"
)

// launchSleep starts a process that does nothing.
func (c *child) launchSleep() error {
	c.cmd = exec.Command("sleep", "60")
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.life, _ = memoryFile("life", 0)
	return c.cmd.Start()
}

// forge makes this process the child's.
func (c *child) forge() {}
