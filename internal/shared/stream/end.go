//go:build go1.22

package stream

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// An end is a channel that is held weakly, and the Opener for it.
type end[V any] struct {
	*Weak
	open Opener[V]
}

// The pauses with which a stream polls a channel to which it has no reference. They grow.
const (
	firstLook = time.Millisecond
	lastLook  = 50 * time.Millisecond
)

// send waits until the channel has taken v. The outcome is Done, Closed, gone or
// Stopped.
func (e *end[V]) send(v V, stop <-chan struct{}) Outcome {
	full := func(length, capacity int) bool { return length == capacity }
	return e.wait(stop, full, func(c Chan[V], wait bool) Outcome {
		if o := c.TrySend(v); o != WouldBlock || !wait {
			return o
		}
		clock.add(e.Weak)
		defer clock.remove(e.Weak)
		return c.Send(v, e.probe, stop)
	})
}

// receive waits for a value. The outcomes are those of send. If nothing else refers to the
// channel, receive returns the values in it before the outcome gone.
func (e *end[V]) receive(stop <-chan struct{}) (v V, o Outcome) {
	empty := func(length, _ int) bool { return length == 0 }
	o = e.wait(stop, empty, func(c Chan[V], wait bool) (o Outcome) {
		asked := e.settlers.take() // before: what is sent after this is not for them
		if v, o = c.TryReceive(); o == WouldBlock {
			settleAll(asked)
		} else {
			e.settlers.putBack(asked)
		}
		if o != WouldBlock || !wait {
			return o
		}
		clock.add(e.Weak)
		defer clock.remove(e.Weak)
		v, o = c.Receive(e.probe, stop)
		return o
	})
	if o == gone {
		if w, left := e.open(e.rest).TryReceive(); left != WouldBlock {
			return w, left
		}
	}
	return v, o
}

// receiveSome waits for a value, and appends it and up to n in all to vs. The outcomes are those
// of receive.
func (e *end[V]) receiveSome(vs []V, n int, stop <-chan struct{}) ([]V, Outcome) {
	v, o := e.receive(stop)
	if o != Done {
		return vs, o
	}
	vs = append(vs, v)
	for yielded := false; len(vs) < n; {
		o = WouldBlock
		e.use(func(p unsafe.Pointer) { v, o = e.open(p).TryReceive() })
		switch {
		case o == Done:
			vs = append(vs, v)
			yielded = false
		case o == WouldBlock && !yielded:
			yielded = true
			runtime.Gosched() // often another goroutine is about to send
		default:
			return vs, Done
		}
	}
	return vs, Done
}

// wait sends to or receives from the channel, and waits for the other end to do the
// opposite. Meanwhile attempt alone refers to the channel, or nothing does. blocked reports
// whether do cannot succeed with an open channel of that length and capacity.
func (e *end[V]) wait(stop <-chan struct{}, blocked func(length, capacity int) bool, do func(c Chan[V], wait bool) Outcome) Outcome {
	for {
		o := e.attempt(do)
		if o == Probe && !e.settlers.asked() {
			o = e.watch(stop, func() Outcome { return e.poll(blocked, do) })
		}
		if o != Probe {
			return o
		}
	}
}

// attempt waits at the channel, and refers to it meanwhile. It must not be inlined, so that
// no reference is left on the stack afterwards.
//
//go:noinline
func (e *end[V]) attempt(do func(c Chan[V], wait bool) Outcome) Outcome {
	p := e.acquire()
	if p == nil {
		return gone
	}
	defer e.release()
	return do(e.open(p), true)
}

// watch polls the channel with pauses, and does not refer to it between two polls. When it
// is time to wait at the channel again, the outcome is Probe.
func (e *end[V]) watch(stop <-chan struct{}, poll func() Outcome) Outcome {
	clock.release(e.Weak)
	clock.add(e.Weak)
	defer clock.resume(e.Weak)
	defer clock.remove(e.Weak)
	distance := firstLook
	timer := time.NewTimer(distance)
	defer timer.Stop()
	for {
		select {
		case <-e.gone:
			return gone
		case <-stop:
			return Stopped
		case <-e.probe:
			return Probe
		case <-timer.C:
		}
		if o := poll(); o != WouldBlock {
			return o
		}
		distance = min(2*distance, lastLook)
		timer.Reset(distance)
	}
}

// poll tries the operation once. If it cannot succeed, poll leaves no trace of the channel in the
// heap: a pointer that is stored there while the collector marks keeps the channel alive, and
// marking may take longer than the pause between two polls.
func (e *end[V]) poll(blocked func(length, capacity int) bool, do func(c Chan[V], wait bool) Outcome) Outcome {
	o := WouldBlock
	e.use(func(p unsafe.Pointer) {
		if !idle(p, blocked) {
			o = do(e.open(p), false)
		}
	})
	return o
}

// idle reports whether a channel is open and blocked. It is false if that is not known.
func idle(channel unsafe.Pointer, blocked func(length, capacity int) bool) bool {
	c := *(*chan byte)(unsafe.Pointer(&channel)) // of whatever type
	return cap(c) > 0 && blocked(len(c), cap(c)) && !isClosed(channel)
}

// closedWord returns the offset of the word of a channel that is 1 if the channel is closed, in
// the runtime's hchan. A test at run time finds it: it is 28 in Go 1.22 to 1.26. It is 0 if the
// test finds none.
var closedWord = sync.OnceValue(func() uintptr {
	for offset := uintptr(16); offset <= 48; offset += 4 {
		c := make(chan byte, 1)
		word := (*uint32)(unsafe.Add(*(*unsafe.Pointer)(unsafe.Pointer(&c)), offset))
		was := atomic.LoadUint32(word)
		close(c)
		if was == 0 && atomic.LoadUint32(word) == 1 {
			return offset
		}
	}
	return 0
})

// isClosed reports whether a channel is closed, or may be.
func isClosed(channel unsafe.Pointer) bool {
	offset := closedWord()
	return offset == 0 || atomic.LoadUint32((*uint32)(unsafe.Add(channel, offset))) != 0
}

// close closes the channel, if it still exists and is not closed.
func (e *end[V]) close() {
	defer func() { _ = recover() }()
	e.use(func(p unsafe.Pointer) { e.open(p).Close() })
}
