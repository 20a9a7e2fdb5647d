//go:build linux || darwin || freebsd || netbsd || openbsd

package process

import (
	"os"
	"os/exec"
	"syscall"
	"time"
)

// begin starts the command that it gets for limits, and has its process then.
func (g *group) begin(l Limits, command func(Limits) (*exec.Cmd, error), start func(*exec.Cmd) error) (*exec.Cmd, error) {
	cmd, err := command(l)
	if err == nil {
		err = start(cmd)
	}
	if err != nil {
		return nil, err
	}
	g.pid = cmd.Process.Pid
	return cmd, nil
}

// killProcesses kills a process group. 0 would be that of this process.
func killProcesses(group int) {
	if group > 0 {
		_ = syscall.Kill(-group, syscall.SIGKILL)
	}
}

// describe returns how a process of the group has ended.
func (g *group) describe(state *os.ProcessState) (code int, reason string) {
	if state == nil {
		return -1, "its process ended"
	}
	code = state.ExitCode()
	if w, ok := state.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		code = 128 + int(w.Signal()) // as shells have it
		if w.Signal() == syscall.SIGKILL && g.outOfMemory() {
			return code, "it and what it has started have used more memory than Limits.TotalMemory; the kernel killed it"
		}
	}
	return code, "its process ended: " + state.String()
}

// endUsage adds what the system knows of a process that has ended.
func endUsage(u *Usage, state *os.ProcessState) {
	if state == nil {
		return
	}
	if r, ok := state.SysUsage().(*syscall.Rusage); ok {
		u.CPU = time.Duration(r.Utime.Nano() + r.Stime.Nano())
		u.Peak = int64(r.Maxrss) * maxrss
	}
}
