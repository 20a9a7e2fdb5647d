package handle

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

func TestContextsExport(t *testing.T) {
	past := time.Unix(1, 0)
	for _, test := range []struct {
		name     string
		ctx      func() (context.Context, context.CancelFunc)
		ref      wire.Ref
		deadline int64
		canceled int
	}{
		{"without end", func() (context.Context, context.CancelFunc) { return context.Background(), func() {} }, 0, 0, 0},
		{"canceled later", func() (context.Context, context.CancelFunc) { return context.WithCancel(context.Background()) }, 7, 0, 1},
		{"by its deadline", func() (context.Context, context.CancelFunc) { return context.WithDeadline(context.Background(), past) }, 7, past.UnixNano(), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			canceled := make(chan wire.Ref, 10)
			c := Contexts{Cancel: func(ref wire.Ref, _ End) { canceled <- ref }}
			ctx, cancel := test.ctx()
			ref, deadline := c.Export(ctx, func() wire.Ref { return 7 })
			if ref != test.ref || deadline != test.deadline {
				t.Errorf("got %d, %d, want %d, %d", ref, deadline, test.ref, test.deadline)
			}
			cancel()
			for range test.canceled {
				if got := <-canceled; got != test.ref {
					t.Errorf("canceled %d, want %d", got, test.ref)
				}
			}
		})
	}
}

// The other side may have forgotten a context that has ended and that it gets again.
func TestContextsExportAgainAfterTheEnd(t *testing.T) {
	canceled := make(chan wire.Ref)
	c := Contexts{Cancel: func(ref wire.Ref, _ End) { canceled <- ref }}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for range 2 {
		c.Export(ctx, func() wire.Ref { return 7 })
		if got := <-canceled; got != 7 {
			t.Errorf("canceled %d, want 7", got)
		}
	}
}

func TestContextsReleasedAreNotWatched(t *testing.T) {
	c := Contexts{Cancel: func(ref wire.Ref, _ End) { t.Errorf("got the cancellation of %d, want none", ref) }}
	ctx, cancel := context.WithCancel(context.Background())
	c.Export(ctx, func() wire.Ref { return 7 })
	c.Released(7)
	cancel()
	if got := len(c.watched); got != 0 {
		t.Errorf("%d are watched, want 0", got)
	}
}

func TestContextsImport(t *testing.T) {
	var c Contexts
	c.Cancelled(5, End{})
	if early := c.Import(5, 0); early.Err() == nil {
		t.Error("a context that ended before it came: got no error, want one")
	}
	s := c.Import(6, 0)
	if err := s.Err(); err != nil {
		t.Errorf("before its end: got error %v, want nil", err)
	}
	again := c.Import(6, 0) // as the first one is being collected
	c.Forget(6, s)
	if s.Err() == nil || again.Err() != nil {
		t.Errorf("forgetting the first: got %v and %v, want it ended and the second not", s.Err(), again.Err())
	}
	c.Cancelled(6, End{})
	if again.Err() == nil {
		t.Error("the second: got no error, want that it was canceled")
	}
	limited := c.Import(0, 1)
	<-limited.Done()
	last := c.Import(8, 0)
	c.Clear()
	if last.Err() == nil {
		t.Error("after Clear: got no error, want one")
	}
	for ref := range wire.Ref(3 * maxEarly) {
		c.Cancelled(100+ref, End{})
	}
	if got := len(c.early); got > maxEarly {
		t.Errorf("%d early ends are remembered, want %d at most", got, maxEarly)
	}
}

// After the end of the other side, a call that is still under way may import a context.
func TestContextsAbort(t *testing.T) {
	var c Contexts
	want := errors.New("the other side has ended")
	before := c.Import(1, 0)
	c.Abort(want)
	for name, s := range map[string]*Signal{"imported before": before, "imported after": c.Import(2, 0)} {
		if got := context.Cause(s); got != want {
			t.Errorf("%s: got the cause %v, want %v", name, got, want)
		}
	}
}

// Tell returns when the other side knows of the ends of the last contexts.
func TestContextsTell(t *testing.T) {
	told := make(map[wire.Ref]bool)
	var mu sync.Mutex
	c := Contexts{Cancel: func(ref wire.Ref, _ End) { mu.Lock(); defer mu.Unlock(); told[ref] = true }}
	c.Tell()
	going, stop := context.WithCancel(t.Context())
	defer stop()
	c.Export(going, func() wire.Ref { return 1 })
	for i := range 3 * maxRecent {
		ctx, cancel := context.WithCancel(t.Context())
		ref := wire.Ref(i + 2)
		c.Export(ctx, func() wire.Ref { return ref })
		cancel()
		c.Tell()
		mu.Lock()
		if !told[ref] {
			t.Errorf("context %d: got no end, want one before Tell returns", ref)
		}
		mu.Unlock()
	}
	mu.Lock()
	defer mu.Unlock()
	if told[1] {
		t.Error("got the end of a context that goes on, want none")
	}
}
