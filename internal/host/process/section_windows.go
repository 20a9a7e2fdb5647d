//go:build amd64

package process

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

// A mapping is what the section is in this process.
type mapping struct{ handle windows.Handle }

// newSection makes the memory. It has no name, belongs to the paging file, and is committed where
// it is used.
func newSection() (*section, error) {
	const reserve = 0x4000000 // SEC_RESERVE
	size := uint64(exchange.Size)
	h, err := windows.CreateFileMapping(windows.InvalidHandle, nil, windows.PAGE_READWRITE|reserve, uint32(size>>32), uint32(size), nil)
	if err != nil {
		return nil, fmt.Errorf("making shared memory: %w", err)
	}
	address, err := windows.MapViewOfFile(h, windows.FILE_MAP_READ|windows.FILE_MAP_WRITE, 0, 0, exchange.Size)
	if err != nil {
		windows.CloseHandle(h)
		return nil, fmt.Errorf("mapping shared memory: %w", err)
	}
	memory := *(*unsafe.Pointer)(unsafe.Pointer(&address))
	s := &section{mapping: mapping{h}, memory: memory, bytes: unsafe.Slice((*byte)(memory), exchange.Size)}
	if err := s.commit(0, exchange.LaneSize); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *section) close() {
	_ = windows.UnmapViewOfFile(uintptr(s.memory))
	windows.CloseHandle(s.handle)
}
