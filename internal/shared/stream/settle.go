//go:build go1.22

package stream

import (
	"sync"
	"time"
	"unsafe"
)

// settleLimit is how long Settle waits. Usually the values are taken at once, unless the machine is
// busy; if nobody receives them, the caller may be the one who will.
const settleLimit = time.Second

// Settle waits until the other side has taken what was sent to a channel that stands for one
// of its channels, but not long. It is called when a func returns that was given the channel:
// its caller may close the channel then, and values on their way would be lost.
func Settle(channel unsafe.Pointer) {
	weaks.Lock()
	h := weaks.at[uintptr(channel)]
	weaks.Unlock()
	if h == nil {
		return
	}
	settled := h.settlers.add()
	if settled == nil {
		return
	}
	select {
	case h.probe <- struct{}{}:
	default:
	}
	limit := time.NewTimer(settleLimit)
	defer limit.Stop()
	select {
	case <-settled:
	case <-h.gone:
	case <-limit.C:
	}
}

// settlers are the callers of Settle that wait for a forwarder.
type settlers struct {
	mu      sync.Mutex
	active  bool // a forwarder sends the channel's values
	waiting []chan struct{}
}

// add returns a channel that is closed when the forwarder finds its channel empty, or nil if
// there is no forwarder.
func (s *settlers) add() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.active {
		return nil
	}
	settled := make(chan struct{})
	s.waiting = append(s.waiting, settled)
	return settled
}

// begin records that there is a forwarder, and end that there is none any more.
func (s *settlers) begin() { s.set(true) }
func (s *settlers) end()   { s.set(false) }

func (s *settlers) set(active bool) {
	s.mu.Lock()
	s.active = active
	s.mu.Unlock()
	settleAll(s.take())
}

// take removes those who wait and returns them. The forwarder settles them if it then finds its channel
// empty. All values have been sent, and none is in transit.
func (s *settlers) take() []chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting := s.waiting
	s.waiting = nil
	return waiting
}

// putBack adds what take returned.
func (s *settlers) putBack(waiting []chan struct{}) {
	if len(waiting) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting = append(s.waiting, waiting...)
}

// settleAll ends the waiting.
func settleAll(waiting []chan struct{}) {
	for _, settled := range waiting {
		close(settled)
	}
}

// asked reports whether somebody waits.
func (s *settlers) asked() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.waiting) > 0
}
