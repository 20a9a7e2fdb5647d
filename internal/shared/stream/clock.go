//go:build go1.22

package stream

import (
	"runtime"
	"sync"
)

// A goroutine that waits at a channel keeps it alive. To find out whether anything else
// refers to the channel, the goroutine must drop its own reference, and then it can only
// poll the channel. Waiting is cheaper than polling, so a stream alternates. The unit is a
// cycle of the garbage collector. For three cycles the stream polls without a reference. If
// the channel still exists then, the stream waits at it for one cycle, and longer if it is old.
// Most abandoned streams are young: the second cycle after the last use finds them. Old streams
// rarely poll.
const (
	letGo   = 3 // the first may have begun to mark before, and finalizers of the second run at its end, after the clock's perhaps
	old     = 8 // a stream waits one cycle for this many cycles of its age
	maxWait = 64
)

// clock counts the cycles of the garbage collector while any stream waits.
var clock ticker

type ticker struct {
	mu      sync.Mutex
	now     uint64
	waiting map[*Weak]struct{}
	running bool
}

// A beat is an object whose finalizer runs once in each cycle, and sets a finalizer again.
type beat struct{ t *ticker }

func (t *ticker) birth(h *Weak) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h.born, h.due = t.now, t.now+1
}

// add registers h, so that its probe is signalled when it is due.
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

// release begins the cycles in which this package has no reference to the channel of h.
func (t *ticker) release(h *Weak) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h.due = t.now + letGo
}

// resume begins the cycles in which the stream waits at the channel.
func (t *ticker) resume(h *Weak) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h.due = t.now + min(max((t.now-h.born)/old, 1), maxWait)
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
