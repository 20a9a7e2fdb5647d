package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// paper is a module whose packages use each other's types.
const paper = `
-- go.mod --
module example.com/paper

go 1.22
-- paper.go --
// Package paper holds sheets.
package paper

import "errors"

type Sheet struct{ lines []string }

func New(lines ...string) *Sheet { return &Sheet{lines} }

func (s *Sheet) Lines() []string { return s.lines }
func (s *Sheet) Add(line string) { s.lines = append(s.lines, line) }

type Extension interface{ Extend(s *Sheet) }

func Render(s *Sheet, with ...Extension) int {
	for _, e := range with {
		e.Extend(s)
	}
	return len(s.lines)
}

type pen struct{ ink int }

func (p *pen) Ink() int { return p.ink }

func Pen() *pen { return &pen{7} }

var ErrTorn = errors.New("torn")

type Size struct{ W, H int }
-- ext/ext.go --
// Package ext extends sheets.
package ext

import (
	"errors"

	"example.com/paper"
)

type table struct{ rows int }

func (t *table) Extend(s *paper.Sheet) {
	for range t.rows {
		s.Add("row")
	}
}

// Table makes rows.
func Table(rows int) paper.Extension { return &table{rows} }

func Hidden(rows int) *table { return &table{rows} }

func Area(s paper.Size) int { return s.W * s.H }

type Frame struct{ Title string }

func (f Frame) Label() string { return "[" + f.Title + "]" }

type Box struct{ n int }

func (b *Box) Put() int { b.n++; return b.n }

const Wide = 90

var (
	Rows    = 3
	ErrFull = errors.New("full")
)

func Fail(torn bool) error {
	if torn {
		return paper.ErrTorn
	}
	return ErrFull
}

//winplugin:instantiate Twice[string]
func Twice[T any](v T) []T { return []T{v, v} }
-- a/v1/v1.go --
package v1

func Name() string { return "a" }
-- b/v1/v1.go --
package v1

func Name() string { return "b" }
-- prog/main.go --
package main

func Do() {}

func main() {}
-- tests/a_test.go --
package tests
-- empty/empty.go --
package empty

func do() {}
-- part/internal/deep/deep.go --
package deep

func Do() {}
-- shell/shell.go --
package shell

import "os"

func Home() string { return os.Getenv("HOME") }
`

// hundred is how many small packages the library has beside the others.
const hundred = 100

func writePaper(t testing.TB) (dir string, names []string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "paper")
	files := txtar.Parse([]byte(paper)).Files
	for i := range hundred {
		name := fmt.Sprintf("p%03d", i)
		names = append(names, "example.com/paper/small/"+name)
		files = append(files, txtar.File{Name: "small/" + name + "/p.go", Data: fmt.Appendf(nil,
			"package %s\n\ntype Point struct{ X, Y int }\n\nfunc Add(p Point) int { return p.X + p.Y + %d }\n\ntype Cell struct{ v int }\n\nfunc New() *Cell { return &Cell{%[2]d} }\n\nfunc (c *Cell) Value() int { return c.v }\n", name, i)})
	}
	for _, f := range files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, names
}

