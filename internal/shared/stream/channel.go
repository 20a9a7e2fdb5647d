//go:build go1.22

// Package stream connects channels of the two sides.
//
// The owner exports its channel: see [Owner]. The other side makes a channel of its own,
// which a goroutine fills or empties: see [Forwarders]. No call waits for the owner's
// channel. If a call would have to wait, the owner returns [WouldBlock], waits in a
// goroutine of its own, and wakes the other side when the channel is ready. So a waiting
// stream holds no thread on either side.
//
// While a stream is idle, the other side holds its channel weakly. So it finds out when
// nothing else refers to the channel: see [Weak].
//
// Its source is shared with plugins, like that of package wire.
package stream

import "unsafe"

// An Outcome is the result of sending to a channel, or receiving from one. The first three
// cross.
type Outcome uint8

const (
	Done       Outcome = iota // a value was sent or received
	WouldBlock                // not yet possible; a value to send was accepted nevertheless. The owner wakes the other side
	Closed                    // the channel is closed

	gone    // nothing else refers to the channel
	Stopped // the wait was stopped
	Probe   // it is time to test whether anything else refers to the channel
	TooMany // more values wait for the channel than Owner.MaxQueue
)

// A Chan is a channel of values V.
type Chan[V any] interface {
	// TrySend and TryReceive do not wait. The outcome is Done, WouldBlock or Closed.
	TrySend(v V) Outcome
	TryReceive() (V, Outcome)
	// Send and Receive wait until they succeed, or until one of the channels probe and
	// stop is closed or has a value.
	Send(v V, probe, stop <-chan struct{}) Outcome
	Receive(probe, stop <-chan struct{}) (V, Outcome)
	Close()
	// Len returns how many values are in the channel.
	Len() int
}

// An Opener returns the Chan for the memory of a channel.
type Opener[V any] func(p unsafe.Pointer) Chan[V]

// Typed is the Opener of channels whose type the compiler knows. A channel is a pointer, and
// its direction is a matter of types only.
func Typed[T any](p unsafe.Pointer) Chan[T] { return typed[T](*(*chan T)(unsafe.Pointer(&p))) }

type typed[T any] chan T

func (c typed[T]) TrySend(v T) (o Outcome) {
	defer closed(&o)
	select {
	case c <- v:
		return Done
	default:
		return WouldBlock
	}
}

func (c typed[T]) TryReceive() (v T, o Outcome) {
	select {
	case v, ok := <-c:
		return v, received(ok)
	default:
		return v, WouldBlock
	}
}

func (c typed[T]) Send(v T, probe, stop <-chan struct{}) (o Outcome) {
	defer closed(&o)
	select {
	case c <- v:
		return Done
	case <-probe:
		return Probe
	case <-stop:
		return Stopped
	}
}

func (c typed[T]) Receive(probe, stop <-chan struct{}) (v T, o Outcome) {
	select {
	case v, ok := <-c:
		return v, received(ok)
	case <-probe:
		return v, Probe
	case <-stop:
		return v, Stopped
	}
}

func (c typed[T]) Close() { close(c) }

func (c typed[T]) Len() int { return len(c) }

// closed recovers the panic of a send to a closed channel. It must be deferred.
func closed(o *Outcome) {
	if recover() != nil {
		*o = Closed
	}
}

func received(ok bool) Outcome {
	if ok {
		return Done
	}
	return Closed
}

// maxTransitions bounds how many goroutines of this package are on the other side at once.
// None stays there for long, but each holds a thread meanwhile. Without a bound, many
// channels could take more threads than a process may have.
const maxTransitions = 16

// Transitions bound how many goroutines of this package are on the other side at once. Nil are
// those of all sides that share this process.
type Transitions chan struct{}

// NewTransitions returns those of one other side, which cannot keep the streams of others waiting.
func NewTransitions() Transitions { return make(Transitions, maxTransitions) }

var shared = NewTransitions()

// transit calls f, which calls the other side.
func (t Transitions) transit(f func()) {
	if t == nil {
		t = shared
	}
	t <- struct{}{}
	defer func() { <-t }()
	f()
}
