//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package fsutil

import (
	"os"

	"golang.org/x/sys/unix"
)

func view(file *os.File, size int) ([]byte, func() error, error) {
	data, err := unix.Mmap(int(file.Fd()), 0, size, unix.PROT_READ, unix.MAP_PRIVATE)
	if err != nil {
		return nil, nil, os.NewSyscallError("mmap", err)
	}
	return data, func() error { return unix.Munmap(data) }, nil
}
