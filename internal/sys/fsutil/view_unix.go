//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package fsutil

import (
	"os"

	"golang.org/x/sys/unix"
)

func view(path string, limit int64) ([]byte, func() error, error) {
	file, err := OpenRegular(path, limit)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	data, err := unix.Mmap(int(file.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_PRIVATE)
	if err != nil {
		return nil, nil, os.NewSyscallError("mmap", err)
	}
	return data, func() error { return unix.Munmap(data) }, nil
}
