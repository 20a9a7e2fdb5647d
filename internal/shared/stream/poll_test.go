package stream

import (
	"fmt"
	"runtime"
	"testing"
	"unsafe"
)

// opened keeps a channel in the heap, as values of package reflect do.
var opened *unsafe.Pointer

// inHeap is Typed with the channel in the heap for a moment.
func inHeap(p unsafe.Pointer) Chan[int] {
	opened = new(unsafe.Pointer)
	*opened = p
	defer func() { opened = nil }()
	return Typed[int](p)
}

// However often a channel is polled while the collector marks, it is collected when nothing else
// refers to it.
func TestPollsKeepNoChannelAlive(t *testing.T) {
	for _, test := range []struct {
		name string
		full bool
	}{{"to send", true}, {"to receive", false}} {
		t.Run(test.name, func(t *testing.T) {
			own := make(chan int, 1)
			if test.full {
				own <- 1
			}
			e := &end[int]{WeakOf(pointer(&own)), inHeap}
			blocked := func(length, capacity int) bool { return test.full == (length == capacity) }
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				for e.acquirable() {
					if o := e.poll(blocked, func(Chan[int], bool) Outcome { return WouldBlock }); o != WouldBlock {
						t.Errorf("got outcome %d, want %d", o, WouldBlock)
					}
				}
			}()
			own = nil
			for range 100 {
				runtime.GC()
				if !e.acquirable() {
					<-ended
					return
				}
			}
			t.Error("got a channel that is left after 100 collections, want none")
		})
	}
}

// acquirable reports whether the channel was not collected.
func (e *end[V]) acquirable() bool {
	select {
	case <-e.Weak.gone:
		return false
	default:
		return true
	}
}

// A channel is idle if an operation would block, which the runtime's own fields tell.
func TestIdle(t *testing.T) {
	full := func(length, capacity int) bool { return length == capacity }
	empty := func(length, _ int) bool { return length == 0 }
	for _, test := range []struct {
		values, capacity int
		closed           bool
		full, empty      bool
	}{
		{0, 0, false, false, false}, // not known
		{0, 1, false, false, true},
		{1, 1, false, true, false},
		{1, 2, false, false, false},
		{0, 1, true, false, false},
		{2, 2, true, false, false},
	} {
		t.Run(fmt.Sprintf("%+v", test), func(t *testing.T) {
			c := make(chan string, test.capacity)
			for range test.values {
				c <- "text"
			}
			if test.closed {
				close(c)
			}
			if got := idle(pointer(&c), full); got != test.full {
				t.Errorf("to send: got %t, want %t", got, test.full)
			}
			if got := idle(pointer(&c), empty); got != test.empty {
				t.Errorf("to receive: got %t, want %t", got, test.empty)
			}
		})
	}
	if closedWord() == 0 {
		t.Error("got no word that tells whether a channel is closed, want one")
	}
}
