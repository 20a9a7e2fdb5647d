package e2e

import (
	"os"
	"slices"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A generation that is a process ends when it retires, and the last one with Close.
func TestIsolatedReload(t *testing.T) {
	if bridge != winplugin.Pure {
		t.Skip("plugins of the pure bridge run in a process of their own")
	}
	others := descendants(t, os.Getpid())
	own := func() []int {
		return slices.DeleteFunc(descendants(t, os.Getpid()), func(pid int) bool { return slices.Contains(others, pid) || !runs(pid) })
	}
	gone := func(pid int) {
		t.Helper()
		for began := time.Now(); runs(pid); time.Sleep(time.Millisecond) {
			if time.Since(began) > patience {
				t.Fatalf("process %d is still there", pid)
			}
		}
	}
	e, replace := openReplaced(t, winplugin.ReloadPolicy{}, winplugin.WithIsolation(winplugin.Process))
	h := e.objects()
	for round := range 3 {
		before := own()
		if len(before) != 1 {
			t.Fatalf("got processes %v, want one", before)
		}
		g, err := replace()
		if err != nil || !g.Separate {
			t.Fatalf("got %+v, %v, want a generation in a process of its own", g, err)
		}
		if round == 0 { // the host has objects of the first
			if n, err := h.add(1); n != 1 || err != nil || !runs(before[0]) {
				t.Errorf("an object of a generation that was replaced: got %d, %v, want 1", n, err)
			}
			*h = heldObjects{}
			e.awaitUnused()
		}
		e.awaitEvents(winplugin.ReloadRetired, round+1)
		gone(before[0])
	}
	last := own()
	if err := e.Close(); err != nil || len(last) != 1 {
		t.Errorf("Close: got %v with processes %v before, want one", err, last)
	}
	gone(last[0])
}

// A plugin in a process of its own is replaced again and again. The host has no more threads,
// descriptors, mappings and memory afterwards.
func TestIsolatedReloadLeavesNothing(t *testing.T) {
	if bridge != winplugin.Pure {
		t.Skip("plugins of the pure bridge run in a process of their own")
	}
	reloadChild(t, "reload again", ownProcess, "WINPLUGIN_TEST_ROUNDS=30")
}
