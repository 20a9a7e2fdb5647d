package shared

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// hostOnly are the files of shared packages that plugins get no copy of.
var hostOnly = []string{"environ/host_unix.go", "abi/magic.go", "abi/patches.go", "codec/foreign.go", "codec/hostmethods.go", "codec/hosttypes.go", "madetype/host.go", "nolibc/host_linux.go"}

// The packages run in plugins too: nothing but the standard library and each other,
// and every file is copied unless it is listed here.
func TestSharedPackages(t *testing.T) {
	folders, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if !folder.IsDir() {
			continue
		}
		t.Run(folder.Name(), func(t *testing.T) {
			if !slices.Contains(Packages, folder.Name()) {
				t.Fatalf("got Packages without %s, want it", folder.Name())
			}
			copied, err := Files(folder.Name())
			if err != nil {
				t.Fatal(err)
			}
			names, err := filepath.Glob(folder.Name() + "/*.go")
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range names {
				if strings.HasSuffix(name, "_test.go") {
					continue
				}
				name = filepath.ToSlash(name)
				if _, ok := copied[filepath.Base(name)]; ok == slices.Contains(hostOnly, name) {
					t.Errorf("%s: copied into plugins: got %v, want %v; a shared file starts with %q", name, ok, !ok, Constraint)
				}
				checkImports(t, name)
			}
		})
	}
}

func checkImports(t *testing.T, name string) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	for _, spec := range f.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		first, _, _ := strings.Cut(path, "/")
		if strings.Contains(first, ".") && !strings.HasPrefix(path, Module) {
			t.Errorf("%s: got the import %s, want only the standard library and shared packages", name, path)
		}
	}
}
