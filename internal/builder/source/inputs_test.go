package source

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

func TestInputs(t *testing.T) {
	type want struct{ Files, Dirs, EmbedDirs, Absent []string }
	tests := []struct {
		name, sub, archive string
		want               want
	}{{
		name: "bare folder with embedded files",
		sub:  "p",
		archive: `
-- p/a.go --
package p
import "embed"
//go:embed one.txt data pages/*/index.html
var FS embed.FS
func F() {}
-- p/a_plan9.go --
package p
-- p/a_test.go --
package p
-- p/one.txt --
-- p/two.txt --
-- p/data/x.json --
-- p/data/deep/y.json --
-- p/data/deep/.hidden --
-- p/pages/about/index.html --
-- p/pages/about/other.html --
-- p/other/z.txt --
`,
		want: want{
			Files:     []string{"p/a.go", "p/a_plan9.go", "p/data/deep/y.json", "p/data/x.json", "p/one.txt", "p/pages/about/index.html"},
			Dirs:      []string{"p", "p/data", "p/data/deep", "p/pages"},
			EmbedDirs: []string{"p/data", "p/data/deep", "p/pages"},
			Absent:    []string{"go.mod", "p/go.mod"},
		},
	}, {
		name: "module with packages of its own and a replaced module",
		sub:  "host/plugins/p",
		archive: `
-- host/go.mod --
module example.com/host
go 1.21
require example.com/b v1.0.0
replace example.com/b => ../b
replace example.com/unused => ../unused
-- host/go.sum --
-- host/plugins/p/a.go --
package p
import (
	"example.com/b/inner"
	"example.com/host/lib"
)
func F(inner.T, lib.T) {}
-- host/plugins/p/k.h --
-- host/lib/lib.go --
package lib
type T int
-- host/unrelated/u.go --
package unrelated
-- b/go.mod --
module example.com/b
go 1.21
-- b/inner/b.go --
package inner
type T int
-- unused/go.mod --
module example.com/unused
`,
		want: want{
			Files: []string{"b/go.mod", "b/inner/b.go", "host/go.mod", "host/go.sum", "host/lib/lib.go",
				"host/plugins/p/a.go", "host/plugins/p/k.h", "unused/go.mod"},
			Dirs: []string{"b/inner", "host/lib", "host/plugins/p"},
			Absent: []string{"b/inner/go.mod", "go.work", "host/go.work", "host/lib/go.mod", "host/plugins/go.mod", "host/plugins/go.work",
				"host/plugins/p/go.mod", "host/plugins/p/go.work", "host/vendor/modules.txt"},
		},
	}, {
		name: "workspace",
		sub:  "ws/a",
		archive: `
-- ws/go.work --
go 1.21
use (
	./a
	./b
	./c
)
-- ws/go.work.sum --
-- ws/a/go.mod --
module example.com/a
go 1.21
-- ws/a/a.go --
package a
import "example.com/b"
func F(b.T) {}
-- ws/b/go.mod --
module example.com/b
go 1.21
-- ws/b/b.go --
package b
type T int
-- ws/c/go.mod --
module example.com/c
go 1.21
`,
		want: want{
			Files:  []string{"ws/a/a.go", "ws/a/go.mod", "ws/b/b.go", "ws/b/go.mod", "ws/c/go.mod", "ws/go.work", "ws/go.work.sum"},
			Dirs:   []string{"ws/a", "ws/b"},
			Absent: []string{"ws/a/go.work", "ws/a/vendor/modules.txt", "ws/vendor/modules.txt"},
		},
	}, {
		name: "vendor folder",
		archive: `
-- go.mod --
module example.com/a
go 1.21
require example.com/b v1.2.3
-- a.go --
package a
import "example.com/b"
func F(b.T) {}
-- vendor/modules.txt --
# example.com/b v1.2.3
## explicit; go 1.21
example.com/b
-- vendor/example.com/b/b.go --
package b
type T int
`,
		want: want{
			Files:  []string{"a.go", "go.mod", "vendor/example.com/b/b.go", "vendor/modules.txt"},
			Dirs:   []string{".", "vendor/example.com/b"},
			Absent: []string{"go.work"},
		},
	}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			root := write(t, test.archive)
			settings := filepath.Join(t.TempDir(), "settings")
			writeFile(t, settings, "")
			cfg := config(t, filepath.Join(root, filepath.FromSlash(test.sub)))
			cfg.Env = append(cfg.Env, "GOENV="+settings)
			m, err := Load(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			in := m.Inputs
			got := want{relative(root, in.Files), relative(root, in.Dirs), relative(root, in.EmbedDirs), relative(root, in.Absent)}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("inputs differ (-want +got):\n%s", diff)
			}
			found := false
			for _, f := range in.Files {
				found = found || f == settings
				if !fsutil.IsRegular(f) {
					t.Errorf("got the input %s, want a file", f)
				}
			}
			if !found {
				t.Errorf("got inputs without %s, want the go command's settings", settings)
			}
		})
	}
}

