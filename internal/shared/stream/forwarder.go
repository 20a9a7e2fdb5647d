//go:build go1.22

package stream

import (
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Forwarders are the goroutines that transfer values between the other side's channels and
// those that stand for them. The zero value is ready for use.
type Forwarders struct {
	// Window bounds how many values are sent to the other side at once. It is also the
	// capacity of a channel that stands for one of the other side.
	Window Window
	// Transitions are those to the other side.
	Transitions Transitions

	mu      sync.Mutex
	running map[wire.Ref]map[*forwarder]struct{} // by the owner's handle
	n       int
}

// A forwarder is one goroutine of Forwarders.
type forwarder struct {
	wake chan struct{}
	stop <-chan struct{}
}

func (s *Forwarders) add(ref wire.Ref, stop <-chan struct{}) *forwarder {
	p := &forwarder{make(chan struct{}, 1), stop}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running == nil {
		s.running = make(map[wire.Ref]map[*forwarder]struct{})
	}
	if s.running[ref] == nil {
		s.running[ref] = make(map[*forwarder]struct{})
	}
	s.running[ref][p] = struct{}{}
	s.n++
	return p
}

func (s *Forwarders) remove(ref wire.Ref, p *forwarder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.running[ref], p)
	s.n--
	if len(s.running[ref]) == 0 {
		delete(s.running, ref)
	}
}

// Wake tells the forwarders of a channel that its owner is ready.
func (s *Forwarders) Wake(ref wire.Ref) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for p := range s.running[ref] {
		select {
		case p.wake <- struct{}{}:
		default:
		}
	}
}

// Len returns the number of forwarders that run.
func (s *Forwarders) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n
}

// await waits until the owner is ready. It returns false if abandoned or stop ends the wait.
func (p *forwarder) await(gone <-chan struct{}) bool {
	select {
	case <-p.wake:
		return true
	case <-gone:
	case <-p.stop:
	}
	return false
}

func (p *forwarder) stopped() bool {
	select {
	case <-p.stop:
		return true
	default:
		return false
	}
}

// begin forgets earlier wake-ups.
func (p *forwarder) begin() {
	select {
	case <-p.wake:
	default:
	}
}

// Fill begins to fill a channel with the values that receive gets from the channel of the
// other side: see [Receive]. It starts with the first receive: see demand.go. It closes the
// channel when the other one was closed, when receive fails for a single value, or when stop ends. finished is called last,
// also if the channel was abandoned.
func Fill[V any](s *Forwarders, ref wire.Ref, h *Weak, open Opener[V], stop <-chan struct{}, receive func(single bool) ([]V, Outcome, error), finished func()) {
	e, p := &end[V]{h, open}, s.add(ref, stop)
	start := func(fill bool) {
		defer finished()
		defer e.close()
		defer s.remove(ref, p)
		for single := false; fill; {
			p.begin()
			var vs []V
			var o Outcome
			var err error
			s.Transitions.transit(func() { vs, o, err = receive(single) })
			if err != nil && !single {
				single = true // those that can cross alone arrive
				continue
			}
			if err != nil {
				return
			}
			for _, v := range vs {
				if e.send(v, stop) != Done {
					return
				}
				h.sent.Add(1)
			}
			if o == Closed || o == WouldBlock && !p.await(h.gone) {
				return
			}
		}
	}
	if h.lazy(func(p unsafe.Pointer) int { return open(p).Len() }) {
		unread.add(h, stop, start)
		return
	}
	go start(true)
}

// Drain begins to send the values of a channel to the channel of the other side, some at once.
// send must not keep its argument. When the channel was closed, it calls closing. If send
// fails, its values and all later ones are lost. Values that were sent before the channel was
// abandoned arrive. finished is called last.
func Drain[V any](s *Forwarders, ref wire.Ref, h *Weak, open Opener[V], stop <-chan struct{}, send func([]V) (Outcome, error), closing, finished func()) {
	e, p := &end[V]{h, open}, s.add(ref, stop)
	h.settlers.begin()
	go func() {
		defer finished()
		defer h.settlers.end()
		defer s.remove(ref, p)
		failed := false
		var vs []V
		for {
			var o Outcome
			clear(vs)
			if vs, o = e.receiveSome(vs[:0], s.Window.Size(), stop); o == Closed && !failed {
				closing()
			}
			if o != Done {
				return
			}
			if failed {
				continue
			}
			p.begin()
			var err error
			s.Transitions.transit(func() { o, err = send(vs) })
			if err != nil && len(vs) > 1 { // those before the one that cannot cross arrive
				s.Transitions.transit(func() { o, err = Each(func(v V) (Outcome, error) { return send([]V{v}) })(vs) })
			}
			failed = err != nil || o == Closed
			if o == WouldBlock && !p.await(h.gone) && p.stopped() {
				return
			}
		}
	}()
}
