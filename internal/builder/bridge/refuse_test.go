package bridge

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
)

func TestNamesInTheWay(t *testing.T) {
	m := load(t, "", `
-- b.go --
package p

var go_plugin_y, nil = 1, 2
-- a.go --
package p

type string int
type Fine struct{ winplugin_field int }

func (Fine) winplugin_method() {}

func F(winplugin_parameter int) {}

func winplugin_x() {}
`)
	_, err := Generate(m, options)
	var e *source.BuildError
	if !errors.As(err, &e) {
		t.Fatalf("error is %v, want a BuildError", err)
	}
	message := func(name string) string {
		return "the package-level name " + name + " is needed by the bridge; give this declaration another name"
	}
	if diff := cmp.Diff([]source.Diagnostic{
		{File: "a.go", Line: 3, Column: 6, Message: message("string")},
		{File: "a.go", Line: 10, Column: 6, Message: message("winplugin_x")},
		{File: "b.go", Line: 3, Column: 5, Message: message("go_plugin_y")},
		{File: "b.go", Line: 3, Column: 18, Message: message("nil")},
	}, e.Diagnostics); diff != "" {
		t.Errorf("diagnostics (-want +got):\n%s", diff)
	}
}

func TestNothingToCall(t *testing.T) {
	m := load(t, "", "-- a.go --\npackage p\n\nimport \"unsafe\"\n\nfunc Z(c unsafe.Pointer) {}\n\nfunc A() (map[string]unsafe.Pointer, int) { return nil, 0 }\n")
	_, err := Generate(m, options)
	var e *source.BuildError
	if !errors.As(err, &e) || !errors.Is(err, source.ErrNoFunctions) {
		t.Fatalf("error is %v, want a BuildError for ErrNoFunctions", err)
	}
	if diff := cmp.Diff([]source.Diagnostic{
		{File: "a.go", Line: 5, Column: 6, Message: "function Z: parameter c has type unsafe.Pointer, which means nothing on the other side"},
		{File: "a.go", Line: 7, Column: 6, Message: "function A: result 1 has type unsafe.Pointer, which means nothing on the other side"},
	}, e.Diagnostics); diff != "" {
		t.Errorf("diagnostics (-want +got):\n%s", diff)
	}
}

func TestCanImport(t *testing.T) {
	for _, test := range []struct {
		importer, path string
		want           bool
	}{
		{"a/b", "c/d", true},
		{"a/b", "a/internal", true},
		{"a/b", "a/internal/c", true},
		{"a", "a/internal/c", true},
		{"a/b", "a/b/internal/c/internal/d", false},
		{"a/b/internal/c", "a/b/internal/c/internal/d", true},
		{"ab", "a/internal/c", false},
		{"a", "internal/abi", false},
		{"internal", "internal/abi", false},
		{"a", "c/internals/d", true},
	} {
		t.Run(test.importer, func(t *testing.T) {
			if got := source.CanImport(test.importer, test.path); got != test.want {
				t.Errorf("CanImport(%s, %s): got %t, want %t", test.importer, test.path, got, test.want)
			}
		})
	}
}

// Every file that generates takes part in the fingerprint.
func TestFingerprint(t *testing.T) {
	if a, b := Fingerprint(), Fingerprint(); a != b || len(a) != 16 {
		t.Errorf("got fingerprints %s and %s, want one of 16 digits", a, b)
	}
	var want []string
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			want = append(want, name)
		}
	}
	got, err := fs.Glob(generatorSource, "*.go")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files in the fingerprint (-want +got):\n%s", diff)
	}
}
