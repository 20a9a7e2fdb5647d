package e2e

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// heldObjects are what the host has of a generation.
type heldObjects struct {
	counter *winplugin.Object
	add     func(int) (int, error)
	adder   func(int) int
	numbers <-chan int
}

func (e *evolving) objects() *heldObjects {
	e.t.Helper()
	h := &heldObjects{
		counter: call(e.t, e.Plugin, "NewCounter")[0].(*winplugin.Object),
		adder:   bound[func() func(int) int](e.t, e.Plugin, "Adder")(),
		numbers: bound[func(int) <-chan int](e.t, e.Plugin, "Numbers")(100_000),
	}
	var err error
	if h.add, err = winplugin.Method[func(int) (int, error)](h.counter, "Add"); err != nil {
		e.t.Fatal(err)
	}
	return h
}

// Objects that the host has keep working after the plugin was replaced, and their generation
// retires when the host has released them.
func TestReloadKeepsObjects(t *testing.T) {
	if apart(t) {
		return
	}
	ctx := context.Background()
	e, replace := openReplaced(t, winplugin.ReloadPolicy{})
	h := e.objects()
	for round := range 3 {
		if n, err := h.add(2); n != 3*round+2 || err != nil {
			t.Errorf("round %d: bound method: got %d, %v", round, n, err)
		}
		if r, err := h.counter.Call(ctx, "Add", 1); err != nil || r[0] != 3*round+3 {
			t.Errorf("round %d: method: got %v, %v", round, r, err)
		}
		if r, err := h.counter.Call(ctx, "Version"); err != nil || r[0] != 1 {
			t.Errorf("round %d: method: got version %v, %v, want 1", round, r, err)
		}
		if n := h.adder(10); n != 11 {
			t.Errorf("round %d: func: got %d, want 11", round, n)
		}
		if n := <-h.numbers; n != 1 {
			t.Errorf("round %d: channel: got %d, want 1", round, n)
		}
		if _, err := replace(); err != nil {
			t.Fatal(err)
		}
	}
	var old *winplugin.OldGeneration
	for _, g := range e.Reloads().Old {
		if g.Number == 1 {
			old = &g
		}
	}
	if old == nil || old.Objects < 3 {
		t.Errorf("got %+v, want the first generation with objects", e.Reloads())
	}
	h.counter.Close()
	if _, err := h.add(1); !errors.Is(err, winplugin.ErrReleased) {
		t.Errorf("after Close: got %v, want ErrReleased", err)
	}
	*h = heldObjects{}
	e.awaitUnused()
	e.awaitEvents(winplugin.ReloadRetired, 3)
}

// awaitUnused waits until the host has no object of an old generation any more.
func (e *evolving) awaitUnused() {
	e.t.Helper()
	for began := time.Now(); len(e.Reloads().Old) > 0; time.Sleep(time.Millisecond) {
		if runtime.GC(); time.Since(began) > patience {
			e.t.Fatalf("got %v, want none in use", e.Reloads().Old)
		}
	}
}

// Objects end with their generation if the policy says so.
func TestReloadEndsObjects(t *testing.T) {
	if apart(t) {
		return
	}
	ctx := context.Background()
	e, replace := openReplaced(t, winplugin.ReloadPolicy{EndObjects: true})
	h := e.objects()
	if _, err := replace(); err != nil {
		t.Fatal(err)
	}
	_, err1 := h.counter.Call(ctx, "Add", 1)
	_, err2 := h.add(1)
	for _, err := range []error{err1, err2} {
		if !errors.Is(err, winplugin.ErrReplaced) {
			t.Errorf("got %v, want ErrReplaced", err)
		}
	}
	e.awaitEvents(winplugin.ReloadRetired, 1)
	for range h.numbers { // ends
	}
	if n := e.objects().adder(10); n != 12 {
		t.Errorf("a new func: got %d, want 12", n)
	}
}

// Too many old generations are refused.
func TestReloadLimit(t *testing.T) {
	if apart(t) {
		return
	}
	e, replace := openReplaced(t, winplugin.ReloadPolicy{MaxResident: 2})
	var held []*heldObjects
	for range 2 {
		held = append(held, e.objects())
		if _, err := replace(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := replace(); !errors.Is(err, winplugin.ErrTooManyGenerations) {
		t.Errorf("got %v, want ErrTooManyGenerations", err)
	}
	if got := e.Generation().Number; got != 3 {
		t.Errorf("got generation %v, want 3", got)
	}
	if bridge != winplugin.Pure { // they stay in the process
		return
	}
	for _, h := range held {
		*h = heldObjects{}
	}
	e.awaitUnused()
	if g := e.reload(); g.Number != 4 {
		t.Errorf("got %v, want generation 4", g)
	}
}
