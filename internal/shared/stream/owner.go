//go:build go1.22

package stream

import (
	"runtime"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// An Owner operates on the channels that this side has exported, at the request of the other
// side. It is safe for concurrent use.
type Owner struct {
	// Wake tells the other side that a channel is ready after WouldBlock.
	Wake func(ref wire.Ref)

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

// values has the value that was received after WouldBlock and not requested again yet, and
// the values that are still to be sent.
type values[V any] struct {
	waiting, have, closed bool
	received              V
	queue                 []V
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

// Receive receives from a channel. After WouldBlock, the owner receives one value, calls
// Wake, and keeps the value for the next Receive. If the channel is released before, the
// value is lost.
func Receive[V any](l *Owner, ref wire.Ref, channel unsafe.Pointer, open Opener[V]) (v V, o Outcome) {
	c, s := find[V](l, ref)
	defer c.mu.Unlock()
	switch {
	case s.have:
		var none V
		v, s.received, s.have = s.received, none, false
		return v, Done
	case s.closed:
		return v, Closed
	case s.waiting:
		return v, WouldBlock
	}
	ch := open(channel)
	if v, o = ch.TryReceive(); o != WouldBlock {
		return v, o
	}
	for range yields {
		runtime.Gosched()
		if v, o = ch.TryReceive(); o != WouldBlock {
			return v, o
		}
	}
	s.waiting = true
	go func() {
		v, o := ch.Receive(nil, c.released)
		if o == Stopped {
			return
		}
		c.mu.Lock()
		s.waiting, s.received, s.have, s.closed = false, v, o == Done, o == Closed
		c.mu.Unlock()
		transit(func() { l.Wake(ref) })
	}()
	return v, WouldBlock
}

// Send sends to a channel. After WouldBlock, the owner sends the value later, even if the
// channel is released meanwhile, and then calls Wake.
func Send[V any](l *Owner, ref wire.Ref, channel unsafe.Pointer, open Opener[V], v V) Outcome {
	c, s := find[V](l, ref)
	defer c.mu.Unlock()
	switch {
	case s.closed:
		return Closed
	case s.waiting:
		s.queue = append(s.queue, v)
		return WouldBlock
	}
	ch := open(channel)
	o := ch.TrySend(v)
	for i := 0; o == WouldBlock && i < yields; i++ {
		runtime.Gosched()
		o = ch.TrySend(v)
	}
	if o != WouldBlock {
		return o
	}
	s.waiting, s.queue = true, append(s.queue, v)
	go deliver(l, ref, c, s, &end[V]{WeakOf(channel), open})
	return WouldBlock
}

// deliver sends the values in the queue. It holds the channel weakly, because after a
// release perhaps nothing else refers to it.
func deliver[V any](l *Owner, ref wire.Ref, c *exported, s *values[V], e *end[V]) {
	for {
		c.mu.Lock()
		if s.closed || len(s.queue) == 0 {
			s.waiting, s.queue = false, nil
			c.mu.Unlock()
			transit(func() { l.Wake(ref) })
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
		transit(func() { l.Wake(ref) })
	}
}

// Len returns the number of channels at which an operation has waited.
func (l *Owner) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.exported)
}
