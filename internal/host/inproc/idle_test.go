package inproc

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
)

// A leaving plugin notes whether it is entered after it has gone.
type leaving struct {
	plugin
	entered, gone, late atomic.Bool
}

func (p *leaving) Enter(*native.Transition) {
	p.entered.Store(true)
	if p.gone.Load() {
		p.late.Store(true)
	}
}

// No invocation is under way once Drain has finished, also of those that the processors keep.
func TestDrainWhileCalling(t *testing.T) {
	for range 50 {
		p := new(leaving)
		b := newBackend(p, backend.Limits{})
		var calling sync.WaitGroup
		for range 4 {
			calling.Go(func() {
				for {
					v, _, err := b.Begin(1, 2)
					if err != nil {
						return
					}
					if err := v.Invoke(); err != nil {
						t.Error(err)
					}
					v.Release()
				}
			})
		}
		for !p.entered.Load() {
		}
		<-b.Drain()
		p.gone.Store(true)
		calling.Wait() // one that is refused counts for a moment
		if n := b.Stats().InFlight; n != 0 {
			t.Errorf("got %d invocations under way after Drain, want 0", n)
		}
		if p.late.Load() {
			t.Fatal("after Drain: got a call of the plugin, want none")
		}
	}
	if n := backend.AddProcessCalls(0); n != 0 {
		t.Errorf("got %d invocations counted, want 0", n)
	}
}
