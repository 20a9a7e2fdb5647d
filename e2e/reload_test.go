package e2e

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// evolving is a plugin of testdata/evolving that a test edits and reloads.
type evolving struct {
	*winplugin.Plugin
	t     testing.TB
	dir   string
	notes notes

	mu     sync.Mutex
	events []winplugin.ReloadEvent
}

// notes is the Host of testdata/evolving.
type notes struct {
	mu   sync.Mutex
	list []string
}

func (n *notes) Note(text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.list = append(n.list, text)
}

// await waits until there is the note.
func (n *notes) await(text string) {
	for !slices.Contains(n.all(), text) {
		time.Sleep(time.Millisecond)
	}
}

func (n *notes) all() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.list)
}

// openEvolving opens a copy of testdata/evolving.
func openEvolving(t testing.TB, policy winplugin.ReloadPolicy, opts ...winplugin.Option) *evolving {
	t.Helper()
	e := &evolving{t: t, dir: copyPlugin(t, "evolving")}
	e.Plugin = open(t, e.dir, append(opts, winplugin.WithReload(e.policy(policy)))...)
	return e
}

func (e *evolving) policy(p winplugin.ReloadPolicy) winplugin.ReloadPolicy {
	p.InitArgs = []any{&e.notes}
	p.OnEvent = func(event winplugin.ReloadEvent) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.events = append(e.events, event)
	}
	return p
}

// edit replaces text in the source. The next edit begins with the first version of the source.
func (e *evolving) edit(oldnew ...string) {
	e.t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "evolving", "evolving.go"))
	if err != nil {
		e.t.Fatal(err)
	}
	for i := 0; i < len(oldnew); i += 2 {
		if !strings.Contains(string(text), oldnew[i]) {
			e.t.Fatalf("the source has no %q", oldnew[i])
		}
	}
	write(e.t, filepath.Join(e.dir, "evolving.go"), strings.NewReplacer(oldnew...).Replace(string(text)))
}

// to returns the edit that sets the version.
func to(version string) []string { return []string{"const version = 1", "const version = " + version} }

func (e *evolving) reload() winplugin.Generation {
	e.t.Helper()
	g, err := e.Reload(context.Background())
	if err != nil {
		e.t.Fatal(err)
	}
	return g
}

// stages returns what was reported, without what may come late.
func (e *evolving) stages() (list []winplugin.ReloadStage) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, event := range e.events {
		if event.Stage != winplugin.ReloadRetired {
			list = append(list, event.Stage)
		}
	}
	return list
}

// awaitEvents waits until n events of a stage were reported.
func (e *evolving) awaitEvents(stage winplugin.ReloadStage, n int) {
	e.t.Helper()
	for began := time.Now(); time.Since(began) < 30*time.Second; time.Sleep(time.Millisecond) {
		e.mu.Lock()
		found := 0
		for _, event := range e.events {
			if event.Stage == stage {
				found++
			}
		}
		e.mu.Unlock()
		if found >= n {
			return
		}
	}
	e.t.Fatalf("got events %v, want %d %s", e.events, n, stage)
}

