package build

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// What a plugin's folder depends on at least.
func TestFirstInputs(t *testing.T) {
	for _, test := range []struct {
		name    string
		change  func(t *testing.T, dir string)
		changed bool
	}{
		{"nothing", func(*testing.T, string) {}, false},
		{"the same content", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "a.go"), "package a\n") }, false},
		{"a file", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "a.go"), "package b\n") }, true},
		{"a new file", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "b.go"), "package a\n") }, true},
		{"a file that is no source", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "b.txt"), "") }, false},
		{"a test", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "a_test.go"), "package a\n") }, false},
		{"go.mod above", func(t *testing.T, dir string) { write(t, filepath.Join(filepath.Dir(dir), "go.mod"), "module m\n") }, true},
		{"a new go.work", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "go.work"), "go 1.22\n") }, true},
		{"the folder", func(t *testing.T, dir string) {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "ein Ordner ü")
			write(t, filepath.Join(dir, "a.go"), "package a\n")
			in := FirstInputs(dir)
			if got := in.Changed(); got != "" {
				t.Fatalf("without a change: got %q, want none", got)
			}
			test.change(t, dir)
			if got := in.Changed(); got != "" != test.changed {
				t.Errorf("got the change %q, want one: %t", got, test.changed)
			}
			in = in.Now()
			if got := in.Changed(); got != "" {
				t.Errorf("afterwards: got the change %q, want none", got)
			}
			write(t, filepath.Join(dir, "a.go"), "package c\n")
			if in.Changed() == "" {
				t.Error("after a second change: got none, want it")
			}
		})
	}
}

func TestInputsConcern(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	in := newInputs(&snapshot{
		Files:     map[string]*input{path("a.go"): {}, path("data/x.txt"): {}},
		Dirs:      map[string]string{dir: ""},
		EmbedDirs: map[string]string{path("data"): ""},
		Absent:    []string{path("sub/go.mod")},
	})
	for name, want := range map[string]bool{
		"a.go": true, "b.go": true, "b.txt": false, ".b.go.swp": false, "b_test.go": false, "data/y.txt": true,
		"sub/go.mod": true, "sub/go.sum": false, "other/a.go": false,
	} {
		if got := in.Concerns(path(name)); got != want {
			t.Errorf("Concerns(%s) = %t, want %t", name, got, want)
		}
	}
	folders := in.Folders()
	slices.Sort(folders)
	if want := []string{dir, path("data"), path("sub")}; !slices.Equal(folders, want) {
		t.Errorf("folders: got %v, want %v", folders, want)
	}
}

// A library that cannot be read for a while is not forgotten.
func TestInputsUnreadable(t *testing.T) {
	if runtime.GOOS == "windows" || os.Getuid() == 0 {
		t.Skip("every file can be read")
	}
	path := filepath.Join(t.TempDir(), "plugin.so")
	write(t, path, "one")
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	in := LibraryInputs(path)
	if got := in.Changed(); got != "" || !in.Concerns(path) {
		t.Errorf("unreadable: got the change %q, concern %t, want no change of an input", got, in.Concerns(path))
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if in.Changed() == "" {
		t.Error("readable again: got no change, want one")
	}
}
