package e2e

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Contexts that the plugin's functions return end in the host when they do in the
// plugin.
func TestObjectsContextResults(t *testing.T) {
	p := objects(t)
	timed := bound[func(time.Duration) context.Context](t, p, "Timed")
	ctx := timed(time.Millisecond)
	<-ctx.Done()
	if at, ok := ctx.Deadline(); !ok || at.After(time.Now()) || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("got deadline %v (%t) and error %v, want one that has passed and %v", at, ok, ctx.Err(), context.DeadlineExceeded)
	}
	if ctx := timed(time.Hour); ctx.Err() != nil {
		t.Errorf("within the hour: got %v, want nil", ctx.Err())
	}
	cancelable := bound[func() (context.Context, context.CancelFunc)](t, p, "Cancelable")
	ctx, cancel := cancelable()
	if _, ok := ctx.Deadline(); ok || ctx.Err() != nil {
		t.Errorf("before the cancellation: got a deadline %t and error %v, want false and nil", ok, ctx.Err())
	}
	inner, stop := context.WithCancel(ctx)
	defer stop()
	cancel()
	<-inner.Done()
	if !errors.Is(ctx.Err(), context.Canceled) || !errors.Is(inner.Err(), context.Canceled) {
		t.Errorf("cancelled: got %v, %v, want %v and %v", ctx.Err(), inner.Err(), context.Canceled, context.Canceled)
	}
	// One that has ended before.
	if ctx := timed(-time.Hour); !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("of an hour ago: got %v, want %v", ctx.Err(), context.DeadlineExceeded)
	}
	if ctx := bound[func() context.Context](t, p, "NoContext")(); ctx != nil {
		t.Errorf("NoContext: got %v, want nil", ctx)
	}
	if results := call(t, p, "NoContext"); results[0] != nil {
		t.Errorf("NoContext by Call: got %v, want nil", results[0])
	}
	same := bound[func(context.Context) context.Context](t, p, "SameContext")
	mine, cancel := context.WithCancel(context.Background())
	defer cancel()
	if same(mine) != mine {
		t.Error("SameContext of the host's context: got another one, want the same")
	}
	if ctx := same(context.Background()); ctx != context.Background() {
		t.Errorf("SameContext: got %v, want context.Background()", ctx)
	}
	if ctx, ok := call(t, p, "Root")[0].(context.Context); !ok || !bound[func(context.Context) bool](t, p, "IsRoot")(ctx) {
		t.Error("the plugin's context: got another one back, want the same")
	}
}

func TestObjectsContextClosed(t *testing.T) {
	p := open(t, copyOf(t, "objects", "objects_context"))
	ctx := bound[func() context.Context](t, p, "Root")()
	inner, stop := context.WithCancel(ctx)
	defer stop()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	<-inner.Done()
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("the context's error: got %v, want %v", ctx.Err(), context.Canceled)
	}
}

// What waits for a context's end refers to its channel only: the garbage collector must
// not end it, and must not keep it from ending.
func TestObjectsContextCollected(t *testing.T) {
	p := objects(t)
	ctx, cancel := bound[func() (context.Context, context.CancelFunc)](t, p, "Cancelable")()
	done := ctx.Done()
	ctx = nil
	for range 20 {
		runtime.GC()
		call(t, p, "NoContext")
	}
	select {
	case <-done:
		t.Fatal("got the end of the context, want it kept")
	default:
	}
	cancel()
	<-done
}

// A session is the plugin's interface; this one is the host's.
type session struct{ ctx context.Context }

func (s session) Context() context.Context { return s.ctx }

