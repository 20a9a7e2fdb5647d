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
		await func(b *Bell, turn *Turn, gone func() bool)
		end   func(b *Bell, turn *Turn)
	}{
		"bell": {
			func(b *Bell, _ *Turn, gone func() bool) { b.Await(0, Host, new(Patience), gone) },
			func(b *Bell, _ *Turn) { b.waiting.Store(0); b.End() },
		},
		"turn": {
			func(_ *Bell, turn *Turn, gone func() bool) { turn.Await(Idle, Host, new(Patience), gone) },
			func(_ *Bell, turn *Turn) { turn.waiting[Host].Store(0); turn.End() },
		},
	} {
		t.Run(name, func(t *testing.T) {
			var (
				b     Bell
				turn  Turn
				ended atomic.Bool
				done  = make(chan struct{})
			)
			go func() {
				defer close(done)
				test.await(&b, &turn, ended.Load)
			}()
			for b.waiting.Load() == 0 && turn.waiting[Host].Load() == 0 {
				time.Sleep(time.Millisecond)
			}
			time.Sleep(10 * time.Millisecond) // it sleeps by now
			ended.Store(true)
			test.end(&b, &turn)
			select {
			case <-done:
			case <-time.After(20 * time.Second):
				t.Error("got no end of the wait, want one")
			}
		})
	}
}
