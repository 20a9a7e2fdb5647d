package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// shape unpacks an archive of testdata/shapes to a folder that is in no module.
func shape(t testing.TB, name string) string {
	t.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "shapes", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(t.TempDir(), "формы ü")
	for _, f := range archive.Files {
		write(t, filepath.Join(root, filepath.FromSlash(f.Name)), string(f.Data))
	}
	return root
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// Plugin folders of every shape are built, loaded and called.
func TestShapes(t *testing.T) {
	for _, test := range []struct {
		shape string // archive in testdata/shapes
		dir   string // the plugin's folder in it
		opts  []winplugin.Option
		pkg   string // the package's name

		// A build takes several seconds in Wine. What depends on the system's paths,
		// names and linker is built there too, by one of the bridges; the rest is the
		// same code everywhere.
		windows winplugin.Bridge

		function string
		args     []any
		want     []any
	}{
		{shape: "module", dir: "plugin", pkg: "sum", windows: winplugin.Pure, function: "Add", args: []any{1, 2}, want: []any{3}},
		{shape: "internal", dir: "plugins/internal/calc", pkg: "calc", function: "Twice", args: []any{1.5}, want: []any{3.0}},
		{shape: "bare", dir: "Ordner ü", pkg: "größe", windows: winplugin.CGO, function: "Ώ", args: []any{1, "y", 0.5}, want: []any{0.5, "y", 1}},
		{shape: "workspace", dir: "plugin", pkg: "plugin", windows: winplugin.Pure, function: "Greet", args: []any{"Ada"}, want: []any{"Hello from the workspace, Ada"}},
		{shape: "vendor", pkg: "plugin", function: "Greet", args: []any{"Ada"}, want: []any{"Hello from vendor, Ada"}},
		{shape: "replace", dir: "plugin", pkg: "plugin", windows: winplugin.CGO, function: "Greet", args: []any{11}, want: []any{"Hello\nWORLD\n"}},
		{shape: "program", pkg: "main", windows: winplugin.Pure, function: "Describe", args: []any{"m", 1}, want: []any{"m 1 true"}},
		{shape: "half_program", pkg: "main", function: "Half", args: []any{3}, want: []any{1.5}},
		{shape: "files", pkg: "files", function: "System", want: []any{runtime.GOOS + " plain"}},
		{shape: "files", opts: []winplugin.Option{winplugin.WithTags("extra", "more")}, pkg: "files", windows: winplugin.CGO,
			function: "System", want: []any{runtime.GOOS + " extra"}},
		{shape: "names", pkg: "names", function: "Text", args: []any{"r", 1, nil}, want: []any{"r", true, []byte(nil)}},
		{shape: "names", pkg: "names", function: "Boxes", args: []any{1, 2, 3}, want: []any{6}},
	} {
		t.Run(fmt.Sprint(test.shape, " ", test.function, " ", len(test.opts)), func(t *testing.T) {
			if runtime.GOOS == "windows" && bridge != test.windows {
				t.Skip("left to the other bridge, or the same on every system, and slow to build here")
			}
			t.Parallel()
			p := open(t, filepath.Join(shape(t, test.shape), filepath.FromSlash(test.dir)), test.opts...)
			if m := p.Manifest(); m.Package != test.pkg || m.GOOS != runtime.GOOS || m.GOARCH != runtime.GOARCH {
				t.Errorf("got the manifest of package %s for %s/%s, want %s for %s/%s", m.Package, m.GOOS, m.GOARCH, test.pkg, runtime.GOOS, runtime.GOARCH)
			}
			if diff := cmp.Diff(test.want, call(t, p, test.function, test.args...)); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
		})
	}
}

// A package inside the host's own module: this one.
func TestCalculator(t *testing.T) {
	p := open(t, filepath.Join("..", "examples", "calculator"))
	for _, test := range []struct {
		function string
		args     []any
		want     []any
	}{
		{"Checksum", []any{[]byte("a")}, []any{uint32(0xe40c292c)}},
		{"Divide", []any{1, 4}, []any{0.25}},
		{"Execute", []any{10, 20}, []any{30}},
		{"Greet", []any{"Jürg"}, []any{"Hello, Jürg!"}},
		{"Hypotenuse", []any{3, 4}, []any{5.0}},
		{"IsEven", []any{7}, []any{false}},
		{"PluginVersion", nil, []any{"1.0.0"}},
		{"Reverse", []any{[]byte{1, 2, 3}}, []any{[]byte{3, 2, 1}}},
		{"Split", []any{-7, 2}, []any{-3, -1}},
	} {
		t.Run(test.function, func(t *testing.T) {
			if diff := cmp.Diff(test.want, call(t, p, test.function, test.args...)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.function, diff)
			}
		})
	}
	if len(p.Manifest().Functions) != 9 || len(p.Manifest().Skipped) != 0 {
		t.Errorf("got %d functions and %d skipped, want 9 and none", len(p.Manifest().Functions), len(p.Manifest().Skipped))
	}
	results, err := p.Call(context.Background(), "Divide", 1, 0)
	if err == nil || err.Error() != "divide 1 by 0: division by zero" || !cmp.Equal(results, []any{0.0}) {
		t.Errorf("Divide(1, 0) = %v, %v, want 0 and a division by zero", results, err)
	}
}

// The same folder by two names: the real one and a symbolic link.
func TestSymbolicLink(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need a privilege on Windows, and do not work in Wine")
	}
	real := filepath.Join(shape(t, "module"), "plugin")
	link := filepath.Join(t.TempDir(), "link to a plugin")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	a, b := open(t, link), open(t, real)
	if got := call(t, a, "Add", 1, 2)[0]; got != 3 {
		t.Errorf("Add by the link: got %v, want 3", got)
	}
	if a.Path() != b.Path() {
		t.Errorf("got libraries %s and %s of one source, want one", a.Path(), b.Path())
	}
}
