package e2e

import (
	"context"
	"errors"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Calls beyond the limit fail with a typed error, and the plugin goes on.
func TestMaxCalls(t *testing.T) {
	const limit = 16
	p := open(t, built(t, "objects"), winplugin.WithMaxCalls(limit))
	wait := bound[func(context.Context) error](t, p, "Wait")
	ctx, cancel := context.WithCancel(context.Background())
	var calls sync.WaitGroup
	failed := make(chan error, 10*limit)
	for range cap(failed) {
		calls.Go(func() {
			if err := wait(ctx); !errors.Is(err, context.Canceled) {
				failed <- err
			}
		})
	}
	err := <-failed
	cancel()
	calls.Wait()
	if !errors.Is(err, winplugin.ErrTooManyCalls) {
		t.Errorf("got %v, want ErrTooManyCalls", err)
	}
	if err := wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("after the others: got %v, want context.Canceled", err)
	}
}

// Goroutines of the plugin that wait in the host are limited: a func that returns an
// error fails, any other waits for its turn.
func TestMaxCallbacks(t *testing.T) {
	const limit = 10
	p := open(t, built(t, "worker"), winplugin.WithMaxCallbacks(limit))
	t.Run("Wait", func(t *testing.T) {
		entered, leave := make(chan struct{}), make(chan struct{})
		wait := bound[func(int, func()) func()](t, p, "CallEach")(10*limit, func() {
			entered <- struct{}{}
			<-leave
		})
		for range limit {
			<-entered
		}
		select {
		case <-entered:
			t.Errorf("got more than %d goroutines in the host, want no more", limit)
		case <-time.After(50 * time.Millisecond):
		}
		close(leave)
		for range 9 * limit {
			<-entered
		}
		wait()
	})
	t.Run("Fail", func(t *testing.T) {
		leave := make(chan struct{})
		failures := bound[func(int, func() error) func() []string](t, p, "TryEach")(10*limit, func() error {
			<-leave
			return nil
		})
		time.AfterFunc(100*time.Millisecond, func() { close(leave) })
		got := failures()
		if len(got) == 0 || !strings.Contains(got[0], "WithMaxCallbacks") {
			t.Errorf("got %q, want the error of the limit", got)
		}
	})
}

// Goroutines of several plugins that wait in the host are limited together.
func TestMaxProcessCallbacks(t *testing.T) {
	const limit, plugins, calls = 12, 3, 20
	const uncounted = 4 // of each plugin
	entered, leave := make(chan struct{}, plugins*calls), make(chan struct{})
	var waits []func()
	var last *winplugin.Plugin
	for range plugins {
		last = open(t, copyOf(t, "worker", "process_callbacks"), winplugin.WithMaxProcessCallbacks(limit))
		waits = append(waits, bound[func(int, func()) func()](t, last, "CallEach")(calls, func() {
			entered <- struct{}{}
			<-leave
		}))
	}
	t.Cleanup(func() { open(t, built(t, "worker"), winplugin.WithMaxProcessCallbacks(3000)) })
	for range limit + plugins*uncounted {
		<-entered
	}
	time.Sleep(50 * time.Millisecond)
	if more := len(entered); more > 0 {
		t.Errorf("got %d more goroutines in the host than the limit allows, want none", more)
	}
	failures := bound[func(int, func() error) func() []string](t, last, "TryEach")(calls, func() error { return nil })()
	if len(failures) != calls || !strings.Contains(failures[0], "WithMaxProcessCallbacks") {
		t.Errorf("got %q, want %d times the error of the limit", failures, calls)
	}
	close(leave)
	for _, wait := range waits {
		wait()
	}
}

// Results beyond the limit give a typed error, in whatever form they come.
func TestMaxResult(t *testing.T) {
	p := open(t, built(t, "worker"), winplugin.WithMaxResult(1<<20))
	tests := []struct {
		name string
		call func(n int) error
	}{
		{"Text", func(n int) error {
			_, err := bound[func(int) (string, error)](t, p, "Text")(n)
			return err
		}},
		{"Strings", func(n int) error {
			_, err := bound[func(int) ([]string, error)](t, p, "Strings")(n)
			return err
		}},
		{"Any", func(n int) error {
			_, err := bound[func(int) (any, error)](t, p, "Any")(n)
			return err
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if err := test.call(1 << 19); err != nil {
				t.Errorf("below the limit: got error %v, want nil", err)
			}
			if err := test.call(1 << 22); !errors.Is(err, winplugin.ErrResultTooLarge) {
				t.Errorf("got %v, want ErrResultTooLarge", err)
			}
		})
	}
}

// However many channels there are, few threads transfer what they send.
func TestManyChannels(t *testing.T) {
	if isolated(t, map[string]string{"objects": built(t, "objects")}) {
		return
	}
	p := objects(t)
	numbers := bound[func(int) <-chan int](t, p, "Numbers")
	n := 20000
	if testing.Short() || raceDetector { // the detector takes a hundred times as long
		n = 2000
	}
	threads := pprof.Lookup("threadcreate").Count()
	channels := make([]<-chan int, n)
	for i := range channels {
		channels[i] = numbers(2)
	}
	var readers sync.WaitGroup
	sums := make(chan int, n)
	for _, c := range channels {
		readers.Go(func() {
			sum := 0
			for v := range c {
				sum += 1 + v
			}
			sums <- sum
		})
	}
	readers.Wait()
	for range n {
		if sum := <-sums; sum != 3 {
			t.Fatalf("got sum %d, want 3", sum)
		}
	}
	if more := pprof.Lookup("threadcreate").Count() - threads; more > 300 {
		t.Errorf("got %d more threads for %d channels, want at most 300", more, n)
	}
}
