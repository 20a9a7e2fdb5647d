package e2e

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Source that cannot be built is refused at the user's own positions. Each of
// these ends before the compiler is needed.
func TestRefusedSource(t *testing.T) {
	oneBridge(t, winplugin.Pure)
	for _, test := range []struct {
		name  string
		files map[string]string
		opts  []winplugin.Option
		want  []winplugin.Diagnostic
		is    error
	}{{
		name:  "syntax error",
		files: map[string]string{"a.go": "package p\n\nfunc F( {}\n", "b.go": "package p\n\nfunc G() {}\n"},
		want:  []winplugin.Diagnostic{{File: "a.go", Line: 3, Column: 9, Message: "expected ')', found '{'"}},
	}, {
		name:  "type error",
		files: map[string]string{"a.go": "package p\n\nfunc F() int {\n\treturn \"x\"\n}\n"},
		want: []winplugin.Diagnostic{{File: "a.go", Line: 4, Column: 9,
			Message: `cannot use "x" (untyped string constant) as int value in return statement`}},
	}, {
		name:  "type error behind a tag",
		files: map[string]string{"a.go": "package p\n\nfunc F() {}\n", "b.go": "//go:build extra\n\npackage p\n\nvar x = y\n"},
		opts:  []winplugin.Option{winplugin.WithTags("extra")},
		want:  []winplugin.Diagnostic{{File: "b.go", Line: 5, Column: 9, Message: "undefined: y"}},
	}, {
		name:  "two packages",
		files: map[string]string{"a.go": "package p\n\nfunc F() {}\n", "b.go": "// About q.\npackage q\n"},
		want: []winplugin.Diagnostic{
			{File: "a.go", Line: 1, Column: 9, Message: "package p is here"},
			{File: "b.go", Line: 2, Column: 9, Message: "package q in the same folder as package p (a.go); keep one package in a folder"},
		},
	}, {
		name:  "no exported function",
		files: map[string]string{"a.go": "package p\n\nfunc f() {}\n"},
		is:    winplugin.ErrNoFunctions,
		want: []winplugin.Diagnostic{{File: "a.go", Line: 1, Column: 9,
			Message: "package p exports no function; begin the name of each function that the host may call with a capital letter"}},
	}, {
		name: "all functions skipped",
		files: map[string]string{"a.go": "package p\n\nimport \"unsafe\"\n\nfunc F(c unsafe.Pointer) {}\n",
			"sub/b.go": "package sub\n\nfunc G() {}\n", "c.go": "package p\n\nfunc E[T any](v T) {}\n"},
		opts: []winplugin.Option{winplugin.WithAllowedImports("unsafe")},
		is:   winplugin.ErrNoFunctions,
		want: []winplugin.Diagnostic{
			{File: "a.go", Line: 5, Column: 6, Message: "function F: parameter c has type unsafe.Pointer, which means nothing on the other side"},
			{File: "c.go", Line: 3, Column: 6, Message: "function E: generic: a function with type parameters has no code of its own; name instances by a directive, as in //winplugin:instantiate E[int], or by WithInstantiate(\"E[int]\"), on the command line --instantiate \"E[int]\""},
		},
	}, {
		name:  "names that the bridge needs",
		files: map[string]string{"a.go": "package p\n\ntype string int\n\nfunc F() {}\n", "b.go": "package p\n\nfunc winplugin_x() {}\n\nvar nil = 0\n"},
		want: []winplugin.Diagnostic{
			{File: "a.go", Line: 3, Column: 6, Message: "the package-level name string is needed by the bridge; give this declaration another name"},
			{File: "b.go", Line: 3, Column: 6, Message: "the package-level name winplugin_x is needed by the bridge; give this declaration another name"},
			{File: "b.go", Line: 5, Column: 5, Message: "the package-level name nil is needed by the bridge; give this declaration another name"},
		},
	}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "ошибка ü")
			for name, content := range test.files {
				write(t, filepath.Join(dir, filepath.FromSlash(name)), content)
			}
			_, err := winplugin.Build(context.Background(), dir, options(test.opts...)...)
			var e *winplugin.BuildError
			if !errors.As(err, &e) || test.is != nil && !errors.Is(err, test.is) {
				t.Fatalf("error %v, want a BuildError around %v", err, test.is)
			}
			if diff := cmp.Diff(test.want, e.Diagnostics); diff != "" {
				t.Errorf("diagnostics (-want +got):\n%s", diff)
			}
			for _, d := range test.want {
				if !strings.Contains(err.Error(), d.String()) {
					t.Errorf("got the error %v, want %s in it", err, d)
				}
			}
			// Check says the same, without a compiler.
			if _, checked := winplugin.Check(context.Background(), dir, options(test.opts...)...); checked == nil || checked.Error() != err.Error() {
				t.Errorf("Check: got error %v, want that of Build, %v", checked, err)
			}
		})
	}
}

