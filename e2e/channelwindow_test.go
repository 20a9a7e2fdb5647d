package e2e

import (
	"fmt"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// With each window all values arrive in their order, in both directions, and so does the end.
func TestChannelWindow(t *testing.T) {
	for _, window := range []int{1, 3, 64} {
		t.Run(fmt.Sprint(window), func(t *testing.T) {
			p := windowed(t, window)
			const n = 1000
			t.Run("the plugin's numbers", func(t *testing.T) {
				inOrder(t, bound[func(int) <-chan int](t, p, "Numbers")(n), n, func(v int) int { return v })
			})
			t.Run("the plugin sends", func(t *testing.T) {
				produce := bound[func(chan<- int, int)](t, p, "Produce")
				ch := make(chan int)
				go produce(ch, n)
				inOrder(t, ch, n, func(v int) int { return v })
			})
			t.Run("the plugin receives", func(t *testing.T) {
				total := bound[func(<-chan int) int](t, p, "Total")
				ch := make(chan int, 5)
				go func() {
					defer close(ch)
					for i := range n {
						ch <- i
					}
				}()
				if got, want := total(ch), n*(n-1)/2; got != want {
					t.Errorf("got the sum %d, want %d", got, want)
				}
			})
			t.Run("what a returned func has sent is with the owner", func(t *testing.T) {
				send := bound[func(chan<- int, int)](t, p, "SendNumbers")
				ch := make(chan int, n)
				send(ch, n)
				if got := len(ch); got != n {
					t.Errorf("got %d values, want %d", got, n)
				}
			})
			t.Run("strings", func(t *testing.T) {
				inOrder(t, bound[func(int) <-chan string](t, p, "Texts")(n), n, func(s string) (v int) {
					_, _ = fmt.Sscan(s, &v)
					return v
				})
			})
		})
	}
}

// windowed opens the plugin objects with a window until the test ends. The last window applies
// to the library.
func windowed(t testing.TB, window int, opts ...winplugin.Option) *winplugin.Plugin {
	library := built(t, "objects")
	t.Cleanup(func() { open(t, library, winplugin.WithChannelWindow(1)) })
	return open(t, library, append(opts, winplugin.WithChannelWindow(window))...)
}

func inOrder[T any](t *testing.T, ch <-chan T, n int, number func(T) int) {
	t.Helper()
	for want := range n {
		if v, ok := <-ch; !ok || number(v) != want {
			t.Fatalf("got %v, %t, want %d", v, ok, want)
		}
	}
	if v, ok := <-ch; ok {
		t.Errorf("got %v after the last value, want a closed channel", v)
	}
}

// A sender to a channel without a buffer is at most three windows ahead.
func TestChannelWindowIsBounded(t *testing.T) {
	const window = 8
	p := windowed(t, window)
	ch, sent := make(chan int), 0
	bound[func(<-chan int)](t, p, "Watch")(ch) // keeps the channel, and receives nothing
	for full := false; !full; {
		select {
		case ch <- sent:
			sent++
		case <-time.After(2 * time.Second):
			full = true
		}
	}
	if sent == 0 || sent > 3*window {
		t.Errorf("got %d values taken, want at most %d", sent, 3*window)
	}
}

// Values that are too many for one call arrive nevertheless.
func TestChannelWindowAndMaxResult(t *testing.T) {
	p := windowed(t, 64, winplugin.WithMaxResult(100))
	t.Cleanup(func() { open(t, built(t, "objects"), winplugin.WithMaxResult(1<<31)) })
	const n = 500
	inOrder(t, bound[func(int) <-chan string](t, p, "Texts")(n), n, func(s string) (v int) {
		_, _ = fmt.Sscan(s, &v)
		return v
	})
}

func TestChannelWindowLimits(t *testing.T) {
	for _, values := range []int{0, -1, 1 << 20} {
		if _, err := winplugin.Open("testdata/objects", winplugin.WithChannelWindow(values)); err == nil {
			t.Errorf("WithChannelWindow(%d): got no error, want one", values)
		}
	}
}
