package native

import (
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// The system keeps addresses of code that it calls at times of its own: handlers of
// exceptions and console events, and the callback of a fiber-local slot, which hands a
// library's thread state (M) back as a thread ends. None of them may be the address of
// code that is unmapped one day, because nothing says when the last call of a handler
// that was removed has returned. So the system gets code of the host's, in
// claim_windows_*.s, and that counts itself in, looks whether the library is still
// there, calls it, and counts itself out.

// maxClaims is more than the libraries that a process has TLS slots for.
const maxClaims = tlsSlots

// A claim is what such code knows of one library. The layout is in claim_windows_*.s.
type claim struct {
	inside atomic.Int64 // calls under way

	// generation is changed as the library goes, before the claim is another's.
	generation atomic.Uint64

	unbind   uintptr // Table.Unbind
	handlers [2 * abi.HandlerSlots]uintptr
}

// claims never move and are never freed: a thread may be about to look at one when its
// library has gone.
var claims [maxClaims]claim

var claimsTaken = struct {
	sync.Mutex
	taken [maxClaims]bool
}{}

// handlerThunksPC is the address of the code for handler 0 of claim 0; those for the
// others follow, thunkSize apart.
var handlerThunksPC uintptr

const thunkSize = 5

// takeClaim returns a claim, or nil if there is none left.
func takeClaim() *claim {
	claimsTaken.Lock()
	defer claimsTaken.Unlock()
	for i := range claims {
		if !claimsTaken.taken[i] {
			claimsTaken.taken[i] = true
			return &claims[i]
		}
	}
	return nil
}

// giveBack makes the claim another library's. Nobody is inside any more.
func (c *claim) giveBack() {
	claimsTaken.Lock()
	defer claimsTaken.Unlock()
	c.unbind = 0
	claimsTaken.taken[c.index()] = false
}

func (c *claim) index() uintptr {
	return (uintptr(unsafe.Pointer(c)) - uintptr(unsafe.Pointer(&claims))) / unsafe.Sizeof(*c)
}

// thunk is the address of code that calls handler i.
func (c *claim) thunk(i int) uintptr {
	return handlerThunksPC + thunkSize*(c.index()*uintptr(len(c.handlers))+uintptr(i))
}

// A bond is a thread's binding to a library. The bonds of a thread are a list, whose
// head is the thread's value of the fiber-local slot; as the thread ends, leaveThread
// walks along it. Only the thread itself changes its list, so there is no lock. The
// layout is in claim_windows_*.s.
type bond struct {
	next       *bond
	claim      *claim
	generation uint64  // of the claim, when the bond was made; another one now: the library has gone
	g          uintptr // the library's g for the thread; in the library's memory
	taken      atomic.Uint64
}

// bonds holds all bonds, for the garbage collector does not see those in the slot. A
// bond that is not taken any more serves another thread.
var bonds = struct {
	sync.Mutex
	all  []*bond
	next int // where to look first
}{}

// leaveThreadPC is the address of the callback of the slot, void(bond *).
var leaveThreadPC uintptr

// bondSlot makes the process's one fiber-local slot. It is never freed.
var bondSlot = sync.OnceValues(func() (uint32, error) { return flsAlloc(leaveThreadPC) })

func newBond() *bond {
	bonds.Lock()
	defer bonds.Unlock()
	for range bonds.all {
		bonds.next = (bonds.next + 1) % len(bonds.all)
		if b := bonds.all[bonds.next]; b.taken.CompareAndSwap(0, 1) {
			return b
		}
	}
	b := new(bond)
	b.taken.Store(1)
	bonds.all = append(bonds.all, b)
	return b
}

// hold notes that the calling thread, which is locked to its goroutine, is bound to the
// library of the claim by g. If it fails, for want of memory, this one M is not handed
// back.
func (c *claim) hold(slot uint32, generation uint64, g unsafe.Pointer) {
	head := (*bond)(flsGet(slot))
	for b := head; b != nil; b = b.next {
		// A goroutine that found its thread unbound may have moved to a bound one before
		// it was locked to it. A second bond would hand the M back twice.
		if b.claim == c && b.generation == generation {
			b.g = uintptr(g)
			return
		}
	}
	for b := head; b != nil; b = b.next {
		// The library of this one has gone, and with it what there was to hand back.
		if b.claim.generation.Load() != b.generation {
			b.claim, b.generation, b.g = c, generation, uintptr(g)
			return
		}
	}
	b := newBond()
	b.next, b.claim, b.generation, b.g = head, c, generation, uintptr(g)
	if err := flsSet(slot, unsafe.Pointer(b)); err != nil {
		b.taken.Store(0)
	}
}
