package native

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// Windows keeps addresses of code that it calls at times of its own: exception and
// console handlers, and the callback of a fiber-local slot, which returns a library's
// thread state (M) when a thread ends. None of them may point into a library that is
// unmapped one day, because nothing tells when the last call of a removed handler has
// returned. Windows therefore gets code of the host, in callbackslot_windows_*.s. That
// code counts itself in, checks that the library is still loaded, calls it, and counts
// itself out.

// maxCallbackSlots is more than the libraries that a process has TLS slots for.
const maxCallbackSlots = tlsSlots

// The assembly computes with both.
const (
	handlerShift    = 3
	handlersPerSlot = 1 << handlerShift
)

// The handlers from here on are of console events.
const consoleHandlers = abi.HandlerSlots

// There is a handler for each entry of both tables of a ledger.
var _ = [1]struct{}{}[handlersPerSlot-2*abi.HandlerSlots]

// A callbackSlot is what that code knows of one library. callbackslot_windows_*.s takes
// its layout from go_asm.h.
type callbackSlot struct {
	active atomic.Int64 // calls in progress

	// generation changes when the library is unloaded, before the slot serves another.
	generation atomic.Uint64

	unbind   uintptr // EntryTable.Unbind
	handlers [handlersPerSlot]uintptr

	// How the library ends without the process: see end_windows_amd64.go.
	text       uintptr // address of a crashText; 0: it does not end alone
	ended      uintptr // see survivor
	stopping   uintptr // address of Ledger.Stopping
	suspended  uintptr // threads between SuspendThread and ResumeThread of the library
	codeStart  uintptr // the library in memory
	codeEnd    uintptr
	callTable  uintptr // functions of syscall.NewCallback: see hookForeignCalls
	callEntry  uintptr
	revoked    uintptr // 1: it has ended, and its code is no longer executable
	tls        uintptr // what EntryTable.TLSOffset will be; 0: the runtime has no threads yet
	printedLen uintptr // bytes that were written to crashText.ring
	wordsLen   uintptr // bytes that were written to crashText.words
	dyingState uintptr // 1: the runtime prints why it ends; 2: it prints a stack
}

// callbackSlots never move and are never freed: a thread may be about to look at one
// when its library is unloaded.
var callbackSlots [maxCallbackSlots]callbackSlot

var callbackSlotsTaken = struct {
	sync.Mutex
	taken [maxCallbackSlots]bool
}{}

// handlerThunksPC is the address of the code for handler 0 of slot 0. The code for the
// other handlers follows at intervals of thunkSize.
var handlerThunksPC uintptr

const thunkSize = 5

// newCallbackSlot returns a free slot, or nil if there is none.
func newCallbackSlot() *callbackSlot {
	callbackSlotsTaken.Lock()
	defer callbackSlotsTaken.Unlock()
	for i := range callbackSlots {
		if !callbackSlotsTaken.taken[i] {
			callbackSlotsTaken.taken[i] = true
			return &callbackSlots[i]
		}
	}
	return nil
}

// release frees the slot for another library. No call is active any more.
func (s *callbackSlot) release() {
	callbackSlotsTaken.Lock()
	defer callbackSlotsTaken.Unlock()
	s.unbind = 0
	s.resetEnd()
	callbackSlotsTaken.taken[s.index()] = false
}

func (s *callbackSlot) index() uintptr {
	return (uintptr(unsafe.Pointer(s)) - uintptr(unsafe.Pointer(&callbackSlots))) / unsafe.Sizeof(*s)
}

// thunk is the address of code that calls handler i.
func (s *callbackSlot) thunk(i int) uintptr {
	return handlerThunksPC + thunkSize*(s.index()*uintptr(len(s.handlers))+uintptr(i))
}

// handler is the address of the word that holds the address of handler i.
func (s *callbackSlot) handler(i int) uintptr { return uintptr(unsafe.Pointer(&s.handlers[i])) }

// A threadBinding is a thread's binding to a library. The bindings of a thread form a
// list, whose head is the thread's value of the fiber-local slot; leaveThread walks the
// list when the thread ends. Only the thread itself changes its list, so there is no
// lock. callbackslot_windows_*.s takes the layout from go_asm.h.
type threadBinding struct {
	next       *threadBinding
	slot       *callbackSlot
	generation uint64  // of slot, when the thread was bound; if it differs now, the library has been unloaded
	g          uintptr // the library's g for the thread; in the library's memory
	taken      atomic.Uint64
}

// threadBindings holds all bindings, because the garbage collector does not see those
// in the fiber-local slot. A binding that is not taken is reused for another thread.
var threadBindings = struct {
	sync.Mutex
	all  []*threadBinding
	next int // where to look first
}{}

// leaveThreadPC is the address of the fiber-local slot's callback, void(threadBinding *).
var leaveThreadPC uintptr

// bindingFLS allocates the process's one fiber-local slot. It is never freed.
var bindingFLS = sync.OnceValues(func() (uint32, error) { return flsAlloc(leaveThreadPC) })

func newThreadBinding() *threadBinding {
	threadBindings.Lock()
	defer threadBindings.Unlock()
	for range threadBindings.all {
		threadBindings.next = (threadBindings.next + 1) % len(threadBindings.all)
		if b := threadBindings.all[threadBindings.next]; b.taken.CompareAndSwap(0, 1) {
			return b
		}
	}
	b := new(threadBinding)
	b.taken.Store(1)
	threadBindings.all = append(threadBindings.all, b)
	return b
}

// reusable returns the binding of the list to use for the slot's library, or nil.
func (head *threadBinding) reusable(s *callbackSlot, generation uint64) *threadBinding {
	for b := head; b != nil; b = b.next {
		// A goroutine that found its thread unbound may have moved to a bound thread
		// before it was locked to it. A second binding would return the M twice.
		if b.slot == s && b.generation == generation {
			return b
		}
	}
	for b := head; b != nil; b = b.next {
		// This binding's library has been unloaded, so there is no M to return.
		if b.slot.generation.Load() != b.generation {
			return b
		}
	}
	return nil
}

// recordBinding records that the calling thread, which is locked to its goroutine, is
// bound to the slot's library by g. If memory runs out, this one M is not returned when
// the thread ends.
func (s *callbackSlot) recordBinding(fls uint32, generation uint64, g unsafe.Pointer) {
	head := (*threadBinding)(flsGet(fls))
	if b := head.reusable(s, generation); b != nil {
		b.slot, b.generation, b.g = s, generation, uintptr(g)
		return
	}
	b := newThreadBinding()
	b.next, b.slot, b.generation, b.g = head, s, generation, uintptr(g)
	if err := flsSet(fls, unsafe.Pointer(b)); err != nil {
		b.taken.Store(0)
	}
}
