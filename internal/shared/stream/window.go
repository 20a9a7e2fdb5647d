//go:build go1.22

package stream

import "sync/atomic"

// A Window is how many values of a channel are transferred in one call. The zero value is a
// window of 1. It is safe for concurrent use.
type Window struct{ n atomic.Int64 }

// MaxWindow is the largest window.
const MaxWindow = 1 << 16

// Set sets the window. It has an effect on channels that cross from now on, and on values of
// others from now on.
func (w *Window) Set(n int) { w.n.Store(int64(min(max(n, 1), MaxWindow))) }

// Size returns the window. A channel that stands for one of the other side has this capacity. It
// is never 0, because the forwarder does not always wait at the channel: a select with a
// default would often find an unbuffered channel not ready.
func (w *Window) Size() int { return int(max(w.n.Load(), 1)) }

// One makes a receive func for [Fill] of one that receives single values.
func One[V any](receive func() (V, Outcome, error)) func(bool) ([]V, Outcome, error) {
	return func(bool) ([]V, Outcome, error) {
		v, o, err := receive()
		if err != nil || o != Done {
			return nil, o, err
		}
		return []V{v}, o, nil
	}
}

// Each makes a send func for [Drain] of one that sends single values.
func Each[V any](send func(V) (Outcome, error)) func([]V) (Outcome, error) {
	return func(vs []V) (Outcome, error) {
		outcome := Done
		for _, v := range vs {
			o, err := send(v)
			if err != nil || o == Closed {
				return o, err
			}
			outcome = max(outcome, o)
		}
		return outcome, nil
	}
}
