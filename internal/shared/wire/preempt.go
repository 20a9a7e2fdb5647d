//go:build go1.22

package wire

import "sync/atomic"

// HasPreemptPending reports whether the runtime that this frame has entered may have lost a
// preemption signal. If so, the runtime must send the thread another signal and call
// ClearPreemptPending. A Go runtime drops the signal while the thread is outside of its Go
// code, and sends no second one.
//
// Call it from Go code that the frame has entered. From then on the runtime gets each
// signal.
func (f *Frame) HasPreemptPending() bool {
	return f.PreemptPending != 0 && atomic.LoadUint32((*uint32)(pointer(f.PreemptPending))) != 0
}

// ClearPreemptPending sets the uint32 to 0.
func (f *Frame) ClearPreemptPending() {
	atomic.StoreUint32((*uint32)(pointer(f.PreemptPending)), 0)
}
