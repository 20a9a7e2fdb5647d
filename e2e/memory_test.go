package e2e

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A library that is embedded in the host is opened without a file of its own.
func TestOpenBytes(t *testing.T) {
	library, err := os.ReadFile(kitchen(t))
	if err != nil {
		t.Fatal(err)
	}
	before := privateCopies(t, library) // of processes that were killed
	p, err := winplugin.OpenBytes(t.Context(), "the kitchen", library, options()...)
	if err != nil {
		t.Fatal(err)
	}
	again, err := winplugin.OpenFS(t.Context(), fstest.MapFS{"lib/kitchen": {Data: bytes.Clone(library)}}, "lib/kitchen", options()...)
	if err != nil {
		t.Fatal(err)
	}
	clear(library) // what was opened is a copy
	call(t, p, "Next")
	if got := call(t, again, "Next")[0]; got != int64(2) {
		t.Errorf("the same library opened again counts %v, want 2", got)
	}
	if got := p.Path(); got != "the kitchen" {
		t.Errorf("Path is %q, want the name", got)
	}
	if got := p.Manifest().Package; got != "kitchen" {
		t.Errorf("the manifest is of %q, want kitchen", got)
	}
	unloads := p.Unloadable() == nil
	for _, p := range []*winplugin.Plugin{p, again} {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
	if !unloads {
		return
	}
	if library, err = os.ReadFile(kitchen(t)); err != nil {
		t.Fatal(err)
	}
	if left := privateCopies(t, library); len(left) > len(before) {
		t.Errorf("got the files %q after Close, want %q", left, before)
	}
	p, err = winplugin.OpenBytes(t.Context(), "the kitchen", library, options()...)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if got := call(t, p, "Next")[0]; got != int64(1) {
		t.Errorf("the library opened after its unload counts %v, want 1", got)
	}
}

// privateCopies are the files of libraries in memory on Windows.
func privateCopies(t *testing.T, library []byte) []string {
	t.Helper()
	if runtime.GOOS != "windows" {
		return nil
	}
	user, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(library)
	files, err := filepath.Glob(filepath.Join(user, "go-winplugin", "loaded", "*", fmt.Sprintf("plugin_%x.dll", sum[:6])))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestOpenBytesRefuses(t *testing.T) {
	library, err := os.ReadFile(kitchen(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		library []byte
		want    winplugin.LoadReason
	}{
		{"nothing", nil, winplugin.LoadNotLibrary},
		{"a text", []byte("package main"), winplugin.LoadNotLibrary},
		{"half of a library", library[:len(library)/2], winplugin.LoadTruncated},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := winplugin.OpenBytes(t.Context(), "embedded", test.library)
			var load *winplugin.LoadError
			if !errors.As(err, &load) || load.Reason != test.want || load.Path != "embedded" {
				t.Errorf("got %v, want a LoadError of embedded with the reason %q", err, test.want)
			}
		})
	}
	if _, err := winplugin.OpenFS(t.Context(), fstest.MapFS{}, "missing.so"); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "missing.so") {
		t.Errorf("a missing file: got error %v, want os.ErrNotExist with its name", err)
	}
}
