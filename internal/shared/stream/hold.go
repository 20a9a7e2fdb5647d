//go:build go1.22

package stream

import (
	"runtime"
	"sync"
	"unsafe"
)

// A Hold knows a channel without keeping it alive. There is one for each channel.
//
// It has the channel's address as a number and relies on a finalizer: the memory of an
// unreachable object with a finalizer is not reused before that has run, and this one
// looks, with the lock held, whether the channel was given out again since. Package weak
// would not serve: it is younger than the oldest Go that plugins are built with, and a
// weak pointer that is looked at while the collector marks keeps its object alive, which
// a channel that is looked at again and again would not survive. go4.org/intern did the
// same.
//
// That a channel is a pointer to the start of an allocation is not in the language. It
// has been so since Go 1, and runtime.SetFinalizer would notice.
type Hold struct {
	mu      sync.Mutex
	address uintptr        // 0: the channel was collected
	again   bool           // it was given out since its finalizer was set
	rest    unsafe.Pointer // what was collected; it may hold values yet
	gone    chan struct{}  // closed when the channel was collected

	// See clock, which guards the numbers.
	look      chan struct{}
	born, due uint64
}

// memory stands for the memory of a channel. It has a pointer, so that nothing else
// shares an allocation with it.
type memory struct{ _ *byte }

// holds are those of channels that were not collected, by address. Its lock is taken
// before a Hold's.
var holds = struct {
	sync.Mutex
	at map[uintptr]*Hold
}{at: make(map[uintptr]*Hold)}

// HoldOf returns the Hold of a channel.
func HoldOf(channel unsafe.Pointer) *Hold {
	holds.Lock()
	defer holds.Unlock()
	if h := holds.at[uintptr(channel)]; h != nil {
		h.mu.Lock()
		h.again = true
		h.mu.Unlock()
		return h
	}
	h := &Hold{address: uintptr(channel), gone: make(chan struct{}), look: make(chan struct{}, 1)}
	clock.birth(h)
	holds.at[h.address] = h
	runtime.SetFinalizer((*memory)(channel), h.collected)
	return h
}

// Find returns the Hold of a channel if it has one, else nil.
func Find(channel unsafe.Pointer) *Hold {
	holds.Lock()
	defer holds.Unlock()
	return holds.at[uintptr(channel)]
}

// Channel returns the channel, nil if it was collected.
func (h *Hold) Channel() unsafe.Pointer {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.again = true
	return h.pointer()
}

// pointer returns the channel. The lock is held, and if it is given up before the
// pointer is, again must be set.
func (h *Hold) pointer() unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&h.address))
}

// use calls f with the channel, unless it was collected. f must not wait, nor keep it.
func (h *Hold) use(f func(unsafe.Pointer)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.address != 0 {
		f(h.pointer())
	}
}

// collected is the finalizer.
func (h *Hold) collected(m *memory) {
	holds.Lock()
	defer holds.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.again {
		h.again = false
		runtime.SetFinalizer(m, h.collected)
		return
	}
	delete(holds.at, h.address)
	h.address, h.rest = 0, unsafe.Pointer(m)
	close(h.gone)
}
