package native

import (
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// endIO cancels I/O on files and sockets, and waits until Windows has written its results.
// The library's threads have ended, so no I/O begins.
//
// CancelIoEx may find nothing more to cancel before all results are written. So endIO
// looks at the OVERLAPPEDs that the ledger has as pending.
func (l *Library) endIO(handles []ledgerHandle) {
	pending := unsafe.Slice((*uintptr)(pointer(l.pure.ledger.Pending)), abi.PendingSlots)
	for {
		for _, h := range handles {
			if h.kind == abi.HandleFile || h.kind == abi.HandleSocket {
				procCancelIoEx.Call(h.handle, 0)
			}
		}
		left := false
		for i, overlapped := range pending {
			if overlapped == 0 {
				continue
			}
			if !underWay(overlapped) {
				pending[i] = 0
				continue
			}
			left = true
		}
		if !left {
			return
		}
		dequeue(handles)
	}
}

// underWay reports whether the operation of an OVERLAPPED has not ended. If the plugin has
// freed the memory, the operation has ended.
func underWay(overlapped uintptr) bool {
	const statusPending = 0x103 // of the field Internal, the first
	var status uint64
	var n uintptr
	err := windows.ReadProcessMemory(windows.CurrentProcess(), overlapped, (*byte)(unsafe.Pointer(&status)), unsafe.Sizeof(status), &n)
	return err == nil && uint32(status) == statusPending
}

// dequeue removes results from the library's completion ports, and waits for them for a
// moment.
func dequeue(handles []ledgerHandle) {
	const moment = 5 // milliseconds
	var entries [64 * 4]uintptr
	var n uint32
	waited := false
	for _, h := range handles {
		if h.kind == abi.HandlePort {
			procGetQueuedStatusEx.Call(h.handle, uintptr(unsafe.Pointer(&entries)), 64, uintptr(unsafe.Pointer(&n)), moment, 0)
			waited = true
		}
	}
	if !waited {
		time.Sleep(moment * time.Millisecond)
	}
}
