//go:build go1.22

package exchange

import (
	"sync/atomic"
	"syscall"
	"time"
)

var (
	kernel32         = syscall.NewLazyDLL("kernel32.dll") // which every process has
	procSetEvent     = kernel32.NewProc("SetEvent")
	procVirtualAlloc = kernel32.NewProc("VirtualAlloc")
)

// sleep sleeps until wake, and no longer than that many nanoseconds if limit is not 0. It may return
// earlier: the event stays set if wake comes before sleep.
//
// A lane of the plugin's own has its event when the host has noticed its first callback. Until then
// there is nothing to wait for but time.
func sleep(_ *atomic.Uint32, _ uint32, events *Events, self int, limit int64) {
	event := events[self].Load()
	if event == 0 {
		time.Sleep(20 * time.Microsecond)
		return
	}
	milliseconds := uint32(syscall.INFINITE)
	if limit != 0 {
		milliseconds = uint32(limit / 1e6)
	}
	if _, err := syscall.WaitForSingleObject(syscall.Handle(event), milliseconds); err != nil {
		time.Sleep(time.Millisecond) // the event is gone
	}
}

// wake wakes a side. A side that sleeps has an event.
func wake(_ *atomic.Uint32, events *Events, side int) {
	if event := events[side].Load(); event != 0 {
		_, _, _ = syscall.SyscallN(procSetEvent.Addr(), uintptr(event))
	}
}
