//go:build go1.22

package stream

import (
	"runtime"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// An Owner operates on the channels that this side has exported, as the other side asks.
// It is safe for concurrent use.
type Owner struct {
	// Wake tells the other side that it may go on with a channel after WouldBlock.
	Wake func(ref wire.Ref)

	mu       sync.Mutex
	exported map[wire.Ref]*exported // those that something was waited for at
}

// An exported is a channel that was exported, under one of its handles.
type exported struct {
	mu       sync.Mutex
	values   any           // *values[V]
	released chan struct{} // closed when the channel was released
	end      chan struct{} // closed by Clear
}

// values are those that were received before they were asked for again, one at most, and
// those that are to be sent.
type values[V any] struct {
	waiting, have, closed bool
	received              V
	queue                 []V
}

// yields is how often other goroutines run before the owner waits at a channel. Often one
// of them is about to send or receive, which costs less than a wake-up.
const yields = 3

// find returns what is known of a channel, with the lock held.
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

// Receive receives from a channel. After WouldBlock, one value is kept until the next
// Receive, which Wake announces; it is lost if the channel is released.
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

// Send sends to a channel. After WouldBlock, the value will be sent, and Wake says when.
// The value is sent also if the channel is released meanwhile.
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

// deliver sends what is in the queue. After the channel was released, only its owner may
// still refer to it, so deliver holds it weakly.
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

// Release says that a channel was released, with all of its references.
func (l *Owner) Release(ref wire.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.exported[ref]; c != nil {
		close(c.released)
		delete(l.exported, ref)
	}
}

// Clear ends everything, and tells the other side to go on, so that it finds its
// channels gone.
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

// Len is the number of channels that something was waited for at.
func (l *Owner) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.exported)
}
