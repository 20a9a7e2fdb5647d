//go:build linux || windows

package exchange

import (
	"sync/atomic"
	"testing"
	"time"
)

// A side that waits notices the end of the other one, which has overwritten the memory.
func TestEndWakes(t *testing.T) {
	defer func(was [2]int64) { naps = was }(naps)
	naps = [2]int64{} // for ever
	for name, test := range map[string]struct {
		await func(b *Bell, turn *Turn, s *Side, gone func() bool)
		end   func(b *Bell, turn *Turn, s *Side)
	}{
		"bell": {
			func(b *Bell, _ *Turn, s *Side, gone func() bool) { b.Await(0, s, gone) },
			func(b *Bell, _ *Turn, s *Side) { b.waiting.Store(0); b.End(s) },
		},
		"turn": {
			func(_ *Bell, turn *Turn, s *Side, gone func() bool) { turn.Await(Idle, s, gone) },
			func(_ *Bell, turn *Turn, s *Side) { turn.waiting[Host].Store(0); turn.End(s) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			var (
				b     Bell
				turn  Turn
				side  = NewSide(Host, newEvents(t))
				ended atomic.Bool
				done  = make(chan struct{})
			)
			go func() {
				defer close(done)
				test.await(&b, &turn, side, ended.Load)
			}()
			for b.waiting.Load() == 0 && turn.waiting[Host].Load() == 0 {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(10 * time.Millisecond) // it sleeps by now
			ended.Store(true)
			test.end(&b, &turn, side)
			select {
			case <-done:
			case <-time.After(20 * time.Second):
				t.Error("got no end of the wait, want one")
			}
		})
	}
}
