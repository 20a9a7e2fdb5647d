package nesting

import (
	"sync"
	"testing"
)

func TestWithin(t *testing.T) {
	if Within(1) {
		t.Error("within a callback before the first")
	}
	outer := Enter(1)
	inner := Enter(2)
	for session, want := range map[uint64]bool{1: true, 2: true, 3: false} {
		if got := Within(session); got != want {
			t.Errorf("session %d: got %v, want %v", session, got, want)
		}
	}
	done := make(chan bool)
	go func() { done <- Within(1) }()
	if <-done {
		t.Error("another goroutine is within the callback")
	}
	inner.Leave()
	if Within(2) || !Within(1) {
		t.Errorf("after the inner callback: within it %v, within the outer %v", Within(2), Within(1))
	}
	outer.Leave()
	if Within(1) {
		t.Error("within the callback after its end")
	}
}

func TestTooDeep(t *testing.T) {
	const limit = LeastLimit + 2
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
		t.Error("another goroutine is too deep")
	}
	for depth := limit + 1; depth >= 0; depth-- {
		callbacks[depth].Leave()
		if got, want := TooDeep(limit), depth >= limit; got != want {
			t.Errorf("back at depth %d: got %v, want %v", depth, got, want)
		}
	}
	if n := deep.Load(); n != 0 {
		t.Errorf("%d callbacks are counted as deep after all have ended", n)
	}
}

// More goroutines than there are slots enter: some are not counted, none fails.
func TestCrowd(t *testing.T) {
	var wg sync.WaitGroup
	all := make(chan struct{})
	var entered sync.WaitGroup
	for range 2 * slots {
		wg.Add(1)
		entered.Add(1)
		go func() {
			defer wg.Done()
			c := Enter(7)
			entered.Done()
			<-all
			if c.slot != nil && !Within(7) {
				t.Error("a goroutine lost its slot")
			}
			c.Leave()
		}()
	}
	entered.Wait()
	close(all)
	wg.Wait()
	for i := range table {
		if g := table[i].goroutine.Load(); g&busy != 0 {
			t.Fatalf("slot %d is still taken by %#x", i, g)
		}
	}
}

func BenchmarkEnter(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Enter(1).Leave()
	}
}