// What is bound works with each generation.
func TestReload(t *testing.T) {
	rebuilds(t)
	if apart(t) {
		return
	}
	e := openEvolving(t, winplugin.ReloadPolicy{})
	version := bound[func() int](t, e.Plugin, "Version")
	withContext := bound[func(context.Context) (int, error)](t, e.Plugin, "Version")
	count := bound[func() int](t, e.Plugin, "Count")
	var fields struct{ Versions func() struct{ A, B int } }
	symbol, err := e.Lookup("Version")
	if err := errors.Join(err, e.Bind(&fields)); err != nil {
		t.Fatal(err)
	}
	calls, err := winplugin.Var[int](e.Plugin, "Calls")
	if err != nil {
		t.Fatal(err)
	}
	versions := []int{1, 22, 333}
	if runtime.GOOS == "windows" && testing.Short() {
		versions = versions[:2] // a build takes seconds in Wine
	}
	for n, want := range versions {
		g := e.Generation()
		if n > 0 {
			e.edit(to(strconv.Itoa(want))...)
			if g = e.reload(); g != e.Generation() {
				t.Errorf("got generation %+v, and %+v of Generation", g, e.Generation())
			}
		}
		if g.Number != n+1 || g.SourceHash != e.Manifest().SourceHash || g.SourceHash == "" {
			t.Errorf("got generation %+v, want number %d and the manifest's hash", g, n+1)
		}
		withContextGot, err1 := withContext(context.Background())
		callsGot, err2 := calls.Get()
		if err := errors.Join(err1, err2, calls.Set(5)); err != nil {
			t.Fatal(err)
		}
		got := []any{version(), withContextGot, fields.Versions().A, fields.Versions().B, symbol.(func() int)(), call(t, e.Plugin, "Version")[0], count(), callsGot}
		if diff := cmp.Diff([]any{want, want, want, want, want, want, n + 1, 0}, got); diff != "" {
			t.Errorf("generation %d (-want +got):\n%s", n+1, diff)
		}
	}
	if g := e.reload(); g.Number != len(versions) {
		t.Errorf("without an edit: got %v, want generation %d", g, len(versions))
	}
	switches := len(versions) - 1
	e.awaitEvents(winplugin.ReloadRetired, switches)
	if diff := cmp.Diff(append([]string{"init"}, slices.Repeat([]string{"init", "end"}, switches)...), e.notes.all()); diff != "" {
		t.Errorf("notes of the plugin (-want +got):\n%s", diff)
	}
	stages := slices.Repeat([]winplugin.ReloadStage{winplugin.ReloadBuilding, winplugin.ReloadChecked, winplugin.ReloadSwitched}, switches)
	if diff := cmp.Diff(append(stages, winplugin.ReloadBuilding, winplugin.ReloadUnchanged), e.stages()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// A version that cannot be used leaves the old one in its place.
func TestReloadRefuses(t *testing.T) {
	rebuilds(t)
	if apart(t) {
		return
	}
	e := openEvolving(t, winplugin.ReloadPolicy{})
	version := bound[func() int](t, e.Plugin, "Version")
	count := bound[func() int](t, e.Plugin, "Count")
	calls, err := winplugin.Var[int](e.Plugin, "Calls")
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.KeepAlive(calls) // what is not used any more is not looked for
	defer runtime.KeepAlive(count)
	is := func(target any) func(error) bool { return func(err error) bool { return errors.As(err, target) } }
	tests := []struct {
		name string
		edit []string
		is   func(error) bool
		text []string
	}{
		{"does not compile", to("x"), is(new(*winplugin.BuildError)), []string{"evolving.go:10", "undefined: x"}},
		{"policy", []string{`"errors"`, `"errors"; _ "os/exec"`}, is(new(*winplugin.PolicyError)), []string{"os/exec"}},
		{"removed and changed functions", []string{"func Version() int {", "func Version(n int) int {", "func Count() int", "func count() int", "var Calls int\n", "var Calls string\n"}, is(new(*winplugin.SignatureError)),
			[]string{"Version() int: it is bound, and is Version(n int) int in the new generation", "Count() int: it is bound, and the new generation does not have it", "var Calls int: it is bound, and is var Calls string"}},
		{"Init panics", []string{`h.Note("init")`, `panic("no luck")`}, is(new(*winplugin.PanicError)), []string{"Init has failed", "no luck"}},
		{"Init fails", []string{`h.Note("init")`, `return errors.New("no luck")`}, is(new(*winplugin.ErrorResult)), []string{"Init has failed", "no luck"}},
		{"Init takes something else", []string{`h Host) error`, `h Host, n int) error`}, is(new(*winplugin.SignatureError)), []string{"Init"}},
		{"SelfTest fails", []string{"SelfTest() error { return nil", `SelfTest() error { return errors.New("bad")`}, is(new(*winplugin.ErrorResult)), []string{"SelfTest has failed", "bad"}},
		{"SelfTest panics", []string{"SelfTest() error { return nil", `SelfTest() error { panic("bad")`}, is(new(*winplugin.PanicError)), []string{"SelfTest has failed", "bad"}},
	}
	if runtime.GOOS == "windows" && testing.Short() {
		tests = tests[:4] // a build takes seconds in Wine
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e.edit(test.edit...)
			e.mu.Lock()
			e.events = nil
			e.mu.Unlock()
			g, err := e.Reload(context.Background())
			if g != (winplugin.Generation{}) || err == nil || !test.is(err) {
				t.Fatalf("got %v, error %T %[2]v, want another error", g, err)
			}
			for _, want := range test.text {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got error %v, want %q in it", err, want)
				}
			}
			if e.Generation().Number != 1 || version() != 1 {
				t.Errorf("got generation %v and version %d, want the first", e.Generation(), version())
			}
			last := winplugin.ReloadRefused
			if test.name == "does not compile" || test.name == "policy" {
				last = winplugin.ReloadBuildFailed
			}
			if got := e.stages(); len(got) != 2 || got[1] != last || e.events[1].Err == nil {
				t.Errorf("got events %v, want %s last with an error", e.events, last)
			}
		})
	}
}

