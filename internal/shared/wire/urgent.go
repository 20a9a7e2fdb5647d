//go:build go1.22

package wire

import "sync/atomic"

// Noted reports whether the word that Urgent names is set: then the one who was
// entered by the frame takes another signal to preempt, and calls Clear.
//
// It must be asked in Go code that the frame has entered, not before: a signal that
// comes later finds the runtime in Go, which takes it.
func (f *Frame) Noted() bool {
	return f.Urgent != 0 && atomic.LoadUintptr((*uintptr)(pointer(f.Urgent))) != 0
}

// Clear sets the word back.
func (f *Frame) Clear() { atomic.StoreUintptr((*uintptr)(pointer(f.Urgent)), 0) }
