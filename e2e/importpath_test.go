package e2e

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/builder/modfetch/proxytest"
)

// greeting is a typical module: an internal package, an embedded file, a
// dependency, and a go line from the time when a loop had one variable.
const greeting = `
-- example.com/greet@v1.0.0/go.mod --
module example.com/greet

go 1.20

require example.com/dep v1.0.0
-- example.com/greet@v1.0.0/greet.go --
package greet

import (
	_ "embed"
	"strings"

	"example.com/dep"
	"example.com/greet/internal/word"
)

//go:embed data/name.txt
var name string

func Hello() string { return word.Hello + " " + strings.TrimSpace(name) + ", dep " + dep.Version }

func First() int {
	var list []func() int
	for i := 0; i < 3; i++ {
		list = append(list, func() int { return i })
	}
	return list[0]()
}
-- example.com/greet@v1.0.0/data/name.txt --
world
-- example.com/greet@v1.0.0/internal/word/word.go --
package word

const Hello = "hello"

func Say() string { return Hello }
-- example.com/greet@v1.0.0/cmd/greet/main.go --
package main

func main() {}
-- example.com/greet@v1.0.0/quiet/quiet.go --
package quiet

const Silence = ""
-- example.com/greet@v1.0.0/files/files.go --
package files

import "os"

func Open(name string) error { _, err := os.Open(name); return err }
-- example.com/greet@v1.0.0/broken/broken.go --
package broken

func Broken() int { return "" }
-- example.com/greet@v1.1.0/go.mod --
module example.com/greet

go 1.22
-- example.com/greet@v1.1.0/greet.go --
package greet

func Hello() string { return "hello 1.1" }
-- example.com/dep@v1.0.0/dep.go --
package dep

const Version = "1.0"
-- example.com/dep@v1.2.0/dep.go --
package dep

const Version = "1.2"
-- example.com/future@v1.0.0/go.mod --
module example.com/future

go 1.99
-- example.com/future@v1.0.0/future.go --
package future

func Fly() {}
`

// openStages opens a plugin, calls Hello and returns its result and the stages.
func openStages(t *testing.T, path string) (string, []winplugin.Stage) {
	t.Helper()
	var stages []winplugin.Stage
	p := open(t, path, winplugin.WithProgress(func(e winplugin.Event) { stages = append(stages, e.Stage) }))
	results, err := p.Call(context.Background(), "Hello")
	if err != nil {
		t.Fatal(err)
	}
	return results[0].(string), stages
}

// sameEverywhere leaves a test out of short runs on Windows: it builds, which takes seconds in
// Wine, and what it tests depends on no system. It runs on Linux.
func sameEverywhere(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" && testing.Short() {
		t.Skip("the same on every system, and slow to build here")
	}
}

// oneBridge leaves a test to one of the bridges where building takes long, if that is what the
// test is about: on Windows, as each build takes seconds in Wine, and under the race detector,
// as the steps of tools/test.sh run the test for both bridges without it.
func oneBridge(t *testing.T, by winplugin.Bridge) {
	t.Helper()
	if (runtime.GOOS == "windows" || raceDetector) && bridge != by && bridge != winplugin.Auto {
		t.Skipf("left to the run of the bridge %s", by)
	}
}

// goIn runs the go command in a folder.
func goIn(t *testing.T, dir string, args ...string) {
	t.Helper()
	name := "go"
	if path := os.Getenv("WINPLUGIN_TEST_GO"); path != "" {
		name = path
	}
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: got error %v, want nil\n%s", strings.Join(args, " "), err, out)
	}
}

