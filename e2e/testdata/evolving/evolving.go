// Package evolving is edited by the tests of reloading.
package evolving

import (
	"context"
	"errors"
	"sync/atomic"
)

const version = 1

// Host is what the host gives to Init.
type Host interface{ Note(text string) }

// Pair has the version twice.
type Pair struct{ A, B int }

// Calls counts the calls of Count in this generation.
var Calls int

var (
	calls atomic.Int64
	ended = make(chan struct{})
	host  Host
)

// Init keeps the host's services until its context ends.
func Init(ctx context.Context, h Host) error {
	host = h
	h.Note("init")
	go func() {
		<-ctx.Done()
		h.Note("end")
		close(ended)
	}()
	return nil
}

// Shutdown waits for what Init has started.
func Shutdown() error {
	<-ended
	return nil
}

// SelfTest says whether this version is any good.
func SelfTest() error { return nil }

// State is what a generation hands over to the next.
type State struct{ Calls int64 }

// Snapshot returns the state.
func Snapshot() (State, error) { return State{calls.Load()}, nil }

// Restore sets the state.
func Restore(s State) error {
	calls.Store(s.Calls)
	return nil
}

// Version returns the version of this source.
func Version() int { return version }

// Versions returns it twice.
func Versions() Pair { return Pair{version, version} }

// Count counts its calls, in all generations.
func Count() int { return int(calls.Add(1)) }

// Wait returns the version when the context has ended.
func Wait(ctx context.Context) (int, error) {
	host.Note("wait")
	<-ctx.Done()
	return version, errors.New("waited")
}

// Through calls the host, and returns the version before and after that.
func Through(f func()) Pair {
	p := Pair{A: version}
	f()
	p.B = version
	return p
}

// A Counter is an object of a generation.
type Counter struct{ n int }

// NewCounter returns one.
func NewCounter() *Counter { return new(Counter) }

// Add adds to the counter.
func (c *Counter) Add(n int) int {
	c.n += n
	return c.n
}

// Version returns the version of the counter's generation.
func (c *Counter) Version() int { return version }

// Adder returns a func of this generation.
func Adder() func(int) int { return func(n int) int { return n + version } }

// Numbers sends the version n times.
func Numbers(n int) <-chan int {
	c := make(chan int)
	go func() {
		defer close(c)
		for range n {
			c <- version
		}
	}()
	return c
}

// Crash ends the plugin.
func Crash() {
	go panic("crash")
	select {}
}

// Spin does not return.
func Spin() {
	for {
	}
}
