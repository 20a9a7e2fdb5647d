//go:build go1.22

package exchange

import (
	"syscall"
	"unsafe"
)

// Commits does nothing: the system commits memory when it is used.
type Commits struct{}

// Commit makes n bytes at an offset memory that can be used.
func (*Commits) Commit(unsafe.Pointer, uint64, uint64) error { return nil }

// Discard gives n bytes at an offset back to the system.
func (*Commits) Discard(memory unsafe.Pointer, offset, n uint64) {
	const remove = 9 // MADV_REMOVE
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, uintptr(memory)+uintptr(offset), uintptr(n), remove)
}
