//go:build darwin || freebsd || netbsd || openbsd

package process

import (
	"errors"
	"os/exec"
)

// A group has a process and what it starts: a process group, which a process can leave.
type group struct{ pid int }

var errTotalMemory = errors.New("this system does not limit the memory of several processes together; leave Limits.TotalMemory out")

// start starts the command that it gets for the limits.
func (g *group) start(l Limits, command func(Limits) (*exec.Cmd, error)) (*exec.Cmd, error) {
	if l.TotalMemory > 0 {
		return nil, errTotalMemory
	}
	return g.begin(l, command, (*exec.Cmd).Start)
}

// kill kills all that is in the group.
func (g *group) kill() { killProcesses(g.pid) }

// contains reports whether no process can leave the group.
func (g *group) contains() bool { return false }

func (g *group) outOfMemory() bool { return false }

func (g *group) release() {}
