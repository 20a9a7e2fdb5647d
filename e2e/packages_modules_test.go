package e2e

import (
	"context"
	"path/filepath"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/builder/modfetch/proxytest"
)

// The first package may be named by its import path, and further ones may be of modules that
// it requires.
func TestPackagesOfOtherModules(t *testing.T) {
	sameEverywhere(t)
	oneBridge(t, winplugin.Pure)
	proxytest.Set(t, greeting)
	t.Chdir(t.TempDir())
	p := open(t, "example.com/greet@v1.0.0", winplugin.WithPackages("example.com/dep"))
	if got := call(t, p, "Hello")[0]; got != "hello world, dep 1.0" {
		t.Errorf("Hello: got %q, want \"hello world, dep 1.0\"", got)
	}
	if got, err := p.Const("dep.Version"); err != nil || got != "1.0" {
		t.Errorf("dep.Version: got %v, %v, want 1.0", got, err)
	}
}

// A loader builds a library of several packages again if one of them is edited, and its
// source hash is another one.
func TestLoaderOfPackages(t *testing.T) {
	sameEverywhere(t)
	oneBridge(t, winplugin.Pure)
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"go.mod":         "module example.com/two\n\ngo 1.22\n\nrequire example.com/other v0.0.0\n\nreplace example.com/other => ./other\n",
		"two.go":         "package two\n\nimport \"example.com/two/ext\"\n\nfunc Word() string { return ext.Word() }\n",
		"ext/ext.go":     "package ext\n\nfunc Word() string { return \"one\" }\n",
		"other/go.mod":   "module example.com/other\n\ngo 1.22\n",
		"other/other.go": "package other\n\nfunc Word() string { return \"other\" }\n",
	})
	// What the first package does not import is required by another file of its module.
	write(t, filepath.Join(dir, "tool", "tool.go"), "package tool\n\nimport _ \"example.com/other\"\n")
	loader, err := winplugin.NewLoader(dir, options(winplugin.WithPackages("example.com/two/ext", "example.com/other"))...)
	if err != nil {
		t.Fatal(err)
	}
	defer loader.Close()
	hashes := make(map[string]string)
	for _, word := range []string{"one", "two"} {
		write(t, filepath.Join(dir, "ext", "ext.go"), "package ext\n\nfunc Word() string { return \""+word+"\" }\n")
		if err := loader.Build("two.go"); err != nil {
			t.Fatal(err)
		}
		for function, want := range map[string]string{"Word": word, "ext.Word": word, "other.Word": "other"} {
			t.Run(function, func(t *testing.T) {
				if got, err := loader.Call("two", function); err != nil || got != want {
					t.Errorf("%s: got %v, %v, want %s", function, got, err, want)
				}
			})
		}
		p, err := loader.Plugin("two")
		if err != nil {
			t.Fatal(err)
		}
		hash := p.Manifest().SourceHash
		if before, ok := hashes[hash]; ok {
			t.Errorf("got the source hash %s for the words %s and %s, want two", hash, before, word)
		}
		hashes[hash] = word
	}
	if _, err := loader.CallContext(context.Background(), "ext", "Word"); err == nil {
		t.Error("a further package: got no error, want that the loader has no such package")
	}
}
