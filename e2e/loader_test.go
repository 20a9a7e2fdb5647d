package e2e

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/builder/modfetch/proxytest"
)

// A loader's calls name packages, so two folders with packages of one name are an error.
func TestLoaderSameName(t *testing.T) {
	sameEverywhere(t)
	oneBridge(t, winplugin.Pure)
	dir := t.TempDir()
	for _, folder := range []string{"a", "b"} {
		writeFiles(t, filepath.Join(dir, folder), map[string]string{
			"go.mod":  "module example.com/" + folder + "\n\ngo 1.22\n",
			"same.go": "package same\n\nfunc Where() string { return \"" + folder + "\" }\n",
		})
	}
	loader, err := winplugin.NewLoader(dir, options()...)
	if err != nil {
		t.Fatal(err)
	}
	defer loader.Close()
	for range 2 { // the same folder again is a new build
		if err := loader.Build("a/same.go"); err != nil {
			t.Fatal(err)
		}
	}
	err = loader.Build("b/same.go")
	same := new(winplugin.SamePackageError)
	if !errors.As(err, &same) || *same != (winplugin.SamePackageError{Package: "same", Dir: "b", Before: "a"}) || !strings.Contains(err.Error(), "OpenDir") {
		t.Errorf("error: got %v, want a *SamePackageError with both folders that proposes OpenDir", err)
	}
	if got, err := loader.Call("same", "Where"); err != nil || got != "a" {
		t.Errorf("Where() = %v, %v, want that of the first folder", got, err)
	}
}

// A file of a package stands for the package.
func TestOpenFile(t *testing.T) {
	sameEverywhere(t)
	oneBridge(t, winplugin.CGO)
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"a.go": "package p\n\nfunc A() int { return b }\n",
		"b.go": "package p\n\nconst b = 7\n",
	})
	p := open(t, filepath.Join(dir, "a.go"))
	if got := call(t, p, "A")[0]; got != 7 {
		t.Errorf("A() = %v, want 7", got)
	}
}

// A path that looks like a folder is not downloaded as a package.
func TestOpenMissingFolder(t *testing.T) {
	// A module of this name can be downloaded, and must not be.
	modCache := proxytest.Set(t, "-- plugins.d/foo@v1.0.0/foo.go --\npackage foo\n\nfunc F() {}\n")
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("my.plugins", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"plugins.d/foo", "my.plugins/foo"} {
		t.Run(path, func(t *testing.T) {
			_, err := winplugin.Open(path, options()...)
			if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
				t.Errorf("got error %v, want one that says that %s does not exist", err, path)
			}
			entries, err := os.ReadDir(filepath.Join(modCache, "cache", "download"))
			if len(entries) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("got downloads %v and error %v, want none", entries, err)
			}
		})
	}
}

// A call without a context is one that nothing cancels.
func TestCallNilContext(t *testing.T) {
	p := openCopy(t, "nil_context")
	var none context.Context
	if got, err := p.Call(none, "Int", 7); err != nil || got[0] != 7 {
		t.Errorf("open plugin: Int(7) = %v, %v, want 7, nil", got, err)
	}
	p.Close()
	if _, err := p.Call(none, "Int", 7); !errors.Is(err, winplugin.ErrClosed) {
		t.Errorf("closed plugin: error is %v, want ErrClosed", err)
	}
}

func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		write(t, filepath.Join(dir, name), text)
	}
}
