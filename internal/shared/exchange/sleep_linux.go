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

// nap is the longest sleep. The other side may be gone, or be hostile and not wake this one.
const nap = 500e6 // nanoseconds

// sleep sleeps while the value is was, until wake or for a nap.
func sleep(value *atomic.Uint32, was uint32) {
	limit := syscall.NsecToTimespec(nap)
	_, _, _ = syscall.Syscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(value)), futexWait, uintptr(was), uintptr(unsafe.Pointer(&limit)), 0, 0)
}

// wake wakes n of those that sleep.
func wake(value *atomic.Uint32, n int) {
	_, _, _ = syscall.RawSyscall(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(value)), futexWake, uintptr(n))
}