// A library of more than a hundred packages has one runtime, and types that all share.
func TestPackages(t *testing.T) {
	rebuilds(t)
	dir, names := writePaper(t)
	with := append([]string{"./ext", "example.com/paper/a/v1", filepath.Join(dir, "b", "v1")}, names...)
	p := open(t, dir, winplugin.WithPackages(with...))
	ctx := context.Background()

	t.Run("manifest", func(t *testing.T) {
		m := p.Manifest()
		if got := len(m.Packages); got != len(with) {
			t.Fatalf("the manifest has %d further packages, want %d", got, len(with))
		}
		var got []string
		for _, pkg := range m.Packages[:4] {
			got = append(got, pkg.Qualifier)
		}
		if want := []string{"ext", "a/v1", "b/v1", "p000"}; !reflect.DeepEqual(got, want) {
			t.Errorf("qualifiers are %v, want %v", got, want)
		}
		fn, _ := m.Lookup("ext.Table")
		if fn == nil || fn.Package != "example.com/paper/ext" || fn.Doc != "Table makes rows." || !strings.HasPrefix(fn.Position, "example.com/paper/ext/ext.go:") {
			t.Errorf("Lookup of ext.Table: got %+v, want its package, doc and position", fn)
		}
		if fn, _ := m.Lookup("New"); fn == nil || fn.Package != "" {
			t.Errorf("New is %+v, want a function of the first package", fn)
		}
	})
	for _, test := range []struct {
		function string
		args     []any
		want     any
	}{
		{"ext.Area", []any{map[string]any{"W": 3, "H": 4}}, 12},
		{"a/v1.Name", nil, "a"},
		{"b/v1.Name", nil, "b"},
		{"p000.Add", []any{struct{ X, Y int }{1, 2}}, 3},
		{"p099.Add", []any{struct{ X, Y int }{1, 2}}, 102},
		{"ext.Frame.Label", []any{struct{ Title string }{"x"}}, "[x]"},
		{"ext.Twice[string]", []any{"x"}, []string{"x", "x"}},
	} {
		t.Run(test.function, func(t *testing.T) {
			if got := call(t, p, test.function, test.args...); !reflect.DeepEqual(got, []any{test.want}) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	t.Run("types are shared", func(t *testing.T) {
		for _, maker := range []string{"ext.Table", "ext.Hidden"} {
			t.Run(maker, func(t *testing.T) {
				sheet := call(t, p, "New", "title")[0]
				if got := call(t, p, "Render", sheet, call(t, p, maker, 2)[0]); got[0] != 3 {
					t.Errorf("Render with an extension of %s gives %v, want 3", maker, got)
				}
			})
		}
		if got, err := call(t, p, "Pen")[0].(*winplugin.Object).Call(ctx, "Ink"); err != nil || got[0] != 7 {
			t.Errorf("a method of an unexported type gives %v, %v, want 7", got, err)
		}
	})
	t.Run("Bind", func(t *testing.T) {
		var f struct {
			Area func(struct{ W, H int }) int `plugin:"ext.Area"`
			Name func() string                `plugin:"a/v1.Name"`
		}
		if err := p.Bind(&f); err != nil {
			t.Fatal(err)
		}
		if got := f.Area(struct{ W, H int }{2, 5}); got != 10 || f.Name() != "a" {
			t.Errorf("got %d and %s, want 10 and a", got, f.Name())
		}
	})
	t.Run("Var", func(t *testing.T) {
		v, err := winplugin.Var[int](p, "ext.Rows")
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Set(5); err != nil {
			t.Fatal(err)
		}
		if got, err := v.Get(); got != 5 || err != nil {
			t.Errorf("got %d, %v, want 5", got, err)
		}
	})
	t.Run("Const", func(t *testing.T) {
		if got, err := p.Const("ext.Wide"); got != 90 || err != nil {
			t.Errorf("got %v, %v, want 90", got, err)
		}
	})
	t.Run("New", func(t *testing.T) {
		box, err := p.New("ext.Box", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := box.Call(ctx, "Put"); err != nil || got[0] != 1 {
			t.Errorf("Put gives %v, %v, want 1", got, err)
		}
		frame, err := p.New("ext.Frame", map[string]any{"Title": "y"})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := frame.Call(ctx, "Label"); err != nil || got[0] != "[y]" {
			t.Errorf("Label gives %v, %v, want [y]", got, err)
		}
	})
	t.Run("errors", func(t *testing.T) {
		for name, torn := range map[string]bool{"ErrTorn": true, "ext.ErrFull": false} {
			t.Run(name, func(t *testing.T) {
				want, err := winplugin.Var[error](p, name)
				if err != nil {
					t.Fatal(err)
				}
				sentinel, err := want.Get()
				if err != nil {
					t.Fatal(err)
				}
				if _, err := p.Call(ctx, "ext.Fail", torn); !errors.Is(err, sentinel) {
					t.Errorf("Fail(%t) returns %v, want %s", torn, err, name)
				}
			})
		}
	})
	t.Run("unknown", func(t *testing.T) {
		if _, err := p.Call(ctx, "ext.Tabel", 1); !errors.Is(err, winplugin.ErrNotFound) || !strings.Contains(err.Error(), "ext.Table") {
			t.Errorf("got %v, want ErrNotFound that proposes ext.Table", err)
		}
	})
}

// What cannot be in a library of several packages is refused with what to do.
func TestPackagesRefused(t *testing.T) {
	rebuilds(t)
	dir, _ := writePaper(t)
	other := filepath.Join(t.TempDir(), "other")
	if err := os.MkdirAll(other, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other, "other.go"), []byte("package other\n\nfunc Do() {}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, first string
		with        []string
		is          error
		text        string
	}{
		{"twice", "", []string{"./ext", "example.com/paper/ext"}, nil, "named twice"},
		{"first again", "", []string{"example.com/paper"}, nil, "named twice"},
		{"program", "", []string{"./prog"}, nil, "leave it out"},
		{"program first", "prog", []string{filepath.Join(dir, "ext")}, nil, "build it alone"},
		{"tests alone", "", []string{"./tests"}, winplugin.ErrNoPackage, "holds only tests"},
		{"nothing exported", "", []string{"./empty"}, winplugin.ErrNoFunctions, "leave it out"},
		{"internal", "", []string{"./part/internal/deep"}, nil, "internal"},
		{"no such folder", "", []string{"./missing"}, winplugin.ErrNoPackage, "missing"},
		{"no such package", "", []string{"example.com/paper/missing"}, winplugin.ErrNoPackage, "missing"},
		{"other module", "", []string{other}, winplugin.ErrNoPackage, "go.work"},
		{"standard library", "", []string{"strings"}, nil, "leave it out"},
		{"version", "", []string{"example.com/paper/ext@v1.0.0"}, nil, "leave @v1.0.0 out"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := winplugin.Check(context.Background(), filepath.Join(dir, test.first), options(winplugin.WithPackages(test.with...))...)
			if test.is == nil && test.name != "version" && !errors.As(err, new(*winplugin.BuildError)) {
				t.Errorf("got a %T, want a *BuildError", err)
			}
			if err == nil || test.is != nil && !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.text) {
				t.Errorf("got %v, want an error with %q that is %v", err, test.text, test.is)
			}
		})
	}
	t.Run("policy", func(t *testing.T) {
		_, err := winplugin.Check(context.Background(), dir, options(winplugin.WithPackages("./shell"))...)
		refused := new(winplugin.PolicyError)
		if !errors.As(err, &refused) || refused.Package != "example.com/paper/shell" {
			t.Errorf("got %v, want a *PolicyError of package shell", err)
		}
	})
}