func TestImportPath(t *testing.T) {
	oneBridge(t, winplugin.Pure)
	modCache := proxytest.Set(t, greeting)
	t.Chdir(t.TempDir())
	hello, _ := openStages(t, "example.com/greet@v1.0.0")
	if hello != "hello world, dep 1.0" {
		t.Errorf("Hello: got %q, want \"hello world, dep 1.0\"", hello)
	}
	p := open(t, "example.com/greet@v1.0.0")
	if first, err := p.Call(context.Background(), "First"); err != nil || first[0] != 3 {
		t.Errorf("First is %v, %v, want what the module's own Go version makes of it", first, err)
	}
	err := filepath.WalkDir(modCache, func(path string, _ fs.DirEntry, err error) error {
		if strings.Contains(filepath.Base(path), "winplugin") {
			t.Errorf("got the file %s in the module cache, want none of winplugin", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	latest, stages := openStages(t, "example.com/greet@latest")
	if latest != "hello 1.1" || stages[0] != winplugin.StageResolve {
		t.Errorf("the latest one says: got %q, stages %v, want \"hello 1.1\" and %v", latest, stages, winplugin.StageResolve)
	}

	// A version is enough to find the library again: no network, no module cache.
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOMODCACHE", filepath.Join(t.TempDir(), "none"))
	hello, stages = openStages(t, "example.com/greet@v1.0.0")
	if diff := cmp.Diff([]winplugin.Stage{winplugin.StageCached}, stages); diff != "" || hello != "hello world, dep 1.0" {
		t.Errorf("the second time: got %q, want %q; stages differ (-want +got):\n%s", hello, "hello world, dep 1.0", diff)
	}
}

func TestImportPathInHost(t *testing.T) {
	sameEverywhere(t)
	oneBridge(t, winplugin.Pure)
	proxytest.Set(t, greeting)
	host := filepath.Join(t.TempDir(), "the hôst")
	write(t, filepath.Join(host, "go.mod"), "module example.com/host\n\ngo 1.22\n")
	write(t, filepath.Join(host, "host.go"), "package host\n\nimport _ \"example.com/greet\"\n")
	write(t, filepath.Join(host, "own", "own.go"), "package own\n\nfunc Hello() string { return \"my own\" }\n")
	goIn(t, host, "get", "example.com/greet@v1.0.0", "example.com/dep@v1.2.0")
	t.Chdir(filepath.Join(host, "own"))

	hello, stages := openStages(t, "example.com/greet")
	if hello != "hello world, dep 1.2" || stages[0] != winplugin.StageResolve {
		t.Errorf("%q, stages %v: want the versions of the host's go.mod", hello, stages)
	}
	_, stages = openStages(t, "example.com/greet")
	if diff := cmp.Diff([]winplugin.Stage{winplugin.StageCached}, stages); diff != "" {
		t.Errorf("the second time: stages differ (-want +got):\n%s", diff)
	}
	goIn(t, host, "get", "example.com/greet@v1.1.0")
	if hello, _ = openStages(t, "example.com/greet"); hello != "hello 1.1" {
		t.Errorf("got %q, want hello 1.1, as the host's go.mod says", hello)
	}
	if hello, _ = openStages(t, "example.com/host/own"); hello != "my own" {
		t.Errorf("got %q from a package of the host's own module, want \"my own\"", hello)
	}
	write(t, filepath.Join(host, "own", "own.go"), "package own\n\nfunc Hello() string { return \"edited\" }\n")
	if hello, _ = openStages(t, "example.com/host/own"); hello != "edited" {
		t.Errorf("got %q from a package of the host's own module that was edited, want \"edited\"", hello)
	}
}

// The policy's rule on imports is for folders, as what a plugin imports may import
// anything.
func TestImportPathMayImportAnything(t *testing.T) {
	sameEverywhere(t)
	oneBridge(t, winplugin.Pure)
	proxytest.Set(t, greeting)
	t.Chdir(t.TempDir())
	const path = "example.com/greet/files@v1.0.0"
	if _, err := winplugin.Check(context.Background(), path, options()...); err != nil {
		t.Errorf("by default: got error %v, want nil", err)
	}
	_, err := winplugin.Check(context.Background(), path, options(winplugin.WithStrictImports())...)
	var refused *winplugin.PolicyError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "files.go:3:8: os") || !strings.Contains(err.Error(), `WithAllowedImports("os")`) {
		t.Errorf("error with strict imports is %v, want a PolicyError with files.go:3:8 and the option", err)
	}
}

func TestImportPathErrors(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("nothing here depends on the system, and the go command takes its time in Wine")
	}
	proxytest.Set(t, greeting)
	t.Chdir(t.TempDir())
	tests := []struct {
		path string
		is   error
		want []string
	}{
		{"example.com/greet/nope@v1.0.0", winplugin.ErrNoPackage, []string{"does not contain package example.com/greet/nope", "pkg.go.dev"}},
		{"example.com/none", winplugin.ErrNoPackage, []string{"example.com/none@latest", "GOPROXY"}},
		{"example.com/greet@v9.0.0", winplugin.ErrNoPackage, []string{"v9.0.0"}},
		{"example.com/greet/internal/word@v1.0.0", winplugin.ErrNoPackage, []string{"internal", "name a package"}},
		{"example.com/greet/cmd/greet@v1.0.0", winplugin.ErrNoFunctions, []string{"go run"}},
		{"example.com/greet/quiet@v1.0.0", winplugin.ErrNoFunctions, []string{"quiet.go:1:9", "another package"}},
		{"example.com/greet/broken@v1.0.0", nil, []string{"broken.go:3:28"}},
		{"example.com/future@v1.0.0", winplugin.ErrGoTooOld, []string{"1.99", "install a newer Go"}},
		{"text/template", winplugin.ErrNoPackage, []string{"standard library"}},
		{"fmt@latest", winplugin.ErrNoPackage, []string{"begin with a domain"}},
		{"nothing/here", fs.ErrNotExist, []string{"does not exist"}},
	}
	for _, test := range tests {
		t.Run(test.path, func(t *testing.T) {
			_, err := winplugin.Check(context.Background(), test.path, options()...)
			if err == nil {
				t.Fatal("Check: got no error, want one")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error is %q, want %q in it", err, want)
				}
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("error is %v, want one that wraps %v", err, test.is)
			}
		})
	}
	t.Setenv("GOPROXY", "off")
	if _, err := winplugin.Open("example.com/dep@v1.2.0", options()...); err == nil || !strings.Contains(err.Error(), "cannot be downloaded") {
		t.Errorf("offline: got %v, want an error with \"cannot be downloaded\" in it", err)
	}
}
