package hostile

import (
	"errors"
	"syscall"
	"unsafe"
)

// information is a MEMORY_BASIC_INFORMATION.
type information struct {
	base, allocation uintptr
	protection       uint32
	partition        uint16
	size             uintptr
	state, protect   uint32
	kind             uint32
}

// section returns the memory that host and plugin share: no other mapping is as large.
func section() ([]byte, error) {
	query := syscall.NewLazyDLL("kernel32.dll").NewProc("VirtualQuery")
	const mapped, least = 0x40000, 4 << 30
	var i information
	for at, size, last := uintptr(0), uintptr(0), uintptr(0); ; at = i.base + i.size {
		if n, _, _ := query.Call(at, uintptr(unsafe.Pointer(&i)), unsafe.Sizeof(i)); n == 0 || i.size == 0 {
			return nil, errors.New("there is no section")
		}
		if i.kind != mapped || i.allocation != last {
			size = 0
		}
		last = i.allocation
		if size += i.size; i.kind == mapped && size > least {
			return unsafe.Slice(*(**byte)(unsafe.Pointer(&i.allocation)), size), nil
		}
	}
}
