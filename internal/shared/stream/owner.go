//go:build go1.22

package stream

import (
	"runtime"
	"slices"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// An Owner operates on the channels that this side has exported, at the request of the other
// side. It is safe for concurrent use.
type Owner struct {
	// Wake tells the other side that a channel is ready after WouldBlock.
	Wake func(ref wire.Ref)
	// Window bounds how many values are received ahead of the other side's requests.
	Window Window
	// MaxQueue bounds how many values that a channel has not taken are kept for it; 0 is no bound.
	// The other side sends no more before it is woken, but others may be under way.
	MaxQueue int
	// Transitions are those to the other side.
	Transitions Transitions

	mu       sync.Mutex
	exported map[wire.Ref]*exported // the channels at which an operation has waited
}

// An exported is a channel that was exported, under one of its handles.
type exported struct {
	mu       sync.Mutex
	values   any           // *values[V]
	released chan struct{} // closed when the channel was released
	end      chan struct{} // closed by Clear
}

// values has the values that were received and not requested yet, and those that are still
// to be sent.
type values[V any] struct {
	waiting  bool // the other side waits to be woken
	closed   bool
	fetching bool // fetch runs
	received []V
	given    []V // what the last Receive returned, if it was several
	queue    []V
}

// yields is how often the owner lets other goroutines run before it waits at a channel.
// Often one of them is about to send or receive, and then no wake-up is needed.
const yields = 3

// find returns the record of a channel. It must be called with the lock held.
func find[V any](l *Owner, ref wire.Ref) (*exported, *values[V]) {
	l.mu.Lock()
	c := l.exported[ref]
	if c == nil {
		c = &exported{released: make(chan struct{}), end: make(chan struct{})}
		if l.exported == nil {
			l.exported = make(map[wire.Ref]*exported)
		}
		l.exported[ref] = c
	}
	l.mu.Unlock()
	c.mu.Lock()
	s, ok := c.values.(*values[V])
	if !ok {
		s = new(values[V])
		c.values = s
	}
	return c, s
}

// Receive returns the values of a channel that are there, at least one and at most a window of
// them, before the outcome Done or Closed. After WouldBlock, the owner receives in a goroutine,
// and calls Wake when it has values for the next Receive. It continues until it has a window
// of them that were not requested, so the other side finds the next values at once. If the
// channel is released before, these values are lost.
//
// With single, the window is 1, and if the Receive before had no single and returned several
// values, these come again: they did not arrive, because one of them or all together could not
// cross.
func Receive[V any](l *Owner, ref wire.Ref, channel unsafe.Pointer, open Opener[V], single bool) (vs []V, o Outcome) {
	c, s := find[V](l, ref)
	defer c.mu.Unlock()
	window := l.Window.Size()
	if single {
		window = 1
		s.received = append(s.given, s.received...)
	}
	s.given = nil
	if len(s.received) == 0 && !s.closed && !s.waiting && !s.fetching {
		s.receive(open(channel), window)
	}
	vs = s.received[:min(len(s.received), window)]
	s.received = slices.Clone(s.received[len(vs):])
	if len(vs) > 1 {
		s.given = vs
	}
	switch {
	case s.closed && len(s.received) == 0:
		o = Closed
	case len(vs) == 0:
		s.waiting, o = true, WouldBlock
	default:
		o = Done
	}
	if !s.closed && !s.fetching && len(s.received) == 0 && (window > 1 || s.waiting) {
		s.fetching = true
		go fetch(l, ref, c, s, open(channel), window)
	}
	return vs, o
}

// ReceiveOne is Receive with single, for values that always cross one by one.
func ReceiveOne[V any](l *Owner, ref wire.Ref, channel unsafe.Pointer, open Opener[V]) (v V, o Outcome) {
	vs, o := Receive(l, ref, channel, open, true)
	if len(vs) == 1 {
		return vs[0], Done // if the channel is closed, the next Receive says so
	}
	return v, o
}

// receive receives without waiting. It lets other goroutines run before it finds no value at all.
func (s *values[V]) receive(ch Chan[V], window int) {
	for yielded := 0; len(s.received) < window; {
		v, o := ch.TryReceive()
		switch {
		case o == Done:
			s.received = append(s.received, v)
			continue
		case o == Closed:
			s.closed = true
		case len(s.received) == 0 && yielded < yields:
			yielded++
			runtime.Gosched()
			continue
		}
		return
	}
}

// fetch receives until there is a window of values that were not requested. It wakes the other
// side before it waits for a value, and at the end.
func fetch[V any](l *Owner, ref wire.Ref, c *exported, s *values[V], ch Chan[V], window int) {
	due := false
	wake := func() {
		if due {
			due = false
			l.Transitions.transit(func() { l.Wake(ref) })
		}
	}
	for fetching := true; fetching; {
		v, o := ch.TryReceive()
		if o == WouldBlock && window > 1 {
			runtime.Gosched() // often another goroutine is about to send
			v, o = ch.TryReceive()
		}
		if o == WouldBlock {
			wake()
			v, o = ch.Receive(nil, c.released)
		}
		if o == Stopped {
			return
		}
		c.mu.Lock()
		if s.closed = o == Closed; !s.closed {
			s.received = append(s.received, v)
		}
		due, s.waiting = due || s.waiting, false
		fetching = !s.closed && len(s.received) < window
		s.fetching = fetching
		c.mu.Unlock()
	}
	wake()
}

// Send sends values to a channel. After WouldBlock, the owner sends those that the channel has
// not taken later, even if it is released meanwhile, and then calls Wake.
func Send[V any](l *Owner, ref wire.Ref, channel unsafe.Pointer, open Opener[V], vs []V) Outcome {
	c, s := find[V](l, ref)
	defer c.mu.Unlock()
	switch {
	case s.closed:
		return Closed
	case s.waiting:
		if l.MaxQueue > 0 && len(s.queue)+len(vs) > l.MaxQueue {
			return TooMany
		}
		s.queue = append(s.queue, vs...)
		return WouldBlock
	}
	ch := open(channel)
	for i, v := range vs {
		o := ch.TrySend(v)
		for n := 0; o == WouldBlock && n < yields && len(vs) == 1; n++ {
			runtime.Gosched()
			o = ch.TrySend(v)
		}
		switch o {
		case Closed:
			return Closed
		case WouldBlock:
			s.waiting, s.queue = true, append(s.queue, vs[i:]...)
			go deliver(l, ref, c, s, &end[V]{WeakOf(channel), open})
			return WouldBlock
		}
	}
	return Done
}

// deliver sends the values in the queue. It holds the channel weakly, because after a
// release perhaps nothing else refers to it.
func deliver[V any](l *Owner, ref wire.Ref, c *exported, s *values[V], e *end[V]) {
	for {
		c.mu.Lock()
		if s.closed || len(s.queue) == 0 {
			s.waiting, s.queue = false, nil
			c.mu.Unlock()
			l.Transitions.transit(func() { l.Wake(ref) })
			return
		}
		v := s.queue[0]
		s.queue = s.queue[1:]
		c.mu.Unlock()
		switch e.send(v, c.end) {
		case Closed:
			c.mu.Lock()
			s.closed = true
			c.mu.Unlock()
		case gone, Stopped:
			return
		}
	}
}

// Release records that all references to a channel were released.
func (l *Owner) Release(ref wire.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.exported[ref]; c != nil {
		close(c.released)
		delete(l.exported, ref)
	}
}

// Clear ends all waits, and wakes the other side, which then finds that its channels are
// gone.
func (l *Owner) Clear() {
	l.mu.Lock()
	all := l.exported
	l.exported = nil
	l.mu.Unlock()
	for ref, c := range all {
		close(c.released)
		close(c.end)
		l.Transitions.transit(func() { l.Wake(ref) })
	}
}

// Len returns the number of channels at which an operation has waited.
func (l *Owner) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.exported)
}
