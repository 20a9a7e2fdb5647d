package pluginrt

import (
	"fmt"
	"testing"
)

// What belongs to a panic of the host's is found by the value that recover returns, and forgotten when
// the call ends in which it happened.
func TestHostPanics(t *testing.T) {
	text := fmt.Sprint("te", "xt")
	value, again := any(text), any(text)
	keep := func(v any, within bool) *HostError {
		e := &HostError{Message: fmt.Sprint(v)}
		addPanic(v, e, within)
		return e
	}
	for _, within := range []bool{true, false} {
		t.Run(fmt.Sprint("in a call: ", within), func(t *testing.T) {
			before := hostPanics.last.Load()
			keep(value, within)
			if got := takePanic(before, again); got != nil {
				t.Errorf("an equal value: got %v, want nothing", got)
			}
			want := keep(value, within)
			if got := takePanic(hostPanics.last.Load(), value); got != nil {
				t.Errorf("before the call: got %v, want nothing", got)
			}
			if got := takePanic(before, value); got != want {
				t.Errorf("got %v, want the one that was kept", got)
			}
		})
	}
	t.Run("nested", func(t *testing.T) {
		outer := hostPanics.last.Load()
		want := keep(value, true)
		inner := hostPanics.last.Load()
		keep(again, true)
		forgetPanics(inner)
		if n := hostPanics.n.Load(); n != 1 {
			t.Errorf("got %d panics after the inner call, want 1", n)
		}
		if got := takePanic(outer, value); got != want {
			t.Errorf("got %v, want that of the outer call", got)
		}
	})
	t.Run("bounded", func(t *testing.T) {
		outer := hostPanics.last.Load()
		for range 100 {
			keep(value, true)
			keep(value, false)
		}
		if got := [2]int{len(hostPanics.inCalls), len(hostPanics.beside)}; got != [2]int{recentPanics, panicsBeside} {
			t.Errorf("got %d panics, want %d and %d", got, recentPanics, panicsBeside)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			forgetPanics(outer) // of another goroutine
		}()
		<-done
		if n := hostPanics.n.Load(); n != recentPanics {
			t.Errorf("got %d panics after a call of another goroutine, want %d", n, recentPanics)
		}
		forgetPanics(outer)
		if n := hostPanics.n.Load(); n != 0 {
			t.Errorf("got %d panics after the call, want none", n)
		}
	})
}
