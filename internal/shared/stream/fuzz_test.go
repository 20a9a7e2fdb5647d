package stream

import (
	"errors"
	"testing"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// FuzzOutcomes drives a stream in each direction by answers of the other side that may be
// anything, in any order. Both come to an end, and the goroutines with them.
func FuzzOutcomes(f *testing.F) {
	f.Add([]byte{0, 1, 0, 2})
	f.Add([]byte{7, 255, 1, 1, 3})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, answers []byte) {
		var s Forwarders
		next := func(i *int) (Outcome, error) {
			s.Wake(1) // so that nothing is waited for
			if *i >= len(answers) {
				return Closed, nil
			}
			o := answers[*i]
			if *i++; o == 100 {
				return Done, errors.New("refused")
			}
			return Outcome(o), nil
		}
		read, write := make(chan byte, 1), make(chan byte, 1)
		done := make(chan struct{}, 2)
		finished := func() { done <- struct{}{} }
		var got, sent int
		stop := make(chan struct{})
		Fill(&s, 1, WeakOf(pointer(&read)), Typed[byte], stop, func(bool) ([]byte, Outcome, error) {
			o, err := next(&got)
			return make([]byte, got%3), o, err
		}, finished)
		Drain(&s, wire.Ref(1), WeakOf(pointer(&write)), Typed[byte], stop, func([]byte) (Outcome, error) {
			return next(&sent)
		}, func() {}, finished)
		go func() {
			defer close(write)
			for range answers {
				write <- 1
			}
		}()
		for range read {
		}
		for range 2 {
			select {
			case <-done:
			case <-time.After(10 * time.Second):
				t.Fatal("got a stream without end, want one that ends")
			}
		}
	})
}
