//go:build go1.22 && !linux && !windows

package exchange

import "unsafe"

// Commits does nothing: the system commits memory when it is used, and keeps it.
type Commits struct{}

// Commit makes n bytes at an offset memory that can be used.
func (*Commits) Commit(unsafe.Pointer, uint64, uint64) error { return nil }

// Discard leaves n bytes at an offset as they are.
func (*Commits) Discard(unsafe.Pointer, uint64, uint64) {}
