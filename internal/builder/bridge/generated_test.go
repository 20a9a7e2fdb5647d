package bridge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"math/rand"
	"os"
	"os/exec"
	"path"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/shared"
)

const generatedPath = "example.com/generated"

// A checker analyses and type-checks packages in memory, with export data for what
// they import. It runs the go command once for all of them.
type checker struct {
	fset    *token.FileSet
	exports map[string]string // files with export data, by import path
	imports types.ImporterFrom
}

var newChecker = sync.OnceValues(func() (*checker, error) {
	args := []string{"list", "-export", "-deps", "-json=ImportPath,Export", "--"}
	args = append(args, generatedImports...)
	for _, name := range shared.Packages {
		args = append(args, shared.Module+name)
	}
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	c := &checker{fset: token.NewFileSet(), exports: make(map[string]string)}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct{ ImportPath, Export string }
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		c.exports[p.ImportPath] = p.Export
	}
	c.imports = importer.ForCompiler(c.fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(c.exports[path]) }).(types.ImporterFrom)
	return c, nil
})

// Import implements types.Importer. The plugin's copies of the shared packages are
// those of this module.
func (c *checker) Import(path string) (*types.Package, error) {
	if name, ok := strings.CutPrefix(path, generatedPath+"/"+prefix+"/"); ok {
		path = shared.Module + name
	}
	return c.imports.Import(path)
}

// load analyses a package of one file.
func (c *checker) load(t testing.TB, text string) (*source.Model, error) {
	t.Helper()
	file, err := parser.ParseFile(c.fset, "/plugin/plugin.go", text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("parsing the plugin: got error %v, want nil\n%s", err, text)
	}
	conf := types.Config{Importer: c}
	pkg, err := conf.Check(generatedPath, c.fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatalf("compiling the plugin: got error %v, want nil\n%s", err, text)
	}
	m := &source.Model{
		Dir: "/plugin", Root: "/plugin", Name: file.Name.Name, ImportPath: generatedPath, Fset: c.fset,
		Files: []source.File{{Path: "/plugin/plugin.go", Syntax: file}},
	}
	return m, m.Describe(pkg, &source.Config{})
}

