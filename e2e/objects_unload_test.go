package e2e

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Plugins are opened and closed, with objects of every kind in use on both sides, while the
// garbage collector releases objects of closed plugins.
func TestObjectsComeAndGo(t *testing.T) {
	rounds := 3
	switch {
	case bridge != winplugin.Pure: // the libraries stay
	case testing.Short():
		rounds = 10
	default:
		rounds = 30
	}
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				runtime.GC()
			}
		}
	}()
	for range rounds {
		comeAndGo(t)
	}
}

func comeAndGo(t *testing.T) {
	t.Helper()
	p, err := winplugin.Open(copyOf(t, "objects", "objects_come_and_go"), options()...)
	if err != nil {
		t.Fatal(err)
	}
	s := new(service)
	if err := bound[func(Host) error](t, p, "Init")(s); err != nil {
		t.Fatal(err)
	}
	newCounter := bound[func(int) *winplugin.Object](t, p, "NewCounter")
	counters := make(map[*winplugin.Object]bool)
	for i := range 100 {
		counters[newCounter(i)] = true
	}
	double := func(n int) int { return 2 * n }
	composed := bound[func(f, g func(int) int) func(int) int](t, p, "Compose")(double, double)
	if n := composed(3); n != 12 {
		t.Fatalf("Compose: got %d, want 12", n)
	}
	numbers := bound[func(int) <-chan int](t, p, "Numbers")(1000)
	<-numbers
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	waiting := make(chan error)
	go func() {
		_, err := p.Call(ctx, "Wait", ctx)
		waiting <- err
	}()
	bound[func(int)](t, p, "Pester")(8)
	for s.logged.Load() < 100 {
		runtime.Gosched()
	}
	closed := make(chan error)
	go func() { closed <- p.Close() }()
	cancel()
	if err := <-waiting; !errors.Is(err, context.Canceled) && !errors.Is(err, winplugin.ErrClosed) {
		t.Errorf("what waited: got error %v, want context.Canceled or ErrClosed", err)
	}
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
	for c := range counters {
		if _, err := c.Call(context.Background(), "Add", 1); !errors.Is(err, winplugin.ErrClosed) {
			t.Fatalf("an object of a plugin that has gone: got error %v, want ErrClosed", err)
		}
	}
	for range numbers {
	}
}
