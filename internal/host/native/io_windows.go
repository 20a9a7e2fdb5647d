package native

import (
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// endIO cancels what is under way on files and sockets, and waits until the system has
// written the last word of it. The threads that began it have ended, so nothing new
// comes.
//
// That CancelIoEx finds nothing more does not mean that all has been written: the ledger
// tell what has been begun and not been seen to end, by its OVERLAPPED.
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

// underWay looks whether the operation of an OVERLAPPED has not ended. The memory may
// not be there any more, if the plugin has let go of it; then there is no operation.
func underWay(overlapped uintptr) bool {
	const statusPending = 0x103 // of the field Internal, the first
	var status uint64
	var n uintptr
	err := windows.ReadProcessMemory(windows.CurrentProcess(), overlapped, (*byte)(unsafe.Pointer(&status)), unsafe.Sizeof(status), &n)
	return err == nil && uint32(status) == statusPending
}

// dequeue takes what has ended from the library's completion ports, or waits for it for
// a moment. Without a port there is nothing to wait for but time.
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
