package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Plugins of a folder are added, changed and removed as their folders and libraries are.
func TestOpenDir(t *testing.T) {
	rebuilds(t)
	oneBridge(t, winplugin.Pure)
	dir := filepath.Join(t.TempDir(), "плагины ü")
	save := func(folder, text string) {
		t.Helper()
		write(t, filepath.Join(dir, folder, "same.go"), "package same\n\nfunc Text() string { return \""+text+"\" }\n")
	}
	save("one", "1")
	save("второй плагин", "2") // a package of the same name
	save("_ignored", "0")
	save("testdata", "0")
	write(t, filepath.Join(dir, "not yet", "readme.txt"), "no plugin so far")
	write(t, filepath.Join(dir, "broken", "b.go"), "package broken\n\nfunc F() { x }\n")

	ctx, cancel := context.WithTimeout(t.Context(), 20*patience)
	defer cancel()
	before := notificationSources()
	r, err := winplugin.OpenDir(ctx, dir, options()...)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if got := notificationSources(); got > before+1 {
		t.Errorf("got %d sources of notifications, want one more than the %d before", got, before)
	}
	var names []string
	for _, e := range r.List() {
		names = append(names, fmt.Sprint(e.Name, " ", e.Plugin != nil, " ", errors.As(e.Err, new(*winplugin.BuildError))))
	}
	if diff := cmp.Diff([]string{"broken false true", "one true false", "второй плагин true false"}, names); diff != "" {
		t.Errorf("plugins (-want +got):\n%s", diff)
	}
	text := func(name string) any {
		t.Helper()
		p, err := r.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		return call(t, p, "Text")[0]
	}
	if got := []any{text("one"), text("второй плагин")}; !cmp.Equal(got, []any{"1", "2"}) {
		t.Errorf("got %v of two packages of one name, want 1 and 2", got)
	}
	if _, err := r.Get("broken"); !errors.As(err, new(*winplugin.BuildError)) {
		t.Errorf("Get of one that cannot be built: got %v, want its error", err)
	}
	if _, err := r.Get("not yet"); !errors.Is(err, winplugin.ErrNotFound) {
		t.Errorf("Get of none: got %v, want ErrNotFound", err)
	}

	events := make(chan winplugin.RegistryEvent)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for e := range r.Events(ctx) {
			events <- e
		}
		close(events)
	}()
	await := func(change winplugin.RegistryChange, name string) winplugin.RegistryEvent {
		t.Helper()
		for {
			select {
			case e := <-events:
				if e.Change == change && e.Name == name {
					return e
				}
			case <-ctx.Done():
				t.Fatalf("got no event that %s was %s", name, change)
			}
		}
	}
	for _, name := range []string{"one", "второй плагин"} {
		await(winplugin.PluginAdded, name)
	}

	save("not yet", "3")
	await(winplugin.PluginAdded, "not yet")
	save("one", "1 again")
	await(winplugin.PluginChanged, "one")
	write(t, filepath.Join(dir, "broken", "b.go"), "package broken\n\nfunc Text() string { return \"repaired\" }\n")
	await(winplugin.PluginAdded, "broken")
	if got := []any{text("not yet"), text("one"), text("broken")}; !cmp.Equal(got, []any{"3", "1 again", "repaired"}) {
		t.Errorf("after changes: got %v", got)
	}
	write(t, filepath.Join(dir, "one", "same.go"), "package same\n\nfunc Text() string { return x }\n")
	if e := await(winplugin.PluginFailed, "one"); e.Plugin == nil || !errors.As(e.Err, new(*winplugin.BuildError)) || text("one") != "1 again" {
		t.Errorf("an error in one that is open: got %+v, want the version before to go on", e)
	}

	removed, err := r.Get("второй плагин")
	if err != nil {
		t.Fatal(err)
	}
	patiently(t, func() error { return os.RemoveAll(filepath.Join(dir, "второй плагин")) })
	await(winplugin.PluginRemoved, "второй плагин")
	for {
		if _, err := removed.Call(ctx, "Text"); errors.Is(err, winplugin.ErrClosed) {
			break
		} else if ctx.Err() != nil {
			t.Fatalf("a removed plugin: got %v, want ErrClosed", err)
		}
	}
	save("второй плагин", "2 again")
	await(winplugin.PluginAdded, "второй плагин")
	if got := text("второй плагин"); got != "2 again" {
		t.Errorf("restored: got %v, want 2 again", got)
	}

	a, err := winplugin.Build(ctx, filepath.Join(dir, "broken"), options()...)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(a.Path)
	if err != nil {
		t.Fatal(err)
	}
	library := "a library" + extension()
	write(t, filepath.Join(dir, library), string(content))
	await(winplugin.PluginAdded, library)
	if got := text(library); got != "repaired" {
		t.Errorf("a library: got %v, want repaired", got)
	}

	if err := r.Close(); err != nil {
		t.Error(err)
	}
	for range events {
	}
	<-ended
	if _, err := r.Get("one"); !errors.Is(err, winplugin.ErrClosed) || len(r.List()) > 0 {
		t.Errorf("after Close: got %v and %d plugins, want ErrClosed and none", err, len(r.List()))
	}
}

// notificationSources returns how many sources of notifications about files the process has, where
// that is known.
func notificationSources() (n int) {
	entries, _ := os.ReadDir("/proc/self/fd")
	for _, e := range entries {
		if target, _ := os.Readlink("/proc/self/fd/" + e.Name()); strings.Contains(target, "inotify") {
			n++
		}
	}
	return n
}

// A folder that is not there is an error, and one without plugins is not.
func TestOpenDirEmpty(t *testing.T) {
	if _, err := winplugin.OpenDir(t.Context(), filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing folder: got %v, want os.ErrNotExist", err)
	}
	r, err := winplugin.OpenDir(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if got := r.List(); len(got) > 0 {
		t.Errorf("an empty folder: got %v, want none", got)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
}