// compile reports what is wrong with the plugin together with its generated code.
func (c *checker) compile(m *source.Model, out *Output) error {
	files := []*ast.File{m.Files[0].Syntax}
	for _, name := range sortedKeys(out.Overlay) {
		if path.Dir(name) != "." || path.Ext(name) != ".go" {
			continue
		}
		file, err := parser.ParseFile(c.fset, "/plugin/"+name, out.Overlay[name], parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	var all []error
	conf := types.Config{Importer: c, FakeImportC: true, Error: func(err error) { all = append(all, err) }}
	_, err := conf.Check(generatedPath, c.fset, files, nil)
	return errors.Join(append(all, err)...)
}

// checkGenerated generates the bridge of a plugin and compiles the result. It
// returns nil if the plugin is refused.
func checkGenerated(t *testing.T, text string) *Output {
	t.Helper()
	c, err := newChecker()
	if err != nil {
		t.Skip("needs the go command: ", err)
	}
	m, err := c.load(t, text)
	var refused *source.BuildError
	if errors.As(err, &refused) {
		return nil
	}
	if err != nil {
		t.Fatalf("analysis: got error %v, want nil\n%s", err, text)
	}
	out, err := Generate(m, options)
	if errors.As(err, &refused) {
		return nil
	}
	if err != nil {
		t.Fatalf("generation: got error %v, want nil\n%s", err, text)
	}
	if err := c.compile(m, out); err != nil {
		t.Fatalf("compiling the generated code: got error %v, want nil\n%s\n%s", err, text, out.Overlay[wrapperFile])
	}
	return out
}

func TestGeneratedCodeCompiles(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string // functions
	}{
		{"struct embeds error", "type E struct { error; Code int }\nfunc F() E { return E{} }\nfunc G(*E) {}", []string{"F", "G"}},
		{"interface embeds error", "type E interface { error; Code() int }\nfunc F() E { return nil }\nfunc G(E) {}", []string{"F", "G"}},
		{"embedded error by a named interface", "type I interface { error }\ntype E struct { I }\nfunc F() *E { return nil }", []string{"F"}},
		{"embedded error in an unnamed struct", "func F(struct { error }) struct { error } { return struct { error }{} }", nil},
		{"embedded predeclared types in an unnamed struct", "func F(func(struct { any; *rune; byte; complex64; string; *complex128 })) {}", []string{"F"}},
		{"embedded error, and another type of that name", "type Error = error\ntype error int\nfunc F(func(struct { Error; error })) {}", []string{"F"}},
		{"unsafe pointer in a callback", "func F(func(unsafe.Pointer), func(func(*unsafe.Pointer))) {}", []string{"F"}},
		{"struct that cannot be copied embeds error", "type E struct { error; c chan int }\nfunc F(E) *E { return nil }", []string{"F"}},
		{"directive beside an embedded error", "type E struct { error; c chan int }\n\n//winplugin:borrow p\nfunc F(p []byte) *E { return nil }", []string{"F"}},
		{"constraint beside an error", "type Number interface { ~int | ~float64 }\nfunc F() error { return nil }", []string{"F"}},
		{"constraint beside any", "type Number interface { ~int | ~float64 }\nfunc F(any) {}", []string{"F"}},
		{"comparable constraint", "type Key interface { comparable; String() string }\nfunc F(any) error { return nil }", []string{"F"}},
		{"constraint that is comparable alone", "type Key interface { comparable }\ntype Set[K Key] map[K]bool\nfunc F(Set[string]) (any, error) { return nil, nil }", []string{"F"}},
		{"generic constraint", "type List[T any] interface { ~[]T }\nfunc F[T any, L List[T]](L) error { return nil }\nfunc G() any { return nil }", []string{"G"}},
		{"type set of one type", "type Bytes interface { []byte }\nfunc F() (any, error) { return nil, nil }", []string{"F"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out := checkGenerated(t, "package plugin\n\nimport \"unsafe\"\n\nvar _ unsafe.Pointer\n\n"+test.text+"\n")
			var got []string
			if out != nil {
				for _, f := range out.Manifest.Functions {
					if f.Receiver == "" {
						got = append(got, f.Name)
					}
				}
			}
			if strings.Join(got, " ") != strings.Join(test.want, " ") {
				t.Errorf("functions that cross are %q, want %q", got, test.want)
			}
			if out != nil {
				for name := range out.Manifest.Types {
					if strings.HasSuffix(name, ".Number") || strings.HasSuffix(name, ".Key") {
						t.Errorf("got the constraint %s in the manifest, want none", name)
					}
				}
			}
		})
	}
}

// Packages with random declarations are analysed without a panic, and what is
// generated for them compiles.
func TestRandomPackages(t *testing.T) {
	if _, err := newChecker(); err != nil {
		t.Skip("needs the go command: ", err)
	}
	packages := 200
	if raceDetector {
		packages = 20 // one goroutine makes them; tools/test.sh runs all of them without the detector
	}
	crosses, skipped := 0, 0
	for seed := range int64(packages) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			if out := checkGenerated(t, randomPackage(rand.New(rand.NewSource(seed)))); out != nil {
				crosses += len(out.Manifest.Functions)
				skipped += len(out.Manifest.Skipped)
			}
		})
	}
	t.Logf("%d functions cross, %d are skipped", crosses, skipped)
	if crosses < 10*packages {
		t.Errorf("only %d functions of %d packages cross, want %d at least", crosses, packages, 10*packages)
	}
}

// manyFunctions is the source of a package with n types and functions.
func manyFunctions(n int) string {
	var text strings.Builder
	text.WriteString("package plugin\n\ntype T0 struct{ A int }\n")
	for i := 1; i < n; i++ {
		fmt.Fprintf(&text, "type T%d struct{ A []T%d; B map[string]*T%[2]d }\nfunc F%[1]d(a T%[1]d, b []*T%[1]d) (T%[1]d, error) { return a, nil }\n", i, i-1)
	}
	return text.String()
}

// What the analysis and the generator do for a function does not depend on the number of
// functions and types. Allocations stand for the work: tests assert no times.
func TestWorkIsLinear(t *testing.T) {
	c, err := newChecker()
	if err != nil {
		t.Skip("needs the go command: ", err)
	}
	work := func(n int) float64 {
		source := manyFunctions(n)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m, err := c.load(t, source)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Generate(m, options); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		return float64(after.Mallocs-before.Mallocs) / float64(n)
	}
	few, many := work(100), work(1000)
	if many > 1.5*few {
		t.Errorf("got %.0f allocations a function of 1,000, want at most 1.5 times the %.0f of 100", many, few)
	}
}

// The time for each function must not depend on the number of functions and types.
func BenchmarkGenerate(b *testing.B) {
	for _, n := range []int{100, 1000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			c, err := newChecker()
			if err != nil {
				b.Skip("needs the go command: ", err)
			}
			m, err := c.load(b, manyFunctions(n))
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := Generate(m, options); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/function")
		})
	}
}
