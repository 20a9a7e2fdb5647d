package native

import (
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// maxWait is MAXIMUM_WAIT_OBJECTS.
const maxWait = 64

// unload removes the library from the process. No call is under way, and none will begin.
// Each step waits until it is complete, without a limit. The order makes it safe:
//
//  1. Threads of the host that end no longer return an M, and console events no longer
//     arrive. After that only the library's own threads are in its code, so its hooks end
//     no other threads.
//  2. The runtime halts (pluginrt.Serve). No Go code of the library runs any more.
//  3. Each of its threads ends at its next wait. They are found by their start addresses,
//     because Windows may reuse a thread id.
//  4. The exception handlers are removed. The library's threads needed them until now.
//  5. I/O under way is cancelled. Windows writes to the library's memory until it ends.
//  6. The handles and the memory in the ledger are released. The ledger is in the
//     library's data, which goes last, together with its code.
func (l *Library) unload(u *Unloading) {
	ledger, callbacks := l.pure.ledger, l.binding.callbacks

	u.enter("a thread does not come out of its code", l.runningThreads)
	l.closeCrash()

	u.enter("a thread of the host, or a console event, is in its code", nil)
	callbacks.generation.Add(1)
	for i := range ledger.Console {
		if c := &ledger.Console[i]; c.Function != 0 {
			procSetConsoleCtrl.Call(c.Thunk, 0)
			atomic.StoreUintptr(&callbacks.handlers[i+abi.HandlerSlots], 0)
		}
	}
	callbacks.waitUnused()

	u.enter("its goroutines do not stop: one computes where it cannot be preempted", l.runningThreads)
	l.halt()

	u.enter("a thread of it has not come to rest", l.runningThreads)
	windows.SetEvent(windows.Handle(ledger.Leave))
	l.endThreads()

	u.enter("an exception is being handled by it", nil)
	for i := range ledger.Vectored {
		v := &ledger.Vectored[i]
		switch {
		case v.Handle == 0:
			continue
		case v.Continue != 0:
			procRemoveContinue.Call(v.Handle)
		default:
			procRemoveVectored.Call(v.Handle)
		}
		atomic.StoreUintptr(&callbacks.handlers[i], 0)
	}
	callbacks.waitUnused()

	u.enter("input or output of it has not ended", nil)
	handles := ledgerHandles(ledger)
	l.endIO(handles)
	for _, h := range handles {
		if h.kind == abi.HandleSocket {
			windows.Closesocket(windows.Handle(h.handle))
		} else {
			windows.CloseHandle(windows.Handle(h.handle))
		}
	}
	for range openPeriods(ledger) {
		procTimeEndPeriod.Call(1)
	}
	if index, ok := tlsIndex(l.table.TLSOffset); ok {
		tlsFree(index)
	}
	for _, block := range unsafe.Slice((*uintptr)(pointer(ledger.Memory)), abi.MemorySlots) {
		if block != 0 {
			procVirtualFree.Call(block, 0, windows.MEM_RELEASE)
		}
	}
	for _, module := range ledger.Modules {
		if module != 0 && module&1 == 0 {
			windows.FreeLibrary(windows.Handle(module))
		}
	}
	image := l.pure.image
	events := []windows.Handle{windows.Handle(ledger.Halted), windows.Handle(ledger.Leave), windows.Handle(image.Ready), windows.Handle(image.Stop), l.pure.thread}
	l.unmap()
	for _, h := range events {
		windows.CloseHandle(h)
	}
	callbacks.release()
}

// halt stops all goroutines of the library. It may end meanwhile.
func (l *Library) halt() {
	windows.SetEvent(windows.Handle(l.pure.image.Stop))
	const moment = 20 // milliseconds
	for {
		if l.hasEnded() {
			l.rescueThreads()
			return
		}
		if event, _ := windows.WaitForSingleObject(windows.Handle(l.pure.ledger.Halted), moment); event == windows.WAIT_OBJECT_0 {
			return
		}
	}
}

// unmap removes the library from loaded.handles and from memory. Both happen under one
// lock: a load that does not find it in handles may map it again.
func (l *Library) unmap() {
	loaded.mu.Lock()
	defer loaded.mu.Unlock()
	delete(loaded.handles, l.handle)
	l.pure.image, l.pure.ledger = nil, nil
	windows.FreeLibrary(windows.Handle(l.handle))
	if l.copied != nil {
		l.copied.remove()
	}
}

// waitUnused waits until no call is active. A call takes as long as a handler, so there is
// mostly none. The caller has made new calls impossible by an atomic write, which the
// processor does not move behind the load of active.
func (s *callbackSlot) waitUnused() {
	for i := 0; s.active.Load() != 0; i++ {
		if i < 100 {
			runtime.Gosched()
		} else {
			time.Sleep(time.Millisecond)
		}
	}
}

// endThreads wakes the library's threads until all have ended.
func (l *Library) endThreads() {
	for pause := 5; ; pause = min(2*pause, 1000) {
		threads := l.threads()
		if len(threads) == 0 {
			return
		}
		l.wakeThreads(len(threads))
		// Windows waits for maxWait threads at most. The next round finds the others.
		first := threads[:min(len(threads), maxWait)]
		windows.WaitForMultipleObjects(first, true, uint32(pause))
		closeHandles(threads)
	}
}

// wakeThreads signals all that the library's n threads may wait for.
func (l *Library) wakeThreads(n int) {
	for _, h := range ledgerHandles(l.pure.ledger) {
		switch h.kind {
		case abi.HandleEvent:
			windows.SetEvent(windows.Handle(h.handle))
		case abi.HandleTimer:
			var now int64 // a time long past
			procSetWaitableTimer.Call(h.handle, uintptr(unsafe.Pointer(&now)), 0, 0, 0, 0)
		case abi.HandlePort:
			for range n {
				windows.PostQueuedCompletionStatus(windows.Handle(h.handle), 0, 0, nil)
			}
		}
	}
}
