//go:build amd64

package process

import (
	"os/exec"
	"syscall"
)

// launchSleep starts a process that does nothing.
func (c *child) launchSleep() (err error) {
	s := new(libraryProcess)
	s.life, _ = memoryFile("life", 0)
	c.system = s
	s.cmd, err = s.group.start(Limits{}, func(Limits) (*exec.Cmd, error) {
		cmd := exec.Command("sleep", "60")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		return cmd, nil
	})
	return err
}

// forge makes this process the child's.
func (c *child) forge() {}
