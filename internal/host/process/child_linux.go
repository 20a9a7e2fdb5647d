//go:build amd64

package process

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
	"github.com/RamanSharma100/go-winplugin/internal/shared/pluginrt"
)

// A libraryProcess is a process that runs a library of the pure bridge.
type libraryProcess struct {
	cmd   *exec.Cmd
	life  *os.File // the process ends when this is closed
	group group
}

// newSystem returns what a process needs before it is started.
func newSystem(program bool) (system, *section, *exchange.Wakes, error) {
	if program {
		return newProgramProcess()
	}
	s, err := newSection()
	return new(libraryProcess), s, nil, err
}

// launch implements system. The process watches a pipe, also. When the calling thread ends, the
// kernel tells the process (Pdeathsig).
func (s *libraryProcess) launch(c *child, library []byte, opt Options) error {
	program, err := newProgram(library)
	if err != nil {
		return err
	}
	defer program.Close()
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close()
	s.life = write
	stdout, stderr := c.output.to(opt.Stdout, os.Stdout, "stdout", nil), c.output.to(opt.Stderr, os.Stderr, "stderr", &c.tail)
	command := func(rest Limits) (*exec.Cmd, error) {
		opt.Limits = rest
		return &exec.Cmd{
			Path: "/proc/self/fd/" + strconv.Itoa(int(program.Fd())), Args: []string{opt.Name},
			Env:        append(slices.Clone(opt.Environment), pluginrt.ServeVariable+"=1"),
			Dir:        c.folder,
			ExtraFiles: []*os.File{c.section.file, read}, // and a file of the group: see life_linux_amd64.s of the bridge
			Stdout:     stdout, Stderr: stderr,
			SysProcAttr: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGCONT, Ptrace: opt.traced()},
			WaitDelay:   pipeLimit,
		}, nil
	}
	if err := lockPrivileges(); err != nil {
		return err
	}
	s.cmd, err = s.group.start(opt.Limits, command)
	if err == nil && opt.traced() {
		if err = opt.prepare(s.cmd.Process.Pid); err != nil {
			_ = s.cmd.Process.Kill()
			_ = s.cmd.Wait()
			s.group.release()
		}
	}
	if err != nil {
		write.Close()
		return fmt.Errorf("starting its process: %w", err)
	}
	return nil
}

// newProgram returns the library as a program in memory, under a descriptor that exec does not use
// for something else.
func newProgram(library []byte) (*os.File, error) {
	if err := makeProgram(library); err != nil {
		return nil, err
	}
	f, err := memoryFile("winplugin-program", unix.MFD_EXEC)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if _, err := f.Write(library); err != nil {
		return nil, err
	}
	// An executable that is open for writing cannot be started.
	readable, err := unix.Open("/proc/self/fd/"+strconv.Itoa(int(f.Fd())), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("opening the program: %w; mount /proc", err)
	}
	defer unix.Close(readable)
	const least = 64 // above the descriptors that the process inherits
	fd, err := unix.FcntlInt(uintptr(readable), unix.F_DUPFD_CLOEXEC, least)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), "winplugin-program"), nil
}

// awaitEnd implements system. Until status is called, the kernel gives the number of the process to no
// other group.
func (s *libraryProcess) awaitEnd() {
	for {
		err := unix.Waitid(unix.P_PID, s.cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			return
		}
	}
}

func (s *libraryProcess) status() (code int, reason string) {
	_ = s.cmd.Wait()
	return s.group.describe(s.cmd.ProcessState)
}

func (s *libraryProcess) killGroup() { s.group.kill() }

func (s *libraryProcess) askToEnd() { s.life.Close() }
func (s *libraryProcess) release()  { s.life.Close(); s.group.release() }
func (s *libraryProcess) free()     {}

// connect does nothing: a side is woken by the address for which it waits.
func (s *libraryProcess) connect(*child, *exchange.Events, *exchange.Events) {}

func (s *libraryProcess) usage(u *Usage, ended bool) {
	u.Contained = s.group.contains()
	if u.Pid = s.cmd.Process.Pid; ended {
		endUsage(u, s.cmd.ProcessState)
	} else {
		liveUsage(u)
	}
}
