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
	cmd  *exec.Cmd
	life *os.File // the process ends when this is closed
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
	s.cmd = &exec.Cmd{
		Path: "/proc/self/fd/" + strconv.Itoa(int(program.Fd())), Args: []string{opt.Name},
		Env:        append(slices.Clone(opt.Environment), pluginrt.ServeVariable+"=1"),
		Dir:        c.folder,
		ExtraFiles: []*os.File{c.section.file, read},
		Stdout:     c.output.to(opt.Stdout, os.Stdout, "stdout", nil), Stderr: c.output.to(opt.Stderr, os.Stderr, "stderr", &c.tail),
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGCONT, Ptrace: opt.traced()},
		WaitDelay:   pipeLimit,
	}
	if err := lockPrivileges(); err != nil {
		return err
	}
	err = s.cmd.Start()
	if err == nil && opt.traced() {
		if err = opt.prepare(s.cmd.Process.Pid); err != nil {
			_ = s.cmd.Process.Kill()
			_ = s.cmd.Wait()
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
	return describe(s.cmd.ProcessState)
}

// killGroup implements system. The number of the process must still be its own.
func (s *libraryProcess) killGroup() { _ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL) }

func (s *libraryProcess) askToEnd() { s.life.Close() }
func (s *libraryProcess) release()  { s.life.Close() }
func (s *libraryProcess) free()     {}

// connect does nothing: a side is woken by the address for which it waits.
func (s *libraryProcess) connect(*child, *exchange.Events, *exchange.Events) {}

func (s *libraryProcess) usage(u *Usage, ended bool) {
	if u.Pid = s.cmd.Process.Pid; ended {
		endUsage(u, s.cmd.ProcessState)
	} else {
		liveUsage(u)
	}
}
