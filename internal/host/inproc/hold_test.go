package inproc

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
)

// What Begin and that of Held return in each state.
func TestStates(t *testing.T) {
	waits, over, gone := "waits", "replaced", "gone"
	how := func(b backend.Backend) string {
		v, _, err := b.Begin(1, 2)
		if err == nil {
			v.Release()
			return "begins"
		}
		var held *backend.HeldError
		switch {
		case errors.As(err, new(*backend.GoneError)):
			return gone
		case !errors.As(err, &held):
			return err.Error()
		case held.Over == nil:
			return over
		}
		return waits
	}
	for _, test := range []struct {
		name        string
		do          func(b *Backend)
		begin, held string
		gone        error
	}{
		{"open", func(*Backend) {}, "begins", "begins", nil},
		{"held", func(b *Backend) { b.Hold() }, waits, "begins", nil},
		{"open again", func(b *Backend) { b.Hold(); b.Unhold() }, "begins", "begins", nil},
		{"replaced", func(b *Backend) { b.Hold(); b.Replace() }, over, "begins", nil},
		{"replaced for good", func(b *Backend) { b.Hold(); b.Replace(); b.Unhold(); b.Hold() }, over, "begins", nil},
		{"replaced and drained", func(b *Backend) { b.Hold(); b.Replace(); <-b.Drain() }, gone, gone, backend.ErrReplaced},
		{"drained while held", func(b *Backend) { b.Hold(); <-b.Drain(); b.Unhold() }, gone, gone, backend.ErrClosed},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBackend(new(plugin), backend.Limits{})
			begin(t, b).Release() // it is idle now
			test.do(b)
			if got := how(b); got != test.begin {
				t.Errorf("Begin: got %q, want %q", got, test.begin)
			}
			if got := how(b.Held()); got != test.held {
				t.Errorf("Held: got %q, want %q", got, test.held)
			}
			if got := b.Gone(); got != test.gone {
				t.Errorf("Gone: got %v, want %v", got, test.gone)
			}
			if n := b.Stats().InFlight; n != 0 {
				t.Errorf("got %d under way, want 0", n)
			}
		})
	}
}

// Idle does not wait for what was begun by Held, and Drain does.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(new(plugin), backend.Limits{})
		v := begin(t, b)
		b.Hold()
		late := begin(t, b.Held())
		short, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := b.Idle(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("with one under way: got %v, want the context's end", err)
		}
		began := time.Now()
		time.AfterFunc(time.Second, v.Release)
		if err := b.Idle(context.Background()); err != nil || time.Since(began) != time.Second {
			t.Errorf("got %v after %v, want nil after a second", err, time.Since(began))
		}
		b.Replace()
		done := b.Drain()
		select {
		case <-done:
			t.Error("drained with one under way")
		default:
		}
		late.Release()
		<-done
	})
}

// Those who wait while it is held continue when that is over.
func TestHeldIsOver(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(b *Backend)
	}{
		{"Unhold", (*Backend).Unhold},
		{"Replace", (*Backend).Replace},
		{"Drain", func(b *Backend) { b.Drain() }},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBackend(new(plugin), backend.Limits{})
			b.Hold()
			_, _, err := b.Begin(1, 2)
			var held *backend.HeldError
			if !errors.As(err, &held) {
				t.Fatalf("got %v, want a HeldError", err)
			}
			test.end(b)
			<-held.Over
		})
	}
}

// An invocation that was begun by Held and ends after Unhold is an ordinary one when it is used
// again.
func TestLateInvocationAfterUnhold(t *testing.T) {
	b := newBackend(new(plugin), backend.Limits{})
	b.Hold()
	late := begin(t, b.Held())
	b.Unhold()
	late.Release()
	v := begin(t, b)
	b.Hold()
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	if err := b.Idle(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("with one under way: got %v, want the context's end", err)
	}
	v.Release()
	if err := b.Idle(ended); err != nil {
		t.Errorf("with none under way: got %v, want nil", err)
	}
}
