package e2e

import (
	"context"
	"errors"
	"runtime"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// At the limit, a library is moved into a process of its own, with the state and what is bound. It
// is refused where this is not possible.
func TestReloadMoves(t *testing.T) {
	if apart(t) {
		return
	}
	e, replace := openReplaced(t, winplugin.ReloadPolicy{MaxResident: 1, MoveToProcess: true})
	count := bound[func() (int, error)](t, e.Plugin, "Count")
	version := bound[func() (int, error)](t, e.Plugin, "Version")
	held := e.objects() // of generation 1, which stays
	defer runtime.KeepAlive(held)
	next := func(separate bool, wantVersion int) {
		t.Helper()
		n, err := count()
		if err != nil {
			t.Fatal(err)
		}
		g, err := replace()
		if err != nil || g.Separate != separate {
			t.Fatalf("got %v, in a process of its own %t, %v, want %t", g, g.Separate, err, separate)
		}
		if v, err := version(); v != wantVersion || err != nil {
			t.Errorf("%v: got version %d, %v, want %d", g, v, err, wantVersion)
		}
		if m, err := count(); m != n+1 || err != nil {
			t.Errorf("%v: got count %d, %v, want %d", g, m, err, n+1)
		}
	}
	next(false, 2)
	if bridge != winplugin.Pure || runtime.GOARCH != "amd64" {
		_, err := replace()
		if !errors.Is(err, winplugin.ErrTooManyGenerations) || !errors.As(err, new(*winplugin.LoadError)) {
			t.Errorf("got %v, want ErrTooManyGenerations and a LoadError", err)
		}
		return
	}
	for v := range 3 {
		next(true, 1+v%2)
	}
	if n, err := held.add(1); n != 1 || err != nil {
		t.Errorf("an object of the first generation: got %d, %v, want 1", n, err)
	}
	g, err := e.Rollback(context.Background())
	if v, verr := version(); err != nil || verr != nil || !g.Separate || v != 2 {
		t.Errorf("Rollback: got %v, version %d, %v, %v, want version 2 in a process of its own", g, v, err, verr)
	}
}

// At the limit, a plugin that the bridge CGO has built from source is built by Pure, and moved.
func TestReloadMovesSource(t *testing.T) {
	rebuilds(t)
	if bridge != winplugin.CGO || runtime.GOARCH != "amd64" {
		t.Skip("this is about libraries of the bridge CGO that another process can replace")
	}
	if apart(t) {
		return
	}
	e := openEvolving(t, winplugin.ReloadPolicy{MaxResident: 1, MoveToProcess: true})
	count := bound[func() (int, error)](t, e.Plugin, "Count")
	for i, want := range []winplugin.Bridge{winplugin.CGO, winplugin.CGO, winplugin.Pure} {
		if i > 0 {
			e.edit(to([]string{"1", "2", "3"}[i])...)
			e.reload()
		}
		n, err := count()
		if kind := e.Manifest().Bridge.Kind; n != i+1 || err != nil || kind != string(want) {
			t.Errorf("generation %d: got count %d, %v by the bridge %s, want %d by %s", i+1, n, err, kind, i+1, want)
		}
	}
	if g := e.reload(); g.Number != 3 || !g.Separate {
		t.Errorf("without an edit: got %+v, want generation 3 in a process of its own", g)
	}
	e.awaitEvents(winplugin.ReloadRetired, 2)
	if s := e.Reloads(); s.Resident != 2 || len(s.Old) != 0 {
		t.Errorf("got %+v, want two libraries that stay", s)
	}
}
