package winplugin

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/builder/policy"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/fetch"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// The documentation names no package that its readers cannot open.
func TestDocumentationWithoutInternalNames(t *testing.T) {
	if testing.Short() {
		t.Skip("the source is tested in runs that are not short")
	}
	list, err := exec.CommandContext(t.Context(), "go", "list", "./internal/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range strings.Fields(string(list)) {
		if name := path.Base(name); name != "plugin" { // there is a public one
			names = append(names, name)
		}
	}
	name := regexp.MustCompile(`\b(` + strings.Join(names, "|") + `)\.[A-Z]|internal/`)
	for _, pkg := range []string{".", "./manifest", "./plugin"} {
		t.Run(pkg, func(t *testing.T) {
			doc, err := exec.CommandContext(t.Context(), "go", "doc", "-all", pkg).Output()
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(doc)) {
				if name.MatchString(line) {
					t.Errorf("go doc -all %s: got %s, want no internal name", pkg, line)
				}
			}
		})
	}
}

// constants returns the values of a package's constants of the type, in order. name is
// that of the type; with prefix the constants need not have it.
func constants(t *testing.T, dir, name, prefix string) (values []string) {
	t.Helper()
	pkgs, err := parser.ParseDir(token.NewFileSet(), dir, func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, pkg := range pkgs {
		ast.Inspect(pkg, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok || len(v.Values) != 1 {
				return true
			}
			if i, typed := v.Type.(*ast.Ident); typed && i.Name == name || v.Type == nil && prefix != "" && strings.HasPrefix(v.Names[0].Name, prefix) {
				if text, ok := v.Values[0].(*ast.BasicLit); ok {
					s, err := strconv.Unquote(text.Value)
					if err == nil {
						values = append(values, s)
					}
				}
			}
			return true
		})
	}
	if len(values) == 0 {
		t.Fatalf("%s: got no constants of type %s, want some", dir, name)
	}
	return values
}

// The constants here are those of the packages that set them.
func TestConstantsAgree(t *testing.T) {
	for _, test := range []struct{ name, dir, inside, prefix string }{
		{"LoadReason", "manifest", "LoadReason", ""},
		{"Trap", "internal/toolchain/detect", "Trap", ""},
		{"DownloadReason", "internal/toolchain/fetch", "Reason", ""},
		{"Stage", "internal/builder/build", "Stage", "Stage"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(constants(t, test.dir, test.inside, test.prefix), constants(t, ".", test.name, "")); diff != "" {
				t.Errorf("constants differ (-want +got):\n%s", diff)
			}
		})
	}
}

type listError []string

func (listError) Error() string { return "cannot be compared" }

func TestPublicErrors(t *testing.T) {
	cause := &fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}
	problem := &detect.Problem{Trap: detect.TrapMSYS, Message: "is MSYS's own"}
	for _, test := range []struct {
		name string
		err  error
		want any // what errors.As is to find; nil: the error is not touched
	}{
		{"none", cause, nil},
		{"one that cannot be compared", errors.Join(listError{"a"}, listError{"a"}), nil},
		{"build", &source.BuildError{Package: "p", Err: source.ErrNoFunctions, Diagnostics: []source.Diagnostic{{File: "a.go", Line: 3, Message: "m"}}}, new(*BuildError)},
		{"policy", &policy.Error{Package: "p", Violations: []policy.Violation{{File: "a.go", Line: 1, Column: 2, Subject: "os", Reason: "r", Allow: "os"}}}, new(*PolicyError)},
		{"toolchain", &detect.Error{Missing: "Go", Looked: []string{"PATH"}, Remedy: "a\nb", Err: cause}, new(*ToolchainError)},
		{"problem in a toolchain", &detect.Error{Missing: "Go", Err: errors.Join(cause, problem)}, new(*ToolchainProblem)},
		{"download", &fetch.Error{URL: "u", Reason: fetch.Mismatch, Want: "w", Got: "g"}, new(*DownloadError)},
		{"load", &manifest.LoadError{Path: "x", Reason: manifest.LoadDamaged, Err: cause}, new(*LoadError)},
		{"retired", &native.RetiredError{Path: "x", Reason: "r", Threads: []native.Thread{{ID: 1, At: "m+1"}}}, new(*RetiredError)},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, err := range []error{test.err, fmt.Errorf("wrapped: %w", test.err), errors.Join(errors.New("other"), test.err)} {
				got := public(err)
				if got.Error() != err.Error() {
					t.Errorf("text is %q, want %q", got, err)
				}
				if test.want != nil && !errors.As(got, test.want) {
					t.Errorf("got a %T, want a %T in its chain", got, test.want)
				}
				if ours(got) != (test.want != nil) {
					t.Errorf("got a %T, want a type of this package: %t", got, test.want != nil)
				}
			}
		})
	}
}
