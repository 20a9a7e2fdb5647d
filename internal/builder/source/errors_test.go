package source

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is wrong with a source is reported at the user's own positions.
func TestBuildErrors(t *testing.T) {
	tests := []struct {
		name, sub, archive string
		change             func(*Config)
		want               []Diagnostic
		is                 error
		text               string // in the error's text
	}{{
		name: "syntax errors in two files",
		archive: `
-- b.go --
package p
func F( {}
-- a.go --
package p
var x = = 1
`,
		want: []Diagnostic{
			{"a.go", 2, 9, "expected operand, found '='"},
			{"b.go", 2, 9, "expected ')', found '{'"},
		},
	}, {
		name: "type errors",
		archive: `
-- a.go --
package p
import "errors"
func F() int { return "x" }
func F() {}
func G() { y := 1; undefined() }
`,
		want: []Diagnostic{
			{"a.go", 2, 8, `"errors" imported and not used`},
			{"a.go", 3, 23, `cannot use "x" (untyped string constant) as int value in return statement`},
			{"a.go", 4, 6, "F redeclared in this block (a.go:3:6: other declaration of F)"},
			{"a.go", 5, 12, "declared and not used: y"},
			{"a.go", 5, 20, "undefined: undefined"},
		},
	}, {
		name: "line directives do not move errors",
		archive: `
-- a.go --
package p
//line /etc/passwd:1
func F() int { return "x" }
`,
		want: []Diagnostic{{"a.go", 3, 23, `cannot use "x" (untyped string constant) as int value in return statement`}},
	}, {
		name: "function without body",
		archive: `
-- a.go --
package p
func F() int
`,
		want: []Diagnostic{{"a.go", 2, 6, "missing function body"}},
	}, {
		name: "two packages",
		archive: `
-- a.go --
package p
-- b.go --

package q
-- c.go --
package p
`,
		want: []Diagnostic{
			{"a.go", 1, 9, "package p is here"},
			{"b.go", 2, 9, "package q in the same folder as package p (a.go); keep one package in a folder"},
		},
		text: "two packages in one folder",
	}, {
		name: "no exported function",
		archive: `
-- a.go --
package p
type T chan int
func (T) method() {}
func main() {}
`,
		is:   ErrNoFunctions,
		want: []Diagnostic{{"a.go", 1, 9, "package p exports no function; begin the name of each function that the host may call with a capital letter"}},
	}, {
		name: "generic types alone",
		archive: `
-- a.go --
package p
type Deque[T comparable] struct { all []T }
func (d *Deque[T]) Push(v T) { d.all = append(d.all, v) }
`,
		is:   ErrNoFunctions,
		want: []Diagnostic{{"a.go", 1, 9, `package p exports no function; ask for instances of its generic types by WithInstantiate("Deque[int]"), on the command line --instantiate "Deque[int]"`}},
	}, {
		name: "imports that are not there",
		archive: `
-- go.mod --
module example.com/p
go 1.21
-- a.go --
package p
import (
	_ "example.com/none/x"
	_ "nosuchstd"
	_ "example.com/p/sub"
)
-- sub/sub.go --
package sub
import _ "example.com/none/y"
`,
		want: []Diagnostic{
			{"a.go", 3, 2, "no required module provides package example.com/none/x; to add it: go get example.com/none/x"},
			{"a.go", 4, 2, "package nosuchstd is not in std"},
			{filepath.Join("sub", "sub.go"), 2, 8, "no required module provides package example.com/none/y; to add it: go get example.com/none/y"},
		},
	}, {
		name: "third-party import in a bare folder",
		archive: `
-- a.go --
package p
import _ "example.com/none/x"
`,
		want: []Diagnostic{{"a.go", 2, 8, "package example.com/none/x is needed, but the folder has no go.mod to name its version; run there: go mod init p && go get example.com/none/x"}},
	}, {
		name: "import cycle",
		archive: `
-- go.mod --
module example.com/p
go 1.21
-- a.go --
package p
import _ "example.com/p/sub"
-- sub/sub.go --
package sub
import _ "example.com/p"
`,
		want: []Diagnostic{{"a.go", 2, 8, "import cycle not allowed: example.com/p imports example.com/p/sub imports example.com/p"}},
	}, {
		name: "errors in a package of the same module",
		sub:  "plugin",
		archive: `
-- go.mod --
module example.com/p
go 1.21
-- plugin/a.go --
package p
import "example.com/p/sub"
func F() int { return sub.F() }
-- sub/sub.go --
package sub
func F() int { return "x" }
`,
		want: []Diagnostic{{"ROOT/sub/sub.go", 2, 23, `cannot use "x" (untyped string constant) as int value in return statement`}},
	}, {
		name: "embedded file that is not there",
		archive: `
-- a.go --
package p
import _ "embed"
//go:embed none.txt
var S string
`,
		want: []Diagnostic{{"a.go", 3, 12, "pattern none.txt: no matching files found"}},
	}, {
		name: "broken go.mod",
		archive: `
-- go.mod --
module example.com/p
require (
-- a.go --
package p
`,
		want: []Diagnostic{{"go.mod", 3, 0, "syntax error (unterminated block started at"}},
	}, {
		name: "a newer Go in the module",
		archive: `
-- go.mod --
module example.com/p
go 1.999
-- a.go --
package p
`,
		is:   ErrGoTooOld,
		text: "needs Go 1.999 or later",
	}, {
		name: "a newer Go in a dependency",
		archive: `
-- go.mod --
module example.com/p
go 1.21
require example.com/b v1.0.0
replace example.com/b => ./b
-- a.go --
package p
import _ "example.com/b"
-- b/go.mod --
module example.com/b
go 1.999
-- b/b.go --
package b
`,
		is:   ErrGoTooOld,
		text: "needs Go 1.999 or later",
	}, {
		name: "workspace that does not list the module",
		sub:  "p",
		archive: `
-- go.work --
go 1.21
use ./q
-- q/go.mod --
module example.com/q
go 1.21
-- p/go.mod --
module example.com/p
go 1.21
-- p/a.go --
package p
`,
		text: "go work use .",
	}}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, dir, err := loadArchive(t, test.archive, test.sub, test.change)
			var e *BuildError
			if !errors.As(err, &e) {
				t.Fatalf("error is %v, want a *BuildError", err)
			}
			root := strings.TrimSuffix(dir, filepath.FromSlash(test.sub))
			for i, d := range e.Diagnostics {
				if rel, err := filepath.Rel(root, d.File); filepath.IsAbs(d.File) && err == nil {
					e.Diagnostics[i].File = "ROOT/" + filepath.ToSlash(rel)
				}
				// Go's own wording goes on with what differs between machines.
				if i < len(test.want) && strings.HasPrefix(d.Message, test.want[i].Message) {
					e.Diagnostics[i].Message = test.want[i].Message
				}
			}
			if diff := cmp.Diff(test.want, e.Diagnostics); diff != "" {
				t.Errorf("diagnostics differ (-want +got):\n%s", diff)
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("got the error %q, want %q in its chain", err, test.is)
			}
			if !strings.Contains(err.Error(), test.text) {
				t.Errorf("got the error %q, want %q in it", err, test.text)
			}
			for _, d := range e.Diagnostics {
				if !strings.Contains(err.Error(), "\n\t"+d.File) && !strings.HasPrefix(d.File, "ROOT") {
					t.Errorf("got the error %q, want %v listed", err, d)
				}
			}
		})
	}
}