// What only the compiler finds has the user's positions as well.
func TestCompilerErrors(t *testing.T) {
	oneBridge(t, winplugin.CGO)
	dir := filepath.Join(t.TempDir(), "zu groß")
	write(t, filepath.Join(dir, "go.mod"), "module example.com/big\n\ngo 1.22\n")
	// The type checker takes the type, but no frame on the stack can be that large.
	write(t, filepath.Join(dir, "big.go"), `package big

type large [1 << 30]byte

//go:noinline
func F(i int) byte { return first(large{}, large{}, i) }

//go:noinline
func first(a, b large, i int) byte { return a[i] + b[i] }
`)
	_, err := winplugin.Build(context.Background(), dir, options()...)
	var e *winplugin.BuildError
	if !errors.As(err, &e) || len(e.Diagnostics) == 0 {
		t.Fatalf("error %v, want a BuildError with a position", err)
	}
	if d := e.Diagnostics[0]; d.File != "big.go" || d.Line != 6 || d.Column != 6 || !strings.Contains(d.Message, "stack frame too large") {
		t.Errorf("diagnostic: got %+v, want \"big.go\", 6, 6 and \"stack frame too large\" in it", d)
	}
}

// The file that Loader.Build names must be one of the package's.
func TestRefusedFile(t *testing.T) {
	oneBridge(t, winplugin.Pure)
	root := shape(t, "module")
	write(t, filepath.Join(root, "x.go"), "package x\n\nfunc F() {}\n")
	other := "files_windows.go"
	if runtime.GOOS == "windows" {
		other = "files_linux.go"
	}
	write(t, filepath.Join(root, "plugin", other), "package sum\n")
	write(t, filepath.Join(root, "plugin", "notes.txt"), "text\n")
	loader, err := winplugin.NewLoader(filepath.Join(root, "plugin"), options()...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { loader.Close() })
	for _, test := range []struct {
		file, want string
		is         error
	}{
		{"../x.go", "leads out of the plugin folder", nil},
		{"sub/../../x.go", "leads out of the plugin folder", nil},
		{filepath.Join(root, "x.go"), "leads out of the plugin folder", nil},
		{"", "leads out of the plugin folder", nil},
		{"none.go", "file none.go does not exist", fs.ErrNotExist},
		{"none/add.go", "does not exist", fs.ErrNotExist},
		{"add_test.go", "test file", nil},
		{other, runtime.GOOS + "/" + runtime.GOARCH, nil},
		{"notes.txt", "not a Go file", nil},
		{"testdata", "is a folder", nil},
	} {
		t.Run(test.file, func(t *testing.T) {
			err := loader.Build(test.file)
			if err == nil || !strings.Contains(err.Error(), test.want) || test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("Build(%q): %v, want %q", test.file, err, test.want)
			}
			if _, err := loader.Call("sum", "Add", 1, 2); !errors.Is(err, winplugin.ErrNotFound) {
				t.Errorf("a call after Build(%q): got error %v, want ErrNotFound", test.file, err)
			}
		})
	}
	if _, err := winplugin.NewLoader(filepath.Join(root, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a loader of a folder that is not there: got %v, want %v", err, fs.ErrNotExist)
	}
	if _, err := winplugin.NewLoader(filepath.Join(root, "x.go")); err == nil || !strings.Contains(err.Error(), "is a file") {
		t.Errorf("a loader of a file: got %v, want an error with \"is a file\" in it", err)
	}
}
