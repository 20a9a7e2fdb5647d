package native

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// originOf returns the origin of a file.
func originOf(t *testing.T, path string) origin {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return origin{info: info}
}

func TestOriginSame(t *testing.T) {
	dir := t.TempDir()
	file, other := filepath.Join(dir, "a file.so"), filepath.Join(dir, "another.so")
	write := func(path, text string, at time.Time) origin {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		return originOf(t, path)
	}
	now := time.Now()
	first := write(file, "text", now)
	memory := origin{sum: sha256.Sum256([]byte("text"))}
	for _, test := range []struct {
		name string
		a, b origin
		want bool
	}{
		{"the same file", first, originOf(t, file), true},
		{"another file with the same content", first, write(other, "text", now), false},
		{"the file, written again", first, write(file, "text", now.Add(time.Hour)), false},
		{"the file, longer", first, write(file, "longer text", now), false},
		{"memory", memory, origin{sum: sha256.Sum256([]byte("text"))}, true},
		{"memory with other bytes", memory, origin{sum: sha256.Sum256([]byte("texts"))}, false},
		{"a file and memory", first, memory, false},
		{"memory and a file", memory, first, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.a.same(test.b); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestNeedsCopy(t *testing.T) {
	text, err := os.Open("library.go") // no library, so it need not be loaded by its path
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	copied := new(privateCopy)
	for _, test := range []struct {
		name string
		file File
		want bool
	}{
		{"in memory", File{memory: []byte{1}}, true},
		{"in memory, copied", File{memory: []byte{1}, copied: copied}, false},
		{"in the cache", File{stored: true, file: text}, false},
		{"elsewhere", File{file: text}, copiesFiles},
		{"elsewhere, copied", File{file: text, copied: copied}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.file.needsCopy(); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

// A library is mapped once. What is open over it is counted.
func TestMappedFindsLoadedLibrary(t *testing.T) {
	const handle = 1 // no library has it
	o := origin{sum: sha256.Sum256([]byte(t.Name()))}
	for _, test := range []struct {
		name      string
		loaded    bool
		unloading *Unloading
		refs      int
		want      error
	}{
		{"loaded", true, nil, 2, nil},
		{"being unloaded", true, new(Unloading), 1, new(unloadingError)},
		{"gone, and without a copy", false, nil, 1, errNotCopied},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := &Library{origin: o, handle: handle, refs: 1, unloading: test.unloading}
			if test.loaded {
				loaded.handles[handle] = l
				defer delete(loaded.handles, handle)
			}
			got, err := mapped(&File{memory: []byte{1}, origin: o}, Options{})
			var busy *unloadingError
			switch {
			case test.want == nil && (err != nil || got != l):
				t.Errorf("got %p and error %v, want the loaded library %p", got, err, l)
			case test.unloading != nil && (!errors.As(err, &busy) || busy.unloading != test.unloading):
				t.Errorf("got error %v, want one with the Unloading to wait for", err)
			case !test.loaded && !errors.Is(err, test.want):
				t.Errorf("got error %v, want %v", err, test.want)
			}
			if l.refs != test.refs {
				t.Errorf("got %d references, want %d", l.refs, test.refs)
			}
		})
	}
}

// A library that has ended is waited for while something uses it. One that has ended later and
// stays in the process is loaded again.
func TestMappedOfLibraryThatHasEnded(t *testing.T) {
	const handle = 1
	o := origin{sum: sha256.Sum256([]byte(t.Name()))}
	for _, test := range []struct {
		name  string
		refs  int
		up    bool
		waits bool
		want  error
	}{
		{"in use", 1, true, true, nil},
		{"not in use", 0, true, false, errNotCopied},
		{"it has not started", 0, false, false, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := &Library{origin: o, handle: handle, refs: test.refs, up: test.up}
			l.crash.err = &CrashError{Reason: "exit code 3"}
			if l.Crash() == nil {
				t.Skip("no plugin survives its end on this system")
			}
			loaded.handles[handle] = l
			defer delete(loaded.handles, handle)
			_, err := mapped(&File{memory: []byte{1}, origin: o}, Options{})
			var busy *unloadingError
			if waits := errors.As(err, &busy); waits != test.waits || !waits && !errors.Is(err, test.want) {
				t.Errorf("got error %v, want to wait: %t, or %v", err, test.waits, test.want)
			}
		})
	}
}

// Whoever waits for another load gives up when the context ends.
func TestOpenWaitsForOtherLoad(t *testing.T) {
	loaded.lock <- struct{}{}
	defer func() { <-loaded.lock }()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	const want = "failed to load lib: another library is still being loaded: context canceled"
	if _, err := open(ctx, &File{path: "lib"}, Options{}); !errors.Is(err, context.Canceled) || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// The library is retired: opening it says so, and keeps the reason.
func TestOpenOfRetiredLibrary(t *testing.T) {
	const handle = 1
	o := origin{sum: sha256.Sum256([]byte(t.Name()))}
	u := &Unloading{path: "lib"}
	u.enter("a thread runs", nil)
	loaded.mu.Lock()
	loaded.handles[handle] = &Library{origin: o, handle: handle, unloading: u}
	loaded.mu.Unlock()
	defer func() {
		loaded.mu.Lock()
		defer loaded.mu.Unlock()
		delete(loaded.handles, handle)
	}()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		u.done = make(chan struct{})
		_, err := open(ctx, &File{path: "lib", memory: []byte{1}, origin: o}, Options{})
		var load *manifest.LoadError
		if !errors.As(err, &load) || load.Reason != manifest.LoadRetired || !isRetired(err) {
			t.Errorf("got %v, want reason %q and a RetiredError", err, manifest.LoadRetired)
		}
	})
}
