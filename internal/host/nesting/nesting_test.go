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
	SetLimit(3)
	defer SetLimit(DefaultLimit)
	var callbacks []Callback
	for depth := 1; depth <= 5; depth++ {
		callbacks = append(callbacks, Enter(1))
		if got, want := TooDeep(), depth >= 3; got != want {
			t.Errorf("depth %d: got %v, want %v", depth, got, want)
		}
	}
	done := make(chan bool)
	go func() { done <- TooDeep() }()
	if <-done {
		t.Error("another goroutine is too deep")
	}
	for depth := 4; depth >= 0; depth-- {
		callbacks[depth].Leave()
		if got, want := TooDeep(), depth >= 3; got != want {
			t.Errorf("back at depth %d: got %v, want %v", depth, got, want)
		}
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
