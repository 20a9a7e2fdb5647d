package e2e

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Host and plugin call each other until the limit is reached. The call that is too deep
// fails, those around it return, and the plugin stays usable.
func TestNestedTooDeep(t *testing.T) {
	for _, test := range []struct {
		name string
		opts []winplugin.Option
		want int
	}{
		{"default", nil, 1000},
		{"set", []winplugin.Option{winplugin.WithMaxDepth(20)}, 20},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := open(t, built(t, "objects"), test.opts...)
			apply := bound[func(func(int) int, int) (int, error)](t, p, "Apply")
			deepest, failure := 0, error(nil)
			var nested func(int) int
			nested = func(depth int) int {
				deepest = depth
				n, err := apply(nested, depth+1)
				if err != nil {
					failure = err
				}
				return n
			}
			if _, err := apply(nested, 1); err != nil {
				t.Fatalf("the outermost call: got %v, want nil", err)
			}
			if deepest != test.want || !errors.Is(failure, winplugin.ErrTooDeep) {
				t.Errorf("got depth %d and %v, want %d and %v", deepest, failure, test.want, winplugin.ErrTooDeep)
			}
			if n, err := apply(func(n int) int { return n + 1 }, 1); n != 2 || err != nil {
				t.Errorf("the next call: got %d, %v, want 2, nil", n, err)
			}
		})
	}
}

// An error of the host's calls is the same one after the plugin has returned it to the host.
func TestErrorsThroughPlugin(t *testing.T) {
	p := open(t, built(t, "objects"))
	elsewhere := bound[func(func() error) error](t, p, "Elsewhere")
	nested := bound[func(context.Context, func(context.Context) error) error](t, p, "Nested")
	var deeper func(context.Context) error
	deeper = func(ctx context.Context) error { return nested(ctx, deeper) }
	for _, test := range []struct {
		name string
		call func() error
		want error
	}{
		{"too deep", func() error { return nested(t.Context(), deeper) }, winplugin.ErrTooDeep},
		{"closed", func() error { return elsewhere(func() error { return winplugin.ErrClosed }) }, winplugin.ErrClosed},
		{"wrapped", func() error {
			return elsewhere(func() error { return fmt.Errorf("it failed: %w", winplugin.ErrTooManyCalls) })
		}, winplugin.ErrTooManyCalls},
		{"released", func() error { return elsewhere(func() error { return winplugin.ErrReleased }) }, winplugin.ErrReleased},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := test.call(); !errors.Is(err, test.want) || errors.Is(err, winplugin.ErrNotFound) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// Close in a callback would wait for the call that the callback is part of.
func TestCloseWithinCallback(t *testing.T) {
	p := open(t, built(t, "objects"))
	for _, test := range []struct {
		name  string
		close func() error
	}{
		{"Close", p.Close},
		{"with a context", func() error {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			return p.CloseContext(ctx)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got error
			bound[func(func(int) int, int) int](t, p, "Apply")(func(n int) int {
				got = test.close()
				return n
			}, 1)
			if !errors.Is(got, winplugin.ErrWithinCallback) {
				t.Errorf("got %v, want %v", got, winplugin.ErrWithinCallback)
			}
		})
	}
	if n := bound[func(func(int) int, int) int](t, p, "Apply")(func(n int) int { return -n }, 1); n != -1 {
		t.Errorf("after that: got %d, want -1", n)
	}
	if err := p.Close(); err != nil {
		t.Errorf("Close after the callbacks: got %v, want nil", err)
	}
}

// A call without a context is one with a context that never ends.
func TestCallWithoutContext(t *testing.T) {
	p := open(t, built(t, "objects"))
	identity := func(n int) int { return n }
	if got, err := p.Call(nil, "Apply", identity, 3); err != nil || len(got) != 1 || got[0] != 3 { //nolint:staticcheck // the case
		t.Errorf("got %v, %v, want [3], nil", got, err)
	}
	if err := p.CloseContext(nil); err != nil { //nolint:staticcheck // the case
		t.Errorf("CloseContext: got %v, want nil", err)
	}
	if _, err := p.Call(nil, "Apply", identity, 3); !errors.Is(err, winplugin.ErrClosed) { //nolint:staticcheck // the case
		t.Errorf("closed: got %v, want %v", err, winplugin.ErrClosed)
	}
}
