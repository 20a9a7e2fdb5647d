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
)

// Init keeps the host's services until its context ends.
func Init(ctx context.Context, h Host) error {
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

// Version returns the version of this source.
func Version() int { return version }

// Versions returns it twice.
func Versions() Pair { return Pair{version, version} }

// Count counts its calls.
func Count() int { return int(calls.Add(1)) }

// Wait returns the version when the context has ended.
func Wait(ctx context.Context) (int, error) {
	<-ctx.Done()
	return version, errors.New("waited")
}