func TestFolderAndFileErrors(t *testing.T) {
	const archive = `
-- p/a.go --
package p
func F() {}
-- p/a_test.go --
package p
-- p/a_plan9.go --
package p
-- p/_b.go --
package p
-- p/data.txt --
-- p/sub/sub.go --
package sub
-- outside.go --
package p
-- empty/readme.txt --
-- tests/a_test.go --
package p
-- plan9/a_plan9.go --
package p
`
	root := write(t, archive)
	tests := []struct {
		dir, file string
		want      error
		text      string
	}{
		{dir: "none", want: ErrNoPackage, text: "does not exist; give the folder"},
		{dir: "none", want: fs.ErrNotExist},
		{dir: "outside.go", want: ErrNoPackage, text: "is a file; give the folder that holds it"},
		{dir: "empty", want: ErrNoPackage, text: "holds no Go files"},
		{dir: "tests", want: ErrNoPackage},
		{dir: "plan9", want: ErrNoPackage, text: "a_plan9.go"},
		{dir: "p", file: "none.go", want: fs.ErrNotExist, text: "file none.go does not exist"},
		{dir: "p", file: "../outside.go", want: ErrOutsideFolder},
		{dir: "p", file: "sub/../../outside.go", want: ErrOutsideFolder},
		{dir: "p", file: "..", want: ErrOutsideFolder},
		{dir: "p", file: filepath.Join(root, "outside.go"), want: ErrOutsideFolder},
		{dir: "p", file: "a_test.go", want: ErrNotInPackage, text: "test file"},
		{dir: "p", file: "a_plan9.go", want: ErrNotInPackage, text: "linux/amd64"},
		{dir: "p", file: "_b.go", want: ErrNotInPackage, text: "begin with _"},
		{dir: "p", file: "data.txt", want: ErrNotInPackage, text: "not a Go file"},
		{dir: "p", file: "sub/sub.go", want: ErrNotInPackage, text: "subfolder"},
		{dir: "p", file: "sub", want: ErrNotInPackage, text: "is a folder"},
		{dir: "p", file: "a.go"},
		{dir: "p", file: "./sub/../a.go"},
		{dir: "p", file: filepath.Join(root, "p", "a.go")},
	}
	for _, test := range tests {
		t.Run(test.dir+","+filepath.Base(test.file), func(t *testing.T) {
			t.Parallel()
			cfg := config(t, filepath.Join(root, test.dir))
			cfg.File, cfg.GOOS, cfg.GOARCH = test.file, "linux", "amd64"
			_, err := Load(t.Context(), cfg)
			if !errors.Is(err, test.want) {
				t.Fatalf("error is %v, want %v", err, test.want)
			}
			if err != nil && !strings.Contains(err.Error(), test.text) {
				t.Errorf("got the error %q, want %q in it", err, test.text)
			}
		})
	}
}
