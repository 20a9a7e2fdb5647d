//go:build go1.22

package stream

import (
	"runtime"
	"sync"
)

// A goroutine that waits at a channel keeps it alive. To find out whether anybody else has
// the channel, the goroutine must give it up, and can then only look at it now and then.
// Waiting costs least, so the two alternate, in cycles of the garbage collector: a stream
// gives its channel up for two cycles. If the channel is still there, the stream waits at
// it for as many cycles as the stream is old, maxWait at most. Most abandoned streams are
// young, and old ones are hardly disturbed.
const (
	letGo   = 2 // after the first, memory is swept, and what is found there is finalized; the second waits for that
	maxWait = 64
)

// clock counts the cycles of the garbage collector while anybody waits.
var clock ticker

type ticker struct {
	mu      sync.Mutex
	now     uint64
	waiting map[*Weak]struct{}
	running bool
}

// A beat is an object whose finalizer runs once in each cycle and sets itself again.
type beat struct{ t *ticker }

func (t *ticker) birth(h *Weak) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h.born, h.due = t.now, t.now+1
}

// add begins to tell h when it is due.
func (t *ticker) add(h *Weak) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waiting == nil {
		t.waiting = make(map[*Weak]struct{})
	}
	t.waiting[h] = struct{}{}
	if h.due <= t.now {
		h.due = t.now + 1
	}
	if !t.running {
		t.running = true
		runtime.SetFinalizer(&beat{t}, (*beat).tick)
	}
}

func (t *ticker) remove(h *Weak) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.waiting, h)
	select {
	case <-h.probe:
	default:
	}
}

// release begins the cycles in which nothing here refers to the channel of h.
func (t *ticker) release(h *Weak) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h.due = t.now + letGo
}

// resume ends them.
func (t *ticker) resume(h *Weak) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h.due = t.now + min(max(t.now-h.born, 1), maxWait)
}

func (b *beat) tick() {
	t := b.t
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now++
	for h := range t.waiting {
		if h.due <= t.now {
			select {
			case h.probe <- struct{}{}:
			default:
			}
		}
	}
	if t.running = len(t.waiting) > 0; t.running {
		runtime.SetFinalizer(b, (*beat).tick)
	}
}
