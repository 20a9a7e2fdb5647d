//go:build amd64

package process

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/host/native"
)

// forge makes this process the child's.
func (c *child) forge() { c.system = &jobProcess{process: windows.CurrentProcess()} }

const sleepVariable = "WINPLUGIN_TEST_SLEEP"

// TestSleep is the process of launchSleep.
func TestSleep(t *testing.T) {
	if os.Getenv(sleepVariable) == "" {
		t.Skip("this is a process of another test")
	}
	time.Sleep(time.Minute)
}

// launchSleep starts a process that does nothing.
func (c *child) launchSleep() (err error) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestSleep$")
	cmd.Env = append(os.Environ(), sleepVariable+"=1")
	if err := cmd.Start(); err != nil {
		return err
	}
	s := new(jobProcess)
	c.system = s
	if s.process, err = windows.OpenProcess(windows.PROCESS_ALL_ACCESS|windows.SYNCHRONIZE, false, uint32(cmd.Process.Pid)); err != nil {
		return err
	}
	if s.job, err = newJob(Limits{}); err != nil {
		return err
	}
	if s.program, err = native.NewProgram(nil, "sleep.exe"); err != nil {
		return err
	}
	return windows.AssignProcessToJobObject(s.job, s.process)
}
