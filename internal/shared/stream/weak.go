//go:build go1.22

package stream

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// A Weak knows a channel without keeping it alive. There is one for each channel.
//
// It has the channel's address as a number and relies on a finalizer: the memory of an
// unreachable object with a finalizer is not reused before the finalizer has run. This
// finalizer checks, with the lock held, whether the channel was returned to somebody since.
// Package weak does not serve here. It is younger than the oldest Go that plugins are built
// with. And a weak pointer that is read while the collector marks keeps its object alive,
// so a channel that is looked at often would never be collected. go4.org/intern did the
// same.
//
// That a channel is a pointer to the start of an allocation is not in the language. It
// has been so since Go 1, and runtime.SetFinalizer would notice.
type Weak struct {
	mu      sync.Mutex
	address uintptr        // 0: the channel was collected
	again   bool           // it was returned to somebody since its finalizer was set
	rest    unsafe.Pointer // what was collected; it may hold values yet
	gone    chan struct{}  // closed when the channel was collected

	// Of a channel that is filled, see demand.go.
	started  bool                     // somebody has received, or was waited for long enough
	ahead    bool                     // it was started without a receiver
	returned bool                     // it went back to its owner before it was started
	sent     atomic.Int64             // values that were put into it
	length   func(unsafe.Pointer) int // how many are in it

	// See clock, which guards the numbers.
	probe     chan struct{}
	born, due uint64
}

// memory stands for the memory of a channel. It has a pointer, so that nothing else
// shares an allocation with it.
type memory struct{ _ *byte }

// weaks are those of channels that were not collected, by address. Its lock is taken
// before a Weak's.
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

// FindWeak returns the Weak of a channel if it has one, else nil.
func FindWeak(channel unsafe.Pointer) *Weak {
	weaks.Lock()
	defer weaks.Unlock()
	return weaks.at[uintptr(channel)]
}

// Channel returns the channel, nil if it was collected.
func (h *Weak) Channel() unsafe.Pointer {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.again = true
	return h.pointer()
}

// pointer returns the channel. The lock is held, and if it is given up before the
// pointer is, again must be set.
func (h *Weak) pointer() unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&h.address))
}

// use calls f with the channel, unless it was collected. f must not wait, nor keep it.
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
	if h.again {
		h.again = false
		runtime.SetFinalizer(m, h.collected)
		return
	}
	delete(weaks.at, h.address)
	h.address, h.rest = 0, unsafe.Pointer(m)
	close(h.gone)
}
