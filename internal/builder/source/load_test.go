package source

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Each way in which a package can lie on disk.
func TestLoadLayouts(t *testing.T) {
	type want struct {
		Name, ImportPath, ModulePath string
		Bare                         bool
		Functions                    []string
		Files                        []string
		Dependencies                 []manifest.Module
	}
	tests := []struct {
		name, sub, archive string
		change             func(*Config)
		want               want
	}{{
		name: "own module, several files",
		archive: `
-- go.mod --
module example.com/calc
go 1.21
-- calc.go --
package calc
func Add(a, b int) int { return sum(a, b) }
-- sum.go --
package calc
func sum(list ...int) (n int) { for _, v := range list { n += v }; return n }
-- sum_test.go --
package calc
func TestOnly() {}
-- extern_test.go --
package calc_test
`,
		want: want{Name: "calc", ImportPath: "example.com/calc", ModulePath: "example.com/calc",
			Functions: []string{"Add(a int, b int) int"}, Files: []string{"calc.go", "sum.go"}},
	}, {
		name: "inside the host's module, with internal packages",
		sub:  "plugins/internal/calc",
		archive: `
-- go.mod --
module example.com/host
go 1.21
-- internal/units/units.go --
package units
type Metre float64
-- plugins/internal/calc/calc.go --
package calc
import "example.com/host/internal/units"
func Far() units.Metre { return 1 }
`,
		want: want{Name: "calc", ImportPath: "example.com/host/plugins/internal/calc", ModulePath: "example.com/host",
			Functions: []string{"Far() units.Metre"}, Files: []string{"calc.go"}},
	}, {
		name: "bare folder",
		archive: `
-- calc.go --
package calc
import "errors"
func Fail() error { return errors.New("no") }
`,
		want: want{Name: "calc", ImportPath: "calc", Bare: true,
			Functions: []string{"Fail() error"}, Files: []string{"calc.go"}},
	}, {
		name: "bare folder named like a standard package",
		archive: `
-- a.go --
package plugin
func Do() {}
`,
		want: want{Name: "plugin", ImportPath: "local/plugin", Bare: true, Functions: []string{"Do()"}, Files: []string{"a.go"}},
	}, {
		name: "bare folder named like a set of packages",
		archive: `
-- a.go --
package std
func Do() {}
`,
		want: want{Name: "std", ImportPath: "local/std", Bare: true, Functions: []string{"Do()"}, Files: []string{"a.go"}},
	}, {
		name: "bare folder, name beyond ASCII",
		archive: `
-- a.go --
package größe
func Do() {}
`,
		want: want{Name: "größe", ImportPath: "local/plugin", Bare: true, Functions: []string{"Do()"}, Files: []string{"a.go"}},
	}, {
		name: "bare folder below a workspace that does not list it",
		sub:  "loose",
		archive: `
-- go.work --
go 1.21
use ./m
-- m/go.mod --
module example.com/m
go 1.21
-- loose/a.go --
package loose
func Do() {}
`,
		want: want{Name: "loose", ImportPath: "loose", Bare: true, Functions: []string{"Do()"}, Files: []string{"a.go"}},
	}, {
		name: "workspace",
		sub:  "a",
		archive: `
-- go.work --
go 1.21
use (
	./a
	./b
)
-- a/go.mod --
module example.com/a
go 1.21
require example.com/b v1.0.0
-- a/a.go --
package a
import "example.com/b"
func Do(v b.Value) {}
-- b/go.mod --
module example.com/b
go 1.21
-- b/b.go --
package b
type Value struct{ N int }
`,
		want: want{Name: "a", ImportPath: "example.com/a", ModulePath: "example.com/a", Functions: []string{"Do(v b.Value)"},
			Files: []string{"a.go"}, Dependencies: []manifest.Module{{Path: "example.com/b"}}},
	}, {
		name: "vendor folder",
		archive: `
-- go.mod --
module example.com/a
go 1.21
require example.com/b v1.2.3
-- a.go --
package a
import "example.com/b/inner"
func Do(v inner.Value) {}
-- vendor/modules.txt --
# example.com/b v1.2.3
## explicit; go 1.21
example.com/b/inner
-- vendor/example.com/b/inner/b.go --
package inner
type Value int
`,
		want: want{Name: "a", ImportPath: "example.com/a", ModulePath: "example.com/a", Functions: []string{"Do(v inner.Value)"},
			Files: []string{"a.go"}, Dependencies: []manifest.Module{{Path: "example.com/b", Version: "v1.2.3"}}},
	}, {
		name: "replaced module",
		sub:  "a",
		archive: `
-- a/go.mod --
module example.com/a
go 1.21
require example.com/b v1.2.3
replace example.com/b => ../b
-- a/a.go --
package a
import "example.com/b"
func Do(v *b.Value) {}
-- b/go.mod --
module example.com/b
go 1.21
-- b/b.go --
package b
type Value int
`,
		want: want{Name: "a", ImportPath: "example.com/a", ModulePath: "example.com/a", Functions: []string{"Do(v *b.Value)"},
			Files: []string{"a.go"}, Dependencies: []manifest.Module{{Path: "example.com/b"}}},
	}, {
		name: "package main without main",
		archive: `
-- go.mod --
module example.com/prog
go 1.21
-- prog.go --
package main
type T struct{}
func Do(T) {}
func main_() {}
`,
		want: want{Name: "main", ImportPath: "example.com/prog", ModulePath: "example.com/prog",
			Functions: []string{"Do(prog.T)"}, Files: []string{"prog.go"}},
	}, {
		name: "bare package main",
		archive: `
-- prog.go --
package main
func Do() {}
func main() {}
`,
		want: want{Name: "main", ImportPath: "local/plugin", Bare: true, Functions: []string{"Do()"}, Files: []string{"prog.go"}},
	}, {
		name:    "files by target: linux",
		archive: byTarget,
		change:  func(c *Config) { c.GOOS, c.GOARCH = "linux", "arm64" },
		want: want{Name: "sys", ImportPath: "sys", Bare: true, Functions: []string{"Arm64()", "Do()", "Unix()"},
			Files: []string{"sys.go", "sys_arm64.go", "unix.go"}},
	}, {
		name:    "files by target: windows with a tag",
		archive: byTarget,
		change: func(c *Config) {
			c.GOOS, c.GOARCH, c.Flags = "windows", "amd64", []string{"-trimpath", "-tags=extra,other"}
		},
		want: want{Name: "sys", ImportPath: "sys", Bare: true, Functions: []string{"Do()", "Extra()", "Windows()"},
			Files: []string{"extra.go", "sys.go", "sys_windows.go"}},
	}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			m, dir, err := loadArchive(t, test.archive, test.sub, test.change)
			if err != nil {
				t.Fatal(err)
			}
			got := want{m.Name, m.ImportPath, m.ModulePath, m.Bare, signatures(m), nil, m.Dependencies}
			for _, f := range m.Files {
				got.Files = append(got.Files, relative(dir, []string{f.Path})...)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("models differ (-want +got):\n%s", diff)
			}
			if m.Dir != dir {
				t.Errorf("Dir is %q, want %q", m.Dir, dir)
			}
			if m.Bare != (m.GoMod == "") || m.Bare != (m.GoModOverlay != nil) {
				t.Errorf("got Bare %t, GoMod %q and overlay %q, want Bare and an overlay only without a go.mod", m.Bare, m.GoMod, m.GoModOverlay)
			}
			if name := filepath.Base(m.Files[0].Path); m.Files[0].Syntax == nil || m.Scope["Do"].Line == 0 && m.Scope[m.Functions[0].Name].Line == 0 {
				t.Errorf("%s: got no syntax or no scope, want both", name)
			}
		})
	}
}

const byTarget = `
-- sys.go --
package sys
func Do() {}
-- sys_windows.go --
package sys
func Windows() {}
-- sys_arm64.go --
package sys
func Arm64() {}
-- unix.go --
//go:build unix
package sys
func Unix() {}
-- extra.go --
//go:build extra
package sys
func Extra() {}
-- other.go --
package documentation
-- gen.go --
//go:build ignore
package main
import "example.com/not/there"
func Gen() { there.X() }
`
