package e2e

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A library that is no file of the cache may be replaced while it is loaded. What is open
// goes on, and what is opened next is the new file.
func TestReplaceLoadedLibrary(t *testing.T) {
	libraries := map[string]string{"worker": built(t, "worker"), "kitchen": kitchen(t)}
	content := func(name string) []byte {
		t.Helper()
		b, err := os.ReadFile(libraries[name])
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, test := range []struct {
		name    string
		replace func(path string, content []byte) error
	}{
		{"ByRename", func(path string, content []byte) error {
			next := path + ".next"
			return errors.Join(os.WriteFile(next, content, 0o700), os.Rename(next, path))
		}},
		{"InPlace", func(path string, content []byte) error { return os.WriteFile(path, content, 0o700) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "plugin"+extension())
			var plugins []*winplugin.Plugin
			for _, name := range []string{"worker", "kitchen", "worker"} {
				if err := test.replace(path, content(name)); err != nil {
					t.Fatalf("replacing the loaded library: got error %v, want nil", err)
				}
				for range 2 {
					p := open(t, path)
					if got := p.Manifest().Package; got != name {
						t.Errorf("got package %s, want %s", got, name)
					}
					plugins = append(plugins, p)
				}
			}
			for _, i := range []int{0, 1, 4, 5} {
				if n := call(t, plugins[i], "Goroutines")[0].(int); n < 1 {
					t.Errorf("plugin %d: got %d goroutines, want at least 1", i, n)
				}
			}
			if library(t, plugins[4]) != library(t, plugins[5]) {
				t.Error("the same file: got two libraries, want one")
			}
		})
	}
}

// The file whose manifest was read is the one that is loaded, also if the path names another
// file meanwhile.
func TestLoadVerifiedFile(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "plugin"+extension())
	libraries := map[string]string{"worker": built(t, "worker"), "kitchen": kitchen(t)}
	var targets []string
	for name, path := range libraries {
		target, err := copyLibrary(path, name)
		if err != nil {
			t.Fatal(err)
		}
		targets = append(targets, target)
	}
	if err := os.Symlink(targets[0], link); err != nil {
		t.Skipf("no links: %v", err)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	defer func() { close(stop); <-stopped }()
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			next := link + ".next"
			if os.Symlink(targets[i%2], next) == nil {
				os.Rename(next, link)
			}
		}
	}()
	seen := make(map[string]int)
	for range 300 {
		p, err := winplugin.Open(link)
		if errors.Is(err, os.ErrNotExist) {
			continue // Windows removes the link before it renames the other
		}
		if err != nil {
			t.Fatal(err)
		}
		name := p.Manifest().Package
		seen[name]++
		if name == "worker" {
			call(t, p, "Goroutines")
		} else if got := call(t, p, "Add", 1, 2)[0]; got != 3 {
			t.Errorf("got %v, want 3", got)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("opened %v", seen)
}
