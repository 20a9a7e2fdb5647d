//go:build amd64

package process

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

// newSection makes the memory. Nobody can make it shorter, which would end whoever reads it.
func newSection() (*section, error) {
	f, err := memoryFile("winplugin-section", unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, err
	}
	if err = f.Truncate(exchange.Size); err == nil {
		_, err = unix.FcntlInt(f.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL)
	}
	var b []byte
	if err == nil {
		b, err = unix.Mmap(int(f.Fd()), 0, exchange.Size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_NORESERVE)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("making shared memory: %w", err)
	}
	return &section{mapping: mapping{f}, memory: unsafe.Pointer(unsafe.SliceData(b)), bytes: b}, nil
}

// memoryFile returns an empty file in memory.
func memoryFile(name string, flags int) (*os.File, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC|flags)
	if err == unix.EINVAL { // before Linux 6.3, which has MFD_EXEC
		fd, err = unix.MemfdCreate(name, unix.MFD_CLOEXEC|flags&^unix.MFD_EXEC)
	}
	if err != nil {
		return nil, fmt.Errorf("making a file in memory: %w", err)
	}
	return os.NewFile(uintptr(fd), name), nil
}
