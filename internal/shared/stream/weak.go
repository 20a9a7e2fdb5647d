//go:build go1.22

package stream

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A Weak refers to a channel without keeping it alive. Each channel has at most one.
//
// It has the channel's address as a number and relies on a finalizer: the memory of an
// unreachable object with a finalizer is not reused before the finalizer has run. This
// finalizer checks, with the lock held, whether a caller got the channel meanwhile.
// Package weak is unsuitable. It is younger than the oldest Go with which plugins are
// built. And a weak pointer that is read while the collector marks keeps its object alive,
// so a channel that is looked at often would never be collected. go4.org/intern did the
// same.
//
// The language does not say that a channel is a pointer to the start of an allocation. It
// has been one since Go 1, and runtime.SetFinalizer fails if this changes.
type Weak struct {
	mu      sync.Mutex
	address uintptr        // 0: the channel was collected
	again   bool           // a caller got the channel since its finalizer was set
	using   int            // callers of acquire that have the channel
	rest    unsafe.Pointer // the collected channel, which may still have values
	gone    chan struct{}  // closed when the channel was collected
	remote  any            // the channel of the other side that this one stands for; nil: see Connect

	settlers settlers // for a channel that is drained: see settle.go

	// For a channel that is filled: see demand.go.
	started  bool                     // there was a receiver, or the time for waiting is over
	ahead    bool                     // it was filled without a receiver
	returned bool                     // it went back to its owner before it was filled
	sent     atomic.Int64             // how many values were sent to it
	length   func(unsafe.Pointer) int // how many values are in it

	// For clock, whose lock guards the numbers.
	probe     chan struct{}
	born, due uint64
}

// memory is a type for the memory of a channel. It has a pointer, so that the allocation is
// not shared with other small objects.
type memory struct{ _ *byte }

// weaks has the Weak of each channel that was not collected, by the channel's address. Its
// lock is taken before that of a Weak.
var weaks = struct {
	sync.Mutex
	at map[uintptr]*Weak
}{at: make(map[uintptr]*Weak)}

// WeakOf returns the Weak of a channel.
func WeakOf(channel unsafe.Pointer) *Weak {
	weaks.Lock()
	defer weaks.Unlock()
	if h := weaks.at[uintptr(channel)]; h != nil {
		h.mu.Lock()
		h.again = true
		h.mu.Unlock()
		return h
	}
	h := &Weak{address: uintptr(channel), gone: make(chan struct{}), probe: make(chan struct{}, 1)}
	clock.birth(h)
	weaks.at[h.address] = h
	runtime.SetFinalizer((*memory)(channel), h.collected)
	return h
}

// Connect records the channel of the other side that this one stands for. It is nil when the
// stream has come to its end.
func (h *Weak) Connect(remote any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.remote = remote
}

// Connected returns what Connect recorded for a channel, and the channel's Weak. remote is the
// zero value if that is nothing, or is not an R.
func Connected[R any](channel unsafe.Pointer) (h *Weak, remote R) {
	weaks.Lock()
	h = weaks.at[uintptr(channel)]
	weaks.Unlock()
	if h != nil {
		h.mu.Lock()
		defer h.mu.Unlock()
		remote, _ = h.remote.(R)
	}
	return h, remote
}

// Channel returns the channel, or nil if it was collected.
func (h *Weak) Channel() unsafe.Pointer {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.again = true
	return h.pointer()
}

// acquire is Channel for a caller that calls release when it has dropped the channel.
func (h *Weak) acquire() unsafe.Pointer {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.address != 0 {
		h.using++
	}
	return h.pointer()
}

func (h *Weak) release() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.using--
}

// pointer returns the channel. The caller holds the lock. If it unlocks while it still uses
// the pointer, it must set again.
func (h *Weak) pointer() unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&h.address))
}

// use calls f with the channel, unless it was collected. f must neither wait nor keep the
// channel.
func (h *Weak) use(f func(unsafe.Pointer)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.address != 0 {
		f(h.pointer())
	}
}

// collected is the finalizer.
func (h *Weak) collected(m *memory) {
	weaks.Lock()
	defer weaks.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.again || h.using > 0 {
		h.again = false
		runtime.SetFinalizer(m, h.collected)
		return
	}
	delete(weaks.at, h.address)
	h.address, h.rest = 0, unsafe.Pointer(m)
	close(h.gone)
}
