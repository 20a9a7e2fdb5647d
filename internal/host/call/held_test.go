package call

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/backend/fake"
	"github.com/RamanSharma100/go-winplugin/internal/host/nesting"
)

// held is a backend whose calls are held.
type held struct {
	*fake.Backend
	free *fake.Backend // what Held returns
}

func (b held) Held() backend.Backend { return b.free }
func (held) Session() uint64         { return 77 }

func heldExports(t *testing.T, over chan struct{}) (*Exports, held) {
	t.Helper()
	add := func(n int) *fake.Backend {
		return answered(func(v *fake.Invocation) { v.Frame().SetInt(0, v.Frame().Int(0)+n) })
	}
	b := held{add(1), add(100)}
	b.Err = &backend.HeldError{Over: over}
	return exportsOf(t, b, adder()), b
}

func TestCallsWaitWhileHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		over := make(chan struct{})
		e, b := heldExports(t, over)
		f := bindAs[func(context.Context, int) (int, error)](t, e)
		short, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := f(short, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the context's end", err)
		}
		began := time.Now()
		time.AfterFunc(time.Second, func() {
			synctest.Wait() // until the call has read Err
			b.Err = nil
			close(over)
		})
		if n, err := f(context.Background(), 1); n != 2 || err != nil || time.Since(began) != time.Second {
			t.Errorf("got %d, %v after %v, want 2 after a second", n, err, time.Since(began))
		}
	})
}

func TestNestedCallsDoNotWaitWhileHeld(t *testing.T) {
	e, _ := heldExports(t, make(chan struct{}))
	f := bindAs[func(int) (int, error)](t, e)
	c := nesting.Enter(77)
	defer c.Leave()
	if n, err := f(1); n != 101 || err != nil {
		t.Errorf("got %d, %v, want 101", n, err)
	}
}

// Functions of a generation that was replaced are not called, and its objects are.
func TestCallsAfterReplace(t *testing.T) {
	e, _ := heldExports(t, nil)
	f := bindAs[func(int) (int, error)](t, e)
	if _, err := f(1); !IsGone(err) || !errors.Is(err, backend.ErrReplaced) {
		t.Errorf("got %v, want a GoneError with ErrReplaced", err)
	}
	var c Call
	if err := c.begin(nil, &e.objects, e.functions["F"].sig, nil); err != nil {
		t.Errorf("an object: got %v, want nil", err)
	}
}
