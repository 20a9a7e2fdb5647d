package e2e

import (
	"context"
	"errors"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Shutdown runs at the last Close of a library, whether that is unloaded or stays.
func TestShutdownAtClose(t *testing.T) {
	path := built(t, "worker")
	// Each thread of the host that has called the plugin counts as a goroutine there.
	const workers, threads = 1000, 80
	start := func(t *testing.T, p *winplugin.Plugin, end func() string) {
		t.Helper()
		bound[func(int, func() string)](t, p, "Start")(workers, end)
	}
	t.Run("EndsGoroutines", func(t *testing.T) {
		first := open(t, path)
		idle := bound[func() int](t, first, "Goroutines")()
		for range 3 {
			p := open(t, path)
			start(t, p, func() string { return "" })
			if err := errors.Join(p.Close(), first.Close()); err != nil {
				t.Fatal(err)
			}
			first = open(t, path)
			goroutines := bound[func() int](t, first, "Goroutines")
			for end := time.Now().Add(time.Minute); goroutines() > idle+threads; {
				if time.Now().After(end) {
					t.Fatalf("got %d goroutines after Close, want at most %d", goroutines(), idle+threads)
				}
			}
		}
	})
	t.Run("OnceAtTheLastClose", func(t *testing.T) {
		p, other := open(t, path), open(t, path)
		calls := 0
		start(t, p, func() string { calls++; return "" })
		if err := p.Close(); err != nil || calls != 0 {
			t.Errorf("the first Close: got %v and %d calls, want none", err, calls)
		}
		for range 2 {
			if err := other.Close(); err != nil || calls != 1 {
				t.Errorf("the last Close: got %v and %d calls, want 1", err, calls)
			}
		}
	})
	t.Run("Error", func(t *testing.T) {
		p := openOnce(t, path)
		start(t, p, func() string { return "error" })
		var result *winplugin.ErrorResult
		if err := p.Close(); !errors.As(err, &result) || result.Message != "not tidy" {
			t.Errorf("got %v, want the error of Shutdown", err)
		}
	})
	t.Run("Panic", func(t *testing.T) {
		p := openOnce(t, path)
		start(t, p, func() string { return "panic" })
		var panicked *winplugin.PanicError
		if err := p.Close(); !errors.As(err, &panicked) || panicked.Value != "no way out" {
			t.Errorf("got %v, want the panic of Shutdown", err)
		}
	})
	t.Run("TakesTooLong", func(t *testing.T) {
		p := open(t, path)
		release := make(chan struct{})
		start(t, p, func() string { <-release; return "" })
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
		defer cancel()
		err := p.CloseContext(ctx)
		var retired *winplugin.RetiredError
		if !errors.As(err, &retired) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want a RetiredError", err)
		}
		close(release)
		if err := p.Close(); err != nil {
			t.Errorf("Close after it has ended: got error %v, want nil", err)
		}
		open(t, path) // can be opened again
	})
}

// openOnce opens a library that the test closes by itself.
func openOnce(t *testing.T, path string) *winplugin.Plugin {
	t.Helper()
	p, err := winplugin.Open(path, options()...)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
