package e2e

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Calls of the pure bridge enter by the light entry unless that is switched off. Both entries
// bear faults, panics in deep stacks, collections, and threads that end.
func TestLightEntry(t *testing.T) {
	for name, test := range map[string]struct {
		options []winplugin.Option
		light   bool
	}{
		"light":        {nil, true},
		"switched off": {[]winplugin.Option{winplugin.WithoutThreadBinding()}, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := openCopy(t, "light", test.options...)
			want := test.light && p.Manifest().Bridge.Kind == manifest.Pure
			l := library(t, p)
			defer l.Release(nil, nil)
			if got := l.Light(); got != want {
				t.Errorf("calls enter by the light entry: got %v, want %v", got, want)
			}
			var all sync.WaitGroup
			for g := range 4 {
				all.Go(func() {
					if g%2 == 0 {
						runtime.LockOSThread() // the thread ends with the goroutine
					}
					for i := range 10 {
						if got := call(t, p, "Add", g, i)[0]; got != g+i {
							t.Errorf("Add(%d, %d) = %v, want %d", g, i, got, g+i)
						}
						var panicked *winplugin.PanicError
						if _, err := p.Call(context.Background(), "NilPointer"); !errors.As(err, &panicked) {
							t.Errorf("NilPointer: got %v, want a PanicError", err)
						}
						if _, err := p.Call(context.Background(), "Deep", 1000*i); !errors.As(err, &panicked) {
							t.Errorf("Deep: got %v, want a PanicError", err)
						}
						call(t, p, "Litter", 20)
						if i%5 == 0 {
							call(t, p, "Collect")
						}
					}
				})
			}
			all.Wait()
		})
	}
}
