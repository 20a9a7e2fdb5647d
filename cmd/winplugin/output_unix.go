//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// detachOutput gives standard error the descriptor of standard output, so that what a
// plugin prints goes there, and returns standard output itself.
func detachOutput() (*os.File, error) {
	fd, err := unix.FcntlInt(os.Stdout.Fd(), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		return nil, err
	}
	if err := unix.Dup2(int(os.Stderr.Fd()), int(os.Stdout.Fd())); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), os.Stdout.Name()), nil
}

// isScreen reports whether f is a terminal, which can be cleared.
func isScreen(f *os.File) bool {
	_, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	return err == nil && os.Getenv("TERM") != "dumb"
}
