//go:build linux || darwin || freebsd || netbsd || openbsd

package process

import (
	"os"
	"syscall"
	"time"
)

// describe returns how a process has ended.
func describe(state *os.ProcessState) (code int, reason string) {
	if state == nil {
		return -1, "its process ended"
	}
	code = state.ExitCode()
	if w, ok := state.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		code = 128 + int(w.Signal()) // as shells have it
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
