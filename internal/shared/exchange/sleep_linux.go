//go:build go1.22

package exchange

import (
	"runtime"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// polls says that the other side can run while this one polls.
var polls = runtime.NumCPU() > 1

const (
	futexWait = 0 // between processes, so not FUTEX_PRIVATE_FLAG
	futexWake = 1
)

// sleep sleeps while the value is was, until wake, and no longer than that many nanoseconds if
// limit is not 0.
func sleep(value *atomic.Uint32, was uint32, limit int64) {
	var until unsafe.Pointer
	if limit != 0 {
		t := syscall.NsecToTimespec(limit)
		until = unsafe.Pointer(&t)
	}
	_, _, _ = syscall.Syscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(value)), futexWait, uintptr(was), uintptr(until), 0, 0)
}

// wake wakes n of those that sleep.
func wake(value *atomic.Uint32, n int) {
	_, _, _ = syscall.RawSyscall(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(value)), futexWake, uintptr(n))
}
