//go:build linux || darwin || freebsd || netbsd || openbsd

package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
	"github.com/RamanSharma100/go-winplugin/internal/shared/pluginrt"
)

// A programProcess is a process that runs a program of the bridge manifest.Program. Host and plugin wake each
// other by pipes, and the process ends when it reads the end of its own.
type programProcess struct {
	cmd   *exec.Cmd
	state *os.ProcessState // how it has ended
	group group

	remove func() // removes the file of the program; nil: there is none

	read, write             *os.File // of this process
	pluginRead, pluginWrite *os.File // what the process inherits, until it has started
}

// newProgramProcess returns what such a process needs before it is started.
func newProgramProcess() (system, *section, *exchange.Wakes, error) {
	p := new(programProcess)
	s, err := newFileSection()
	if err == nil {
		p.pluginRead, p.write, err = os.Pipe()
	}
	if err == nil {
		p.read, p.pluginWrite, err = os.Pipe()
	}
	if err != nil {
		if s != nil {
			s.close()
		}
		p.free()
		return nil, nil, nil, err
	}
	return p, s, exchange.NewWakes(exchange.Host, p.write), nil
}

// launch implements system. The process inherits the section and its ends of the pipes, in the order of
// package lifeline.
func (p *programProcess) launch(c *child, library []byte, opt Options) error {
	defer p.pluginRead.Close()
	defer p.pluginWrite.Close()
	if opt.Debugger != nil {
		return errDebugger
	}
	folder, path, err := newFolder()
	if err != nil {
		return err
	}
	p.remove = sync.OnceFunc(folder.remove)
	if path, err = writeProgram(path, library); err != nil {
		return err
	}
	stdout, stderr := c.output.to(opt.Stdout, os.Stdout, "stdout", nil), c.output.to(opt.Stderr, os.Stderr, "stderr", &c.tail)
	command := func(rest Limits) (*exec.Cmd, error) {
		args, program := []string{opt.Name}, path
		if rest != (Limits{}) {
			script, err := rest.script()
			if err != nil {
				return nil, err
			}
			// A shell sets the limits and becomes the program then.
			args, program = append(args, "-c", script, path), shell
		}
		return &exec.Cmd{
			Path: program, Args: args,
			Env:        append(slices.Clone(opt.Environment), pluginrt.ServeVariable+"="+pluginrt.ServePipes),
			Dir:        c.folder,
			ExtraFiles: []*os.File{c.section.file, p.pluginRead, p.pluginWrite}, // and a file of the group: see package lifeline
			Stdout:     stdout, Stderr: stderr,
			SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
			WaitDelay:   pipeLimit,
		}, nil
	}
	if err := lockPrivileges(); err != nil {
		return err
	}
	if p.cmd, err = p.group.start(opt.Limits, command); err != nil {
		return fmt.Errorf("starting its process: %w", err)
	}
	go func() {
		_ = c.wakes.Serve(p)
		c.end() // a process that has closed the pipe cannot be used
	}()
	return nil
}

// Read reads what the plugin writes. When it writes, it runs, and the system keeps its file without a
// name.
func (p *programProcess) Read(b []byte) (int, error) {
	n, err := p.read.Read(b)
	p.remove()
	return n, err
}

var errDebugger = errors.New("a process waits for a debugger on linux/amd64 alone; open the plugin without WithDebugger")

// writeProgram writes the program to a folder.
func writeProgram(folder string, program []byte) (path string, err error) {
	// A process that is started meanwhile must not inherit the descriptor: a file that is open for
	// writing cannot be started.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	path = filepath.Join(folder, "plugin")
	return path, os.WriteFile(path, program, 0o700)
}

// awaitEnd implements system. What the process has started keeps the number of its group, if there is
// any. Otherwise killGroup comes too late only if the number has been given again by then.
func (p *programProcess) awaitEnd() { p.state, _ = p.cmd.Process.Wait() }

func (p *programProcess) status() (code int, reason string) {
	_ = p.cmd.Wait() // for the output
	return p.group.describe(p.state)
}

func (p *programProcess) killGroup() { p.group.kill() }

func (p *programProcess) askToEnd() { p.write.Close() }

func (p *programProcess) release() {
	p.group.release()
	p.free()
}

func (p *programProcess) free() {
	if p.remove != nil {
		p.remove()
	}
	for _, f := range []*os.File{p.read, p.write, p.pluginRead, p.pluginWrite} {
		f.Close() // which fails for nil
	}
}

// connect is never called: the sides have the pipes.
func (p *programProcess) connect(*child, *exchange.Events, *exchange.Events) {}

func (p *programProcess) awaitDebugger(context.Context, *child, func(int)) error { return errDebugger }

func (p *programProcess) usage(u *Usage, ended bool) {
	u.Contained = p.group.contains()
	if u.Pid = p.cmd.Process.Pid; ended {
		endUsage(u, p.state)
	} else {
		liveUsage(u)
	}
}