func TestObjectsContextMethods(t *testing.T) {
	p := objects(t)
	type sessions interface{ Context() context.Context }
	over := bound[func(sessions) string](t, p, "SessionOver")
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	past, cancel := context.WithTimeout(context.Background(), -1)
	defer cancel()
	for want, ctx := range map[string]context.Context{"": nil, "context canceled": ended, "context deadline exceeded": past} {
		t.Run(want, func(t *testing.T) {
			if have := over(session{ctx}); have != want {
				t.Errorf("the host's session with %v: got %q, want %v", ctx, have, want)
			}
		})
	}
	// Of the plugin's, by its name.
	o := bound[func(context.Context) *winplugin.Object](t, p, "NewSession")(ended)
	if ctx := one[context.Context](t, o, "Context"); ctx != ended {
		t.Errorf("the context of the plugin's session: got %v, want %v", ctx, ended)
	}
}

func TestObjectsContextChannels(t *testing.T) {
	p := objects(t)
	mine, cancel := context.WithCancel(context.Background())
	defer cancel()
	in := make(chan context.Context, 1)
	out := bound[func(<-chan context.Context) <-chan context.Context](t, p, "EchoContexts")(in)
	in <- mine
	if ctx := <-out; ctx != mine {
		t.Errorf("the host's context through a channel: got %v, want %v", ctx, mine)
	}
	close(in)
	if ctx := <-out; !bound[func(context.Context) bool](t, p, "IsRoot")(ctx) {
		t.Errorf("the plugin's context through a channel: got %v, want its root context", ctx)
	}
	if ctx, ok := <-out; ok {
		t.Errorf("got %v after the channel was closed, want no value", ctx)
	}
}

// A side has the values that it has set itself, in contexts that derive from its own ones
// on the other side, too.
func TestObjectsContextValues(t *testing.T) {
	p := objects(t)
	labelled := bound[func(context.Context, string) context.Context](t, p, "Labelled")
	labelOf := bound[func(context.Context) string](t, p, "LabelOf")
	type key struct{}
	ended, cancel := context.WithCancel(context.Background())
	defer cancel()
	for name, base := range map[string]context.Context{"without an end": context.Background(), "with an end": ended} {
		t.Run(name, func(t *testing.T) {
			own := context.WithValue(base, key{}, 1)
			theirs := labelled(own, "a")
			if got := theirs.Value(key{}); got != 1 {
				t.Errorf("the plugin's context has the value %v, want that of the host's context, 1", got)
			}
			if got := theirs.Value("nothing"); got != nil {
				t.Errorf("an unknown key has the value %v, want nil", got)
			}
			derived := context.WithValue(theirs, key{}, 2)
			if got := labelOf(derived); got != "a" {
				t.Errorf("the label in a context of the host's is %q, want that of the plugin's, a", got)
			}
			if again := labelled(derived, "b"); labelOf(again) != "b" || again.Value(key{}) != 2 {
				t.Errorf("at the third level there are %q and %v, want b and 2", labelOf(again), again.Value(key{}))
			}
		})
	}
	if got := labelOf(ended); got != "" {
		t.Errorf("the label of a context without one is %q, want none", got)
	}
}

// A context that ends while control is on one side has ended when control is on the other.
func TestContextsEndInOrder(t *testing.T) {
	p := objects(t)
	t.Run("in the host's func", func(t *testing.T) {
		f, err := winplugin.Func[func(ctx context.Context, f func()) bool](p, "EndedAfter")
		if err != nil {
			t.Fatal(err)
		}
		for range 100 {
			ctx, cancel := context.WithCancel(t.Context())
			if !f(ctx, cancel) {
				t.Fatal("got a context that goes on in the plugin, want one that has ended")
			}
		}
	})
	t.Run("in the plugin", func(t *testing.T) {
		f, err := winplugin.Func[func(func(context.Context) func() bool) bool](p, "EndedInHost")
		if err != nil {
			t.Fatal(err)
		}
		for range 100 {
			ended := f(func(ctx context.Context) func() bool { return func() bool { return ctx.Err() != nil } })
			if !ended {
				t.Fatal("got a context that goes on in the host, want one that has ended")
			}
		}
	})
}
