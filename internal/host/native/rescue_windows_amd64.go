package native

import (
	"errors"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// rescueThreads gets all threads out of a library that has ended. Its code is no longer
// executable, so a thread that runs it, or returns to it, gets an exception and leaves: see
// handler in callbackslot_windows_amd64.s. A thread that waits is woken. A thread in code of
// the system or of the host is not touched there.
func (e ending) rescueThreads() {
	ledger, image := e.pure.ledger, e.pure.image
	atomic.StoreUint64(&ledger.Stopping, 1)
	windows.SetEvent(windows.Handle(ledger.Leave))
	windows.SetEvent(windows.Handle(image.Stop))
	out := 0
	var before map[uint32]bool
	for pause := 50 * time.Microsecond; ; pause = min(pause*3/2, 20*time.Millisecond) {
		e.revoke()
		threads := e.threads()
		before = e.cancelIO(before)
		// A thread changes its records while they are read, so one look is not enough.
		if out++; len(threads) > 0 || len(before) > 0 {
			out = 0
		}
		n := len(threads) + len(before)
		closeHandles(threads)
		if out == 2 {
			return
		}
		e.wakeThreads(n + 4)
		time.Sleep(pause)
	}
}

// findRescueFunctions lets the system find the functions that a rescue calls. It does that with
// the loader's lock, which a thread of the library may hold until it is rescued.
func findRescueFunctions() error {
	event, err := windows.CreateEvent(nil, 0, 0, nil)
	if err != nil {
		return err
	}
	_ = windows.SetEvent(event)
	_, _ = windows.WaitForSingleObject(event, 0)
	_ = windows.CloseHandle(event)
	_ = windows.PostQueuedCompletionStatus(0, 0, 0, nil) // there is no such port
	var b byte
	readMemory(uintptr(unsafe.Pointer(&b)), unsafe.Pointer(&b), unsafe.Sizeof(b))
	var old uint32
	_ = windows.VirtualProtect(0, 0, windows.PAGE_READONLY, &old) // there is no such page
	return errors.Join(procGetNextThread.Find(), procQueryThread.Find(), procCancelSync.Find(), procSetWaitableTimer.Find())
}

// revoke makes the library's code not executable. This waits until a thread of the library that
// has suspended another one has resumed it.
func (e ending) revoke() {
	if atomic.LoadUintptr(&e.slot.revoked) != 0 {
		return
	}
	for i := 0; atomic.LoadUintptr(&e.slot.suspended) != 0; i++ {
		if i == 1000 {
			return // later
		}
		time.Sleep(50 * time.Microsecond)
	}
	memory, err := mappedImage(e.handle)
	if err != nil {
		return
	}
	code, err := memory.section(".text")
	if err != nil {
		return
	}
	start := uintptr(unsafe.Pointer(unsafe.SliceData(code)))
	hooks, hooksEnd := hookPages(e.pure.ledger)
	var old uint32
	if windows.VirtualProtect(start, hooks-start, windows.PAGE_READONLY, &old) == nil &&
		windows.VirtualProtect(hooksEnd, start+uintptr(len(code))-hooksEnd, windows.PAGE_READONLY, &old) == nil {
		atomic.StoreUintptr(&e.slot.revoked, 1)
	}
}

// hookPages returns the bounds of the pages that have the code of the hooks and no other. It
// stays executable: a thread in a hook records what it got from the system, or ends there.
func hookPages(l *abi.Ledger) (start, end uintptr) {
	const page = abi.GuardSize
	return (l.HooksStart + page - 1) &^ (page - 1), (l.HooksEnd + page) &^ (page - 1)
}

// cancelIO returns the ids of the threads that have a record of the library. It cancels blocked
// input and output of those that are in before as well and are not in a callback.
func (e ending) cancelIO(before map[uint32]bool) map[uint32]bool {
	const access = windows.THREAD_QUERY_INFORMATION | windows.THREAD_TERMINATE // CancelSynchronousIo wants the latter
	inside := make(map[uint32]bool)
	var thread windows.Handle
	for {
		var next windows.Handle
		status, _, _ := procGetNextThread.Call(uintptr(windows.CurrentProcess()), uintptr(thread), access, 0, 0, uintptr(unsafe.Pointer(&next)))
		if thread != 0 {
			windows.CloseHandle(thread)
		}
		if status != 0 {
			return inside
		}
		thread = next
		var basic struct {
			status, teb, process, id, affinity, priority uintptr // THREAD_BASIC_INFORMATION
		}
		const threadBasicInformation = 0
		if status, _, _ := procQueryThread.Call(uintptr(thread), threadBasicInformation, uintptr(unsafe.Pointer(&basic)), unsafe.Sizeof(basic), 0); status != 0 || basic.teb == 0 {
			continue
		}
		id := uint32(basic.id)
		has, innermost := e.records(basic.teb)
		start := threadStart(thread)
		own := start >= e.slot.codeStart && start < e.slot.codeEnd
		if has {
			inside[id] = true
		}
		if innermost && before[id] || own && !has {
			procCancelSync.Call(uintptr(thread))
		}
	}
}

// records reports whether a thread has a record of the library, and whether that is the
// innermost and no barrier. The thread may be ending, so its memory is read with care.
func (e ending) records(teb uintptr) (has, innermost bool) {
	var at uintptr
	if !readMemory(teb+recordTLS, unsafe.Pointer(&at), unsafe.Sizeof(at)) {
		return false, false
	}
	const most = 1000
	for i := 0; at != 0 && i < most; i++ {
		var r record
		if !readMemory(at, unsafe.Pointer(&r), unsafe.Sizeof(r)) {
			return true, false // it is changing
		}
		if r.slot == uintptr(unsafe.Pointer(e.slot)) {
			return true, i == 0 && r.resume != parkPC
		}
		at = r.previous
	}
	return false, false
}

func readMemory(address uintptr, to unsafe.Pointer, size uintptr) bool {
	var n uintptr
	err := windows.ReadProcessMemory(windows.CurrentProcess(), address, (*byte)(to), size, &n)
	return err == nil && n == size
}