func TestRollbackAndPin(t *testing.T) {
	if apart(t) {
		return
	}
	ctx := context.Background()
	e, replace := openReplaced(t, winplugin.ReloadPolicy{})
	if _, err := e.Rollback(ctx); !errors.Is(err, winplugin.ErrNoGeneration) {
		t.Errorf("Rollback of the first: got %v, want ErrNoGeneration", err)
	}
	version := bound[func() int](t, e.Plugin, "Version")
	for range 2 { // versions 2 and 1
		if _, err := replace(); err != nil {
			t.Fatal(err)
		}
	}
	e.Pin(true)
	_, err1 := e.Reload(ctx)
	_, err2 := e.Rollback(ctx)
	if !errors.Is(err1, winplugin.ErrPinned) || !errors.Is(err2, winplugin.ErrPinned) {
		t.Errorf("got %v and %v, want ErrPinned", err1, err2)
	}
	e.Pin(false)
	for i, want := range []int{2, 1} {
		g, err := e.Rollback(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if version() != want || g.Number != 4+i {
			t.Errorf("got version %d and %v, want version %d and generation %d", version(), g, want, 4+i)
		}
	}
	if _, err := e.Rollback(ctx); !errors.Is(err, winplugin.ErrNoGeneration) {
		t.Errorf("at the first again: got %v, want ErrNoGeneration", err)
	}
	if g, err := replace(); err != nil || g.Number != 6 || version() != 2 {
		t.Errorf("got %v with version %d, %v, want generation 6 with version 2", g, version(), err)
	}
}

// Plugins that cannot be reloaded say why.
func TestNotReloadable(t *testing.T) {
	if apart(t) {
		return
	}
	ctx := context.Background()
	p := openKitchen(t)
	library, err := os.ReadFile(kitchen(t))
	if err != nil {
		t.Fatal(err)
	}
	q, err := winplugin.OpenBytes(ctx, "kitchen", library, options(winplugin.WithReload(winplugin.ReloadPolicy{}))...)
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	for _, p := range []*winplugin.Plugin{p, q} {
		if _, err := p.Reload(ctx); !errors.Is(err, winplugin.ErrNotReloadable) {
			t.Errorf("got %v, want ErrNotReloadable", err)
		}
	}
	if got := p.Generation().Number; got != 1 {
		t.Errorf("got generation %d, want 1", got)
	}
	q.Close()
	if _, err := q.Reload(ctx); !errors.Is(err, winplugin.ErrClosed) {
		t.Errorf("after Close: got %v, want ErrClosed", err)
	}
}

// A plugin can be opened by its library, whose file can be replaced while it is loaded.
func TestReloadFile(t *testing.T) {
	if apart(t) {
		return
	}
	e, replace := openReplaced(t, winplugin.ReloadPolicy{})
	path := e.Path()
	version := bound[func() int](t, e.Plugin, "Version")
	if g, err := replace(); err != nil || g.Number != 2 || version() != 2 || g.Path != path {
		t.Errorf("got %+v with version %d, %v, want generation 2 with version 2", g, version(), err)
	}
	if g := e.reload(); g.Number != 2 {
		t.Errorf("not replaced: got %v, want generation 2", g)
	}
	write(t, path, "no library")
	if _, err := e.Reload(context.Background()); !errors.As(err, new(*winplugin.LoadError)) {
		t.Errorf("replaced by something else: got %v, want a LoadError", err)
	}
	if _, err := e.Rollback(context.Background()); err != nil || version() != 1 {
		t.Errorf("Rollback: got error %v and version %d, want version 1", err, version())
	}
	if err := os.Remove(path); err != nil {
		t.Errorf("the file is in use: %v", err)
	}
}
