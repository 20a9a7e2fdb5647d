package watch

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"
)

// files are inputs that are always the same.
type files struct{ paths []string }

func (f files) Folders() (dirs []string) {
	for _, path := range f.paths {
		dirs = append(dirs, filepath.Dir(path))
	}
	return dirs
}
func (f files) Concerns(path string) bool { return slices.Contains(f.paths, path) }
func (f files) Changed() string           { return "" }
func (f files) Now() Inputs               { return f }

// await fails if nothing is reported for long.
func await(t *testing.T, n *Notifier) {
	t.Helper()
	select {
	case <-n.C:
	case <-time.After(20 * time.Second):
		t.Fatal("got no report within 20 s, want one")
	}
}

func save(t *testing.T, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(time.Now().String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestNotifier(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(t *testing.T, path string)
	}{
		{"write", save},
		{"rename", func(t *testing.T, path string) {
			save(t, path+".tmp")
			if err := os.Rename(path+".tmp", path); err != nil {
				t.Fatal(err)
			}
		}},
		{"remove", func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}},
		{"remove the folder", func(t *testing.T, path string) {
			if err := os.RemoveAll(filepath.Dir(path)); err != nil {
				t.Fatal(err)
			}
		}},
		{"rename the folder above", func(t *testing.T, path string) {
			dir := filepath.Dir(filepath.Dir(path))
			if runtime.GOOS == "windows" {
				t.Skip("a folder above one that is watched cannot be renamed")
			}
			if err := os.Rename(dir, dir+" old"); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		for _, mode := range []struct {
			name string
			opt  Options
		}{{"notified", Options{Poll: time.Hour}}, {"polled", Options{PollOnly: true, Poll: time.Millisecond}}} {
			t.Run(test.name+"/"+mode.name, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "мой плагин ü", "in a folder", "input file.go")
				save(t, path)
				n := NewNotifier(mode.opt)
				defer n.Close()
				if mode.opt.PollOnly == (n.system != nil) {
					t.Fatalf("notifications by the system: got %t", n.system != nil)
				}
				n.Watch(files{[]string{path}})
				test.change(t, path)
				await(t, n)

				// It goes on with what is there afterwards.
				n.Watch(files{[]string{path}})
				save(t, path)
				await(t, n)
			})
		}
	}
}

// Folders that appear are watched, once Watch was called again.
func TestNotifierFolderAppears(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a", "b", "input.go")
	in := files{[]string{path}}
	n := NewNotifier(Options{Poll: time.Hour})
	defer n.Close()
	n.Watch(in)
	for _, dir := range []string{filepath.Dir(filepath.Dir(path)), filepath.Dir(path)} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		await(t, n)
		n.Watch(in)
	}
	save(t, path)
	await(t, n)
}

// A folder that is reached by a link is watched, and so is the link.
func TestNotifierLinks(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"one", "two"} {
		save(t, filepath.Join(dir, name, "input.go"))
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(filepath.Join(dir, "one"), link); err != nil {
		t.Skipf("no links: %v", err)
	}
	if _, err := os.Stat(link); err != nil {
		t.Skipf("the link is missing, as in Wine: %v", err)
	}
	in := files{[]string{filepath.Join(link, "input.go"), filepath.Join(dir, "one", "other.go")}}
	n := NewNotifier(Options{Poll: time.Hour})
	defer n.Close()
	n.Watch(in)
	save(t, filepath.Join(dir, "one", "input.go"))
	await(t, n)

	n.Watch(in)
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "two"), link); err != nil {
		t.Fatal(err)
	}
	await(t, n)
	n.Watch(in)
	for len(n.C) > 0 {
		<-n.C
	}
	save(t, filepath.Join(dir, "two", "input.go"))
	await(t, n)
}

// What is no input is not reported.
func TestNotifierIgnoresOthers(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "sub", "input.go")
	save(t, path)
	n := NewNotifier(Options{Poll: time.Hour})
	defer n.Close()
	n.Watch(files{[]string{path}})
	save(t, filepath.Join(dir, "sub", "other.go"))
	save(t, filepath.Join(dir, "more", "input.go"))
	select {
	case <-n.C:
		t.Error("got a report, want none")
	case <-time.After(100 * time.Millisecond):
	}
}

// Nothing is left of a notifier that was closed, whatever it did.
func TestNotifierClose(t *testing.T) {
	before, open := runtime.NumGoroutine(), descriptors(t)
	for _, opt := range []Options{{}, {PollOnly: true, Poll: time.Millisecond}} {
		for range 50 {
			path := filepath.Join(t.TempDir(), "input.go")
			save(t, path)
			n := NewNotifier(opt)
			n.Watch(files{[]string{path}})
			save(t, path)
			n.Close()
		}
	}
	if got := descriptors(t); got > open {
		t.Errorf("got %d descriptors, want %d", got, open)
	}
	deadline := time.Now().Add(time.Minute)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			t.Fatalf("got %d goroutines, want %d", runtime.NumGoroutine(), before)
		}
		time.Sleep(time.Millisecond)
	}
}

// descriptors counts the process's, where that is known.
func descriptors(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
