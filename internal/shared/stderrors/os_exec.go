//go:build go1.22

package stderrors

import (
	"os"
	"os/exec"
	"syscall"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("os/exec.ErrDot", exec.ErrDot)
	codec.RegisterSentinel("os/exec.ErrNotFound", exec.ErrNotFound)
	codec.RegisterSentinel("os/exec.ErrWaitDelay", exec.ErrWaitDelay)
	codec.RegisterError[*exec.Error]()
	codec.RegisterErrorAs(packExit, unpackExit)
}

// An exit is the surrogate of an *exec.ExitError.
type exit struct {
	Pid    int
	Status syscall.WaitStatus
	Usage  *syscall.Rusage
	Stderr []byte
}

func packExit(e *exec.ExitError, _ codec.Scope) (exit, bool) {
	if e.ProcessState == nil {
		return exit{}, false
	}
	status, ok := e.Sys().(syscall.WaitStatus)
	usage, _ := e.SysUsage().(*syscall.Rusage)
	return exit{e.Pid(), status, usage, e.Stderr}, ok
}

func unpackExit(s exit, _ string, _ codec.Scope) (*exec.ExitError, bool) {
	state := new(os.ProcessState)
	if !codec.SetField(state, "pid", s.Pid) || !codec.SetField(state, "status", s.Status) || !codec.SetField(state, "rusage", s.Usage) {
		return nil, false
	}
	return &exec.ExitError{ProcessState: state, Stderr: s.Stderr}, state.Pid() == s.Pid && state.Sys() == s.Status
}
