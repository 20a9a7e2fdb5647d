//go:build amd64

package native

import (
	"fmt"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/tlswords"
	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// A slot is what the assembly of this package knows of one library of the pure bridge. It
// is memory of this program, which handlers of signals may read at any time.
type slot struct {
	// Faults between these two addresses are the library's.
	codeStart, codeEnd uintptr

	signals    uintptr // the library's table of handlers: [abi.NumSignals]abi.SignalAction; 0: none are called
	generation uintptr // of this load; no two loads have the same. 0: the slot is free
	words      uintptr // where each thread has its threadWords for this slot, in bytes from FS
	inside     uintptr // how many threads are in a handler, or end
	ended      uintptr // not 0: the library has ended; see endedExit
	closing    uintptr // not 0: threads of the host that end no longer release their M

	// Code of the library in which none of its threads may be ended: see abi.ELFHeader.
	criticalStart, criticalEnd uintptr
	syscallHook, syscallReturn uintptr

	// Callbacks from the library's own threads: see handover_linux.go.
	requests uintptr // the newest *request, in memory of the library
	arrivals uint64  // counts them; a futex
	spinning uint64  // 1: a server looks for requests all the time

	unbind uintptr // C function void(void *g) of the library

	threads uintptr // a threadTable

	_ [7]uintptr
}

// threadWords are a thread's own words for a slot, at slot.words from FS:
//
//	0   g of the library's runtime; the library's code has been patched to look here
//	8   generation, 4 bytes: if it is not the slot's, the g is that of an earlier library
//	12  4 bytes, not 0: a preemption signal may be lost; see wire.Frame.PreemptPending
//	16  the address of the innermost record of a call (callRecorded), plus 1 while the thread
//	    is in a callback
//
// A generation costs less than clearing the words of all threads when a library is unloaded.

var (
	slots      [tlswords.Count]slot
	slotCount  uintptr // slots from here on were never used
	generation uintptr // of the last load; guarded by loaded.lock

	threadTables [tlswords.Count]threadTable
)

// gOffset returns where this runtime has its own g, in bytes from FS. In assembly.
func gOffset() int64

// takeSlot returns a slot that no library has. The caller holds loaded.lock.
func takeSlot() (*slot, error) {
	for i := range slots {
		s := &slots[i]
		if atomic.LoadUintptr(&s.generation) != 0 {
			continue
		}
		at := tlswords.First() + int64(i)*tlswords.Size
		const low, high = -abi.ThreadFS, abi.ThreadBlock - abi.ThreadFS - tlswords.Size
		for _, offset := range []int64{gOffset(), at} {
			if offset < low || offset > high {
				return nil, fmt.Errorf("this program keeps thread-local storage at %d bytes from FS, where the threads of the pure bridge have none; build the plugin with the cgo bridge", offset)
			}
		}
		generation++
		s.words, s.requests, s.closing, s.ended = uintptr(at), 0, 0, 0 // inside never stops counting
		threadTables[i] = threadTable{}
		s.threads = uintptr(unsafe.Pointer(&threadTables[i]))
		atomic.StoreUintptr(&s.generation, generation)
		slotCount = max(slotCount, uintptr(i+1))
		return s, nil
	}
	return nil, ErrTooManyLibraries
}

// release frees the slot for another library. No thread is in code of this one any more.
func (s *slot) release() { atomic.StoreUintptr(&s.generation, 0) }
