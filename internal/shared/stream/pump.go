//go:build go1.22

package stream

import (
	"sync"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Size is the room in a channel that stands for one of the other side. A channel that
// nobody waits at, because its pump has let go of it, must take or have a value, or
// those who do not wait would find it full or empty.
const Size = 1

// Pumps are the goroutines that carry values between the other side's channels and
// those that stand for them. The zero value is ready for use.
type Pumps struct {
	mu    sync.Mutex
	pumps map[wire.Ref]map[*pump]struct{} // by the owner's handle
}

// A pump is one of them.
type pump struct {
	ready chan struct{}
	stop  <-chan struct{}
}

func (s *Pumps) add(ref wire.Ref, stop <-chan struct{}) *pump {
	p := &pump{make(chan struct{}, 1), stop}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pumps == nil {
		s.pumps = make(map[wire.Ref]map[*pump]struct{})
	}
	if s.pumps[ref] == nil {
		s.pumps[ref] = make(map[*pump]struct{})
	}
	s.pumps[ref][p] = struct{}{}
	return p
}

func (s *Pumps) remove(ref wire.Ref, p *pump) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pumps[ref], p)
	if len(s.pumps[ref]) == 0 {
		delete(s.pumps, ref)
	}
}

// Ready says that the owner of a channel is ready to go on.
func (s *Pumps) Ready(ref wire.Ref) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p := range s.pumps[ref] {
		select {
		case p.ready <- struct{}{}:
		default:
		}
	}
}

// Len is the number of pumps.
func (s *Pumps) Len() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, list := range s.pumps {
		n += len(list)
	}
	return n
}

// await waits until the owner is ready, or returns false.
func (p *pump) await(gone <-chan struct{}) bool {
	select {
	case <-p.ready:
		return true
	case <-gone:
	case <-p.stop:
	}
	return false
}

func (p *pump) stopped() bool {
	select {
	case <-p.stop:
		return true
	default:
		return false
	}
}

// begin forgets that the owner was ready before.
func (p *pump) begin() {
	select {
	case <-p.ready:
	default:
	}
}

// Fill begins to fill a channel with what receive gets from the one that it stands for,
// and closes it in the end: if the other one was closed, receive fails, or at stop.
// finished is called last, also if the channel was abandoned.
func Fill[V any](s *Pumps, ref wire.Ref, h *Hold, open Opener[V], stop <-chan struct{}, receive func() (V, Outcome, error), finished func()) {
	e, p := &end[V]{h, open}, s.add(ref, stop)
	go func() {
		defer finished()
		defer e.close()
		defer s.remove(ref, p)
		for {
			p.begin()
			v, o, err := receive()
			switch {
			case err != nil || o == Closed:
				return
			case o == Later:
				if !p.await(h.gone) {
					return
				}
			case e.send(v, stop) != Done:
				return
			}
		}
	}()
}

// Drain begins to empty a channel into the one that it stands for, by send, and calls
// closing once it was closed. Values that send fails with are lost, and all later ones. What
// was sent before the channel was abandoned arrives. finished is called last.
func Drain[V any](s *Pumps, ref wire.Ref, h *Hold, open Opener[V], stop <-chan struct{}, send func(V) (Outcome, error), closing, finished func()) {
	e, p := &end[V]{h, open}, s.add(ref, stop)
	go func() {
		defer finished()
		defer s.remove(ref, p)
		failed := false
		for {
			v, o := e.receive(stop)
			if o == Closed && !failed {
				closing()
			}
			if o != Done {
				return
			}
			if failed {
				continue
			}
			p.begin()
			o, err := send(v)
			failed = err != nil || o == Closed
			if o == Later && !p.await(h.gone) && p.stopped() {
				return
			}
		}
	}()
}
