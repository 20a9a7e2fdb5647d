// Package scribbler writes to the memory that it shares with the host, on Windows. Package hostile
// does so on Linux.
package scribbler

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

// Add works.
func Add(a, b int) int { return a + b }

// information is a MEMORY_BASIC_INFORMATION.
type information struct {
	base, allocation uintptr
	protection       uint32
	partition        uint16
	size             uintptr
	state, protect   uint32
	kind             uint32
}

// section returns the address of the memory that host and plugin share: no other is as large.
func section() (uintptr, error) {
	query := syscall.NewLazyDLL("kernel32.dll").NewProc("VirtualQuery")
	const mapped, least = 0x40000, 4 << 30
	var i information
	for at, size, last := uintptr(0), uintptr(0), uintptr(0); ; at = i.base + i.size {
		if n, _, _ := query.Call(at, uintptr(unsafe.Pointer(&i)), unsafe.Sizeof(i)); n == 0 || i.size == 0 {
			return 0, errors.New("there is no section")
		}
		if i.kind != mapped || i.allocation != last {
			size = 0
		}
		last = i.allocation
		if size += i.size; i.kind == mapped && size > least {
			return i.allocation, nil
		}
	}
}

// Scribble writes a byte to n bytes of the memory that host and plugin share.
func Scribble(at, n int, b byte) error {
	address, err := section()
	if err != nil {
		return err
	}
	memory := unsafe.Slice(*(**byte)(unsafe.Pointer(&address)), at+n)
	for i := range memory[at:] {
		memory[at+i] = b
	}
	return nil
}

// ScribbleAndExit is Scribble, and ends the process at once.
func ScribbleAndExit(at, n int, b byte) error {
	if err := Scribble(at, n, b); err != nil {
		return err
	}
	os.Exit(3)
	return nil
}
