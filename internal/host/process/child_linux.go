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

// A system is the process as Linux has it.
type system struct {
	cmd  *exec.Cmd
	life *os.File // the process ends when this is closed
}

// launch starts the process, which maps the section and watches the pipe. It must be called by a
// thread that lasts as long as the process: when that ends, the kernel tells the process
// (Pdeathsig).
func (c *child) launch(library []byte, opt Options) error {
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
	c.life = write
	c.cmd = &exec.Cmd{
		Path: "/proc/self/fd/" + strconv.Itoa(int(program.Fd())), Args: []string{opt.Name},
		Env:        append(slices.Clone(opt.Environment), pluginrt.ServeVariable+"=1"),
		Dir:        c.folder,
		ExtraFiles: []*os.File{c.section.file, read},
		Stdout:     c.output.to(opt.Stdout, os.Stdout, "stdout", nil), Stderr: c.output.to(opt.Stderr, os.Stderr, "stderr", &c.tail),
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGCONT, Ptrace: opt.traced()},
		WaitDelay:   pipeLimit,
	}
	// The process can get no more rights than it has, and neither can this thread.
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("starting its process without new privileges: %w", err)
	}
	err = c.cmd.Start()
	if err == nil && opt.traced() {
		if err = opt.prepare(c.cmd.Process.Pid); err != nil {
			_ = c.cmd.Process.Kill()
			_ = c.cmd.Wait()
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

// awaitEnd waits for the end of the process. Until status is called, the kernel gives its number
// to no other group.
func (s *system) awaitEnd() {
	for {
		err := unix.Waitid(unix.P_PID, s.cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			return
		}
	}
}

// status returns how the process has ended, once its output has been read.
func (s *system) status() (code int, reason string) {
	_ = s.cmd.Wait()
	state := s.cmd.ProcessState
	if state == nil {
		return -1, "its process ended"
	}
	code = state.ExitCode()
	if w, ok := state.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		code = 128 + int(w.Signal()) // as shells have it
	}
	return code, "its process ended: " + state.String()
}

// killGroup kills the group of a process whose number is still its own.
func (s *system) killGroup() { _ = syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL) }

// askToEnd makes the process end by itself.
func (s *system) askToEnd() { s.life.Close() }

// release frees what the process has held here.
func (s *system) release() { s.life.Close() }

// connect does nothing: a side is woken by the address for which it waits.
func (c *child) connect(_, _ *exchange.Events) {}

// free frees what is used until no call is under way.
func (c *child) free() { c.section.close() }
