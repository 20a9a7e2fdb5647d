//go:build go1.22

package wire

import "sync/atomic"

// HasPreemptPending reports whether the runtime that was entered by this frame may
// have lost a preemption signal. If so, it must send the thread another one and call
// ClearPreemptPending: Go drops the signal while the thread is outside of Go code, and
// sends no second one.
//
// Call it from Go code that the frame has entered. From then on the runtime takes each
// signal itself.
func (f *Frame) HasPreemptPending() bool {
	return f.PreemptPending != 0 && atomic.LoadUintptr((*uintptr)(pointer(f.PreemptPending))) != 0
}

// ClearPreemptPending sets the word back.
func (f *Frame) ClearPreemptPending() {
	atomic.StoreUintptr((*uintptr)(pointer(f.PreemptPending)), 0)
}
