package process

import (
	"errors"
	"fmt"
	"os/exec"

	"github.com/RamanSharma100/go-winplugin/internal/sys/cgroup"
)

// A group has a process and all that it starts: a control group, if this process may make one, and else
// a process group, which a process can leave.
type group struct {
	control *cgroup.Group // nil: there is none
	pid     int           // of the process, and of its process group
}

// start starts the command that it gets for the limits that remain to be set.
func (g *group) start(l Limits, command func(Limits) (*exec.Cmd, error)) (*exec.Cmd, error) {
	control, err := cgroup.New(cgroup.Limits{Memory: l.TotalMemory, Processes: withFirst(l.Processes)})
	if err == nil {
		var cmd *exec.Cmd
		if cmd, err = g.startIn(control, l, command); err == nil {
			g.control = control
			return cmd, nil
		}
		control.Remove()
	}
	if l.TotalMemory > 0 {
		return nil, fmt.Errorf("no control group can limit its memory (%w); allow this program to make control groups, as docs/isolation.md says, or leave Limits.TotalMemory out", err)
	}
	return g.begin(l, command, (*exec.Cmd).Start)
}

var errNoController = errors.New("the kernel does not offer that limit in the group of this process")

func (g *group) startIn(control *cgroup.Group, l Limits, command func(Limits) (*exec.Cmd, error)) (*exec.Cmd, error) {
	set := control.Limits()
	if set.Memory != l.TotalMemory {
		return nil, errNoController
	}
	l.TotalMemory = 0
	if set.Processes > 0 {
		l.Processes = 0
	}
	return g.begin(l, command, control.Start)
}

// withFirst is the number with the first thread of the process.
func withFirst(processes int) int {
	if processes > 0 {
		processes++
	}
	return processes
}

// kill kills all that is in the group. The number of the process must still be its own.
func (g *group) kill() {
	if g.control != nil {
		g.control.Kill()
	}
	killProcesses(g.pid)
}

// contains reports whether no process can leave the group.
func (g *group) contains() bool { return g.control != nil }

// outOfMemory reports whether a process was killed because of Limits.TotalMemory.
func (g *group) outOfMemory() bool { return g.control != nil && g.control.OutOfMemory() }

// release frees what the group has held, when its processes were killed.
func (g *group) release() {
	if g.control != nil {
		g.control.Remove()
	}
}
