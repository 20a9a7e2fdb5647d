package e2e

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// version writes a plugin whose Version returns n.
func version(t testing.TB, dir string, n int) {
	t.Helper()
	write(t, filepath.Join(dir, "v.go"), fmt.Sprintf("package v\n\nfunc Version() int { return %d }\n\nfunc Wait(ms int) int { wait(ms); return %[1]d }\n", n))
	write(t, filepath.Join(dir, "wait.go"), "package v\n\nimport \"time\"\n\nfunc wait(ms int) { time.Sleep(time.Duration(ms) * time.Millisecond) }\n")
}

// An unchanged plugin is not built again, an edited one is, beside the library
// that is in use, and going back to the first text finds the first library.
func TestRebuild(t *testing.T) {
	rebuilds(t)
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "правка ü")
	version(t, dir, 1)
	build := func(cached bool) string {
		t.Helper()
		var stages []winplugin.Stage
		a, err := winplugin.Build(ctx, dir, options(winplugin.WithProgress(func(e winplugin.Event) { stages = append(stages, e.Stage) }))...)
		if err != nil {
			t.Fatal(err)
		}
		if a.Cached != cached {
			t.Errorf("cached: got %v, stages %v, want %v", a.Cached, stages, cached)
		}
		if a.Cached && stages[len(stages)-1] != winplugin.StageCached {
			t.Errorf("got stages %v, want %s last", stages, winplugin.StageCached)
		}
		return a.Path
	}
	first := build(false)
	if again := build(true); again != first {
		t.Errorf("without a change: got library %s, want %s", again, first)
	}
	one := open(t, dir)
	if one.Path() != first {
		t.Errorf("Open: got library %s, want Build's, %s", one.Path(), first)
	}

	version(t, dir, 2)
	second := build(false)
	if second == first {
		t.Fatalf("an edited plugin: got its library's old name %s, want another", second)
	}
	two := open(t, dir)
	if got := []any{call(t, one, "Version")[0], call(t, two, "Version")[0]}; !cmp.Equal(got, []any{1, 2}) {
		t.Errorf("got %v of the two libraries, want 1 and 2", got)
	}

	version(t, dir, 1)
	if back := build(true); back != first {
		t.Errorf("back at the first text: got library %s, want %s", back, first)
	}

	// An edit that cannot be built leaves all as it is.
	write(t, filepath.Join(dir, "v.go"), "package v\n\nfunc Version() int { return x }\n")
	if _, err := winplugin.Open(dir, options()...); err == nil || !errors.As(err, new(*winplugin.BuildError)) {
		t.Errorf("opening what cannot be built: got %v, want an error with a *winplugin.BuildError", err)
	}
	if got := call(t, two, "Version")[0]; got != 2 {
		t.Errorf("afterwards: got %v of the open plugin, want 2", got)
	}
}

// Loader.Build replaces a package that is there: calls in flight end in the old
// one, later calls go to the new one.
func TestLoaderReplaces(t *testing.T) {
	rebuilds(t)
	dir := t.TempDir()
	version(t, filepath.Join(dir, "v"), 3)
	loader, err := winplugin.NewLoader(dir, options()...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := loader.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := loader.Call("v", "Version"); !errors.Is(err, winplugin.ErrNotFound) {
		t.Errorf("a call before the build: got %v, want %v", err, winplugin.ErrNotFound)
	}
	if err := loader.Build("v/wait.go"); err != nil {
		t.Fatal(err)
	}
	old, err := loader.Plugin("v")
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan any)
	go func() {
		v, err := old.Call(context.Background(), "Wait", 200)
		if errors.Is(err, winplugin.ErrClosed) { // it came too late
			v = []any{3}
		} else if err != nil {
			t.Error(err)
		}
		got <- v
	}()
	version(t, filepath.Join(dir, "v"), 4)
	if err := loader.Build("v/v.go"); err != nil {
		t.Fatal(err)
	}
	if v := <-got; !cmp.Equal(v, []any{3}) {
		t.Errorf("the call in flight: got %v, want 3", v)
	}
	if v, err := loader.Call("v", "Version"); err != nil || v != 4 {
		t.Errorf("after the replacement: got %v, %v, want 4", v, err)
	}
	if _, err := old.Call(context.Background(), "Version"); !errors.Is(err, winplugin.ErrClosed) {
		t.Errorf("the old plugin: got %v, want %v", err, winplugin.ErrClosed)
	}
	// The same again keeps the library.
	if err := loader.Build("v/v.go"); err != nil {
		t.Fatal(err)
	}
	if v, err := loader.Call("v", "Version"); err != nil || v != 4 {
		t.Errorf("built again without a change: got %v, %v, want 4", v, err)
	}
}
