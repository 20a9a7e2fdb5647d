package nesting

import (
	"slices"
	"sync"
	"testing"
)

func TestWithin(t *testing.T) {
	if Within(1) {
		t.Error("before the first callback: Within(1) = true, want false")
	}
	outer := Enter(1)
	inner := Enter(2)
	var order []uint64
	Innermost(func(session uint64) bool {
		order = append(order, session)
		return session == 1
	})
	if !slices.Equal(order, []uint64{2, 1}) {
		t.Errorf("Innermost: got %v, want 2 and 1", order)
	}
	for session, want := range map[uint64]bool{1: true, 2: true, 3: false} {
		if got := Within(session); got != want {
			t.Errorf("session %d: got %v, want %v", session, got, want)
		}
	}
	done := make(chan bool)
	go func() { done <- Within(1) }()
	if <-done {
		t.Error("on another goroutine: Within(1) = true, want false")
	}
	inner.Leave()
	if Within(2) || !Within(1) {
		t.Errorf("after the inner callback: got within it %v, within the outer %v, want false, true", Within(2), Within(1))
	}
	outer.Leave()
	if Within(1) {
		t.Error("after the callback's end: Within(1) = true, want false")
	}
}

func TestTooDeep(t *testing.T) {
	const limit = LeastLimit + 2
	before := special.Load() // of goroutines that have ended
	var callbacks []Callback
	for depth := 1; depth <= limit+2; depth++ {
		callbacks = append(callbacks, Enter(1))
		if got, want := TooDeep(limit), depth >= limit; got != want {
			t.Errorf("depth %d: got %v, want %v", depth, got, want)
		}
	}
	done := make(chan bool)
	go func() { done <- TooDeep(limit) }()
	if <-done {
		t.Error("on another goroutine: TooDeep(limit) = true, want false")
	}
	for depth := limit + 1; depth >= 0; depth-- {
		callbacks[depth].Leave()
		if got, want := TooDeep(limit), depth >= limit; got != want {
			t.Errorf("back at depth %d: got %v, want %v", depth, got, want)
		}
	}
	if n := special.Load(); n > before {
		t.Errorf("got %d deep callbacks after all have ended, want %d at most", n, before)
	}
}

// Many goroutines are in callbacks at once, and others get their gs afterwards.
func TestManyGoroutines(t *testing.T) {
	const goroutines, depth = 3000, LeastLimit + 1
	before := special.Load()
	for range 2 {
		var entered, left sync.WaitGroup
		all := make(chan struct{})
		entered.Add(goroutines)
		left.Add(goroutines)
		for i := range uint64(goroutines) {
			go func() {
				defer left.Done()
				if Within(i) {
					t.Errorf("goroutine %d: got within a callback before its first, want not", i)
				}
				var callbacks []Callback
				for range depth {
					callbacks = append(callbacks, Enter(i))
				}
				entered.Done()
				<-all
				if !Within(i) || Within(i+1) {
					t.Errorf("goroutine %d: got within its own callback %v, within another's %v, want true, false", i, Within(i), Within(i+1))
				}
				if !TooDeep(depth) || TooDeep(depth+1) {
					t.Errorf("goroutine %d: got %d deep %v, %d deep %v, want true, false", i, depth, TooDeep(depth), depth+1, TooDeep(depth+1))
				}
				for _, c := range slices.Backward(callbacks) {
					c.Leave()
				}
			}()
		}
		entered.Wait()
		close(all)
		left.Wait()
	}
	if n := special.Load(); n > before {
		t.Errorf("got %d deep callbacks after all have ended, want %d at most", n, before)
	}
}

func BenchmarkEnter(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Enter(1).Leave()
	}
}