// The hash covers what the package is made of, and nothing else.
func TestSourceHash(t *testing.T) {
	root := write(t, `
-- a.go --
package p
import _ "embed"
//go:embed data.txt
var data string
func F() {}
-- b.go --
package p
-- data.txt --
1
-- a_test.go --
package p
-- readme.txt --
`)
	hash := func() string {
		t.Helper()
		m, err := Load(t.Context(), config(t, root))
		if err != nil {
			t.Fatal(err)
		}
		return m.SourceHash
	}
	before := hash()
	for _, name := range []string{"a_test.go", "readme.txt"} {
		t.Run(name, func(t *testing.T) {
			writeFile(t, filepath.Join(root, name), "package p\n// changed\n")
			if hash() != before {
				t.Errorf("got another hash after a change of %s, want the same", name)
			}
		})
	}
	writeFile(t, filepath.Join(root, "data.txt"), "2\n")
	after := hash()
	if after == before {
		t.Error("got the same hash after a change of an embedded file, want another")
	}
	if err := os.Rename(filepath.Join(root, "b.go"), filepath.Join(root, "c.go")); err != nil {
		t.Fatal(err)
	}
	if hash() == after {
		t.Error("got the same hash after a file was renamed, want another")
	}
}

func TestSymbolicLink(t *testing.T) {
	root := write(t, "-- real/a.go --\npackage p\nfunc F() {}\n")
	link := filepath.Join(root, "link")
	if err := os.Symlink(filepath.Join(root, "real"), link); err != nil {
		t.Skip(err)
	}
	if _, err := os.Stat(link); err != nil {
		t.Skip("a symbolic link was made, and is not there, as in Wine: ", err)
	}
	m, err := Load(t.Context(), config(t, link))
	if err != nil {
		t.Fatal(err)
	}
	if m.Dir != link || m.Files[0].Path != filepath.Join(link, "a.go") {
		t.Errorf("Dir is %s, file %s; want them below %s", m.Dir, m.Files[0].Path, link)
	}
}

// Files that only cgo brings in are seen when the analysis runs without it.
func TestCgoFiles(t *testing.T) {
	const archive = `
-- a.go --
package p
func F() {}
-- c.go --
package p
import "C"
func G(x C.int) {}
-- c_plan9.go --
package p
import "C"
-- x.S --
-- x.c --
`
	for _, cgo := range []string{"0", "1"} {
		t.Run("CGO_ENABLED="+cgo, func(t *testing.T) {
			m, dir, err := loadArchive(t, archive, "", func(c *Config) {
				c.GOOS, c.GOARCH = "linux", "amd64"
				c.Env = append(c.Env, "CGO_ENABLED="+cgo)
			})
			if err != nil {
				t.Fatal(err)
			}
			files := len(m.Files)
			for _, f := range m.CgoFiles {
				if f.Path != filepath.Join(dir, "c.go") {
					t.Errorf("got cgo in %s, want it in c.go only", f.Path)
				}
				files++
			}
			if files != 2 {
				t.Errorf("%d files, want 2", files)
			}
			if diff := cmp.Diff([]string{"x.S", "x.c"}, relative(dir, m.OtherFiles)); diff != "" {
				t.Errorf("other files differ (-want +got):\n%s", diff)
			}
			for _, f := range m.Functions {
				if f.Name == "G" && f.Signature() != "G(x C.?)" {
					t.Errorf("got %s, want G(x C.?)", f.Signature())
				}
			}
		})
	}
}

func TestCancel(t *testing.T) {
	root := write(t, "-- a.go --\npackage p\nimport _ \"context\"\nfunc F() {}\n")
	cfg := config(t, root)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Load(ctx, cfg); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want context.Canceled", err)
	}
}

func TestGoCommandMissing(t *testing.T) {
	cfg := config(t, write(t, "-- a.go --\npackage p\nfunc F() {}\n"))
	cfg.Go = filepath.Join(t.TempDir(), "no", "go")
	// Package os/exec says it in another way on each system.
	_, err := Load(t.Context(), cfg)
	if !errors.Is(err, os.ErrNotExist) && !errors.Is(err, exec.ErrNotFound) || !strings.Contains(err.Error(), cfg.Go) {
		t.Errorf("error is %v, want that %s does not exist", err, cfg.Go)
	}
}
