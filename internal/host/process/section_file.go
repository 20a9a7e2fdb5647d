//go:build linux || darwin || freebsd || netbsd || openbsd

package process

import (
	"fmt"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

// A mapping is what the section is in this process.
type mapping struct{ file *os.File }

// newFileSection makes the memory of a file that has no name any more. Whoever has the file can make it
// shorter.
func newFileSection() (*section, error) {
	f, err := os.CreateTemp("", "winplugin-section-")
	if err != nil {
		return nil, fmt.Errorf("making shared memory: %w", err)
	}
	if err = os.Remove(f.Name()); err == nil {
		err = f.Truncate(exchange.Size)
	}
	var b []byte
	if err == nil {
		b, err = unix.Mmap(int(f.Fd()), 0, exchange.Size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("making shared memory: %w", err)
	}
	return &section{mapping: mapping{f}, memory: unsafe.Pointer(unsafe.SliceData(b)), bytes: b}, nil
}

func (s *section) close() {
	_ = unix.Munmap(s.bytes)
	s.file.Close()
}
