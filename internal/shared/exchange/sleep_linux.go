//go:build go1.22

package exchange

import (
	"sync/atomic"
	"syscall"
	"unsafe"
)

const (
	futexWait = 0 // between processes, so not FUTEX_PRIVATE_FLAG
	futexWake = 1
)

// sleep sleeps while the value is was, until wake, and no longer than that many nanoseconds if
// limit is not 0.
func sleep(value *atomic.Uint32, was uint32, _ *Events, _ int, limit int64) {
	var until unsafe.Pointer
	if limit != 0 {
		t := syscall.NsecToTimespec(limit)
		until = unsafe.Pointer(&t)
	}
	_, _, _ = syscall.Syscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(value)), futexWait, uintptr(was), uintptr(until), 0, 0)
}

// wake wakes all that sleep.
func wake(value *atomic.Uint32, _ *Events, _ int) {
	const all = 1<<31 - 1
	_, _, _ = syscall.RawSyscall(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(value)), futexWake, all)
}
