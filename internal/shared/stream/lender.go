//go:build go1.22

package stream

import (
	"runtime"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A Lender does to the channels that this side has lent what the other side asks for.
// It is safe for concurrent use.
type Lender struct {
	// Ready tells the other side that it may go on with a channel after Later.
	Ready func(ref wire.Ref)

	mu   sync.Mutex
	lent map[wire.Ref]*lent // those that something was waited for at
}

// A lent is a channel that was lent, under one of its handles.
type lent struct {
	mu     sync.Mutex
	values any           // *values[V]
	back   chan struct{} // closed when the channel was given back
	end    chan struct{} // closed by Clear
}

// values are those that were received before they were asked for again, one at most, and
// those that are to be sent.
type values[V any] struct {
	waiting, have, closed bool
	received              V
	queue                 []V
}

// yields is how often the other goroutines are let before a channel is waited at: often
// one of them is just about to send or to receive, and to say so is dearer.
const yields = 3

// find returns what is known of a channel, with the lock held.
func find[V any](l *Lender, ref wire.Ref) (*lent, *values[V]) {
	l.mu.Lock()
	c := l.lent[ref]
	if c == nil {
		c = &lent{back: make(chan struct{}), end: make(chan struct{})}
		if l.lent == nil {
			l.lent = make(map[wire.Ref]*lent)
		}
		l.lent[ref] = c
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

// Receive receives from a channel. After Later, one value is kept until the next
// Receive, which Ready announces; it is lost if the channel is given back.
func Receive[V any](l *Lender, ref wire.Ref, channel unsafe.Pointer, open Opener[V]) (v V, o Outcome) {
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
		return v, Later
	}
	ch := open(channel)
	if v, o = ch.TryReceive(); o != Later {
		return v, o
	}
	for range yields {
		runtime.Gosched()
		if v, o = ch.TryReceive(); o != Later {
			return v, o
		}
	}
	s.waiting = true
	go func() {
		v, o := ch.Receive(nil, c.back)
		if o == Stopped {
			return
		}
		c.mu.Lock()
		s.waiting, s.received, s.have, s.closed = false, v, o == Done, o == Closed
		c.mu.Unlock()
		l.Ready(ref)
	}()
	return v, Later
}

// Send sends to a channel. After Later, the value will be sent, and Ready says when.
// That is so too if the channel is given back meanwhile.
func Send[V any](l *Lender, ref wire.Ref, channel unsafe.Pointer, open Opener[V], v V) Outcome {
	c, s := find[V](l, ref)
	defer c.mu.Unlock()
	switch {
	case s.closed:
		return Closed
	case s.waiting:
		s.queue = append(s.queue, v)
		return Later
	}
	ch := open(channel)
	o := ch.TrySend(v)
	for i := 0; o == Later && i < yields; i++ {
		runtime.Gosched()
		o = ch.TrySend(v)
	}
	if o != Later {
		return o
	}
	s.waiting, s.queue = true, append(s.queue, v)
	go deliver(l, ref, c, s, &end[V]{HoldOf(channel), open})
	return Later
}

// deliver sends what is in the queue. As soon as the channel was given back, nobody but
// its owner may have it, so it is held weakly.
func deliver[V any](l *Lender, ref wire.Ref, c *lent, s *values[V], e *end[V]) {
	for {
		c.mu.Lock()
		if s.closed || len(s.queue) == 0 {
			s.waiting, s.queue = false, nil
			c.mu.Unlock()
			l.Ready(ref)
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

// Back says that a channel was given back, with all of its references.
func (l *Lender) Back(ref wire.Ref) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if c := l.lent[ref]; c != nil {
		close(c.back)
		delete(l.lent, ref)
	}
}

// Clear ends everything, and tells the other side to go on, so that it finds its
// channels gone.
func (l *Lender) Clear() {
	l.mu.Lock()
	all := l.lent
	l.lent = nil
	l.mu.Unlock()
	for ref, c := range all {
		close(c.back)
		close(c.end)
		l.Ready(ref)
	}
}

// Len is the number of channels that something was waited for at.
func (l *Lender) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.lent)
}
