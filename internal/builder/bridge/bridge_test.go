package bridge

import (
	"bytes"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

var options = Options{Kind: manifest.CGO, GOOS: "linux", GOARCH: "amd64", GoVersion: "go1.26.0", Flags: []string{"-tags=x"}}

// load analyses the package in the folder sub of an archive.
func load(t *testing.T, sub, archive string) *source.Model {
	t.Helper()
	path, err := exec.LookPath("go")
	if err != nil {
		t.Skip("needs the go command")
	}
	root := filepath.Join(t.TempDir(), "brücke to a plugin")
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(root, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	env := append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOPROXY=off", "GOWORK=", "GO111MODULE=", "GOTOOLCHAIN=local")
	m, err := source.Load(t.Context(), source.Config{Dir: filepath.Join(root, sub), GOOS: "linux", GOARCH: "amd64", Env: env, Go: path})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func generate(t *testing.T, sub, archive string) *Output {
	t.Helper()
	out, err := Generate(load(t, sub, archive), options)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// goText is all Go that was generated for the plugin's own package.
func goText(out *Output) string {
	var b strings.Builder
	for _, name := range sortedKeys(out.Overlay) {
		if strings.HasSuffix(name, ".go") && !strings.Contains(name, "/") {
			b.Write(out.Overlay[name])
		}
	}
	return b.String()
}

const mixed = `
-- go.mod --
module example.com/host

go 1.22
-- plugin/plugin.go --
// Package plugin has functions of every kind.
package plugin

import (
	"context"
	"net"
	"unsafe"
	"time"

	"example.com/host/api"
)

type (
	Open   struct{ X, Y int }
	Closed struct{ x int }
	Bytes  []byte
	label  string
	Box[T any] int
)

// Add adds.
func Add(a, b int) int                                     { return a + b }
func Label(l label, more ...byte) (label, []byte, error)   { return l, more, nil }
func Wait(d time.Duration, b Box[time.Month]) (Box[label]) { return 0 }
func Größe(f float32, b bool)                              {}

func Point(p Open)                        {}
func PointTo() *Open                      { return nil }
func Secret(p Closed)                     {}
func SecretTo(_ *Closed)                  {}
func Generic[T any](v T)                  {}
func Chan(c <-chan int)                   {}
func Func(f func(int) error)              {}
func Take(err error)                      {}
func Early() (error, int)                 { return nil, 0 }
func Twice() (error, error)               { return nil, nil }
func Map(map[string]int)                  {}
func Any(v any)                           {}
func Strings(s ...string)                 {}
func Named(b Bytes)                       {}
func Pointer(p *int)                      {}
func Complex() (c complex128)             { return 0 }
func Array(a [4]byte)                     {}
func Hidden(n int, h api.Handle)          {}
func Inner(i api.Inner)                   {}
func Odd(b Box[func()])                   {}
func Deep(h []api.Holder)                 {}
func Back() api.Handle                    { return 0 }
func Listen(l net.Listener)               {}
func Pointed(p unsafe.Pointer)            {}
func Scoped() context.Context             { return nil }
func Scopes() []context.Context           { return nil }

var Scope context.Context

func (o Open) Area() int        { return o.X * o.Y }
func (o *Open) Watch(chan bool) {}
func (Closed) Method()          {}

var (
	Count  int
	Events chan int
	Held   api.Holder
)
func XÄ()                                 {}
func X_u00c4()                            {}
-- api/api.go --
package api

import "example.com/host/api/internal/inner"

type handle int

// An alias may give away what is unexported or internal.
type Handle = handle
type Inner = inner.T

type Holder struct{ H Handle }
-- api/internal/inner/inner.go --
package inner

type T int
`

func TestFunctions(t *testing.T) {
	out := generate(t, "plugin", mixed)
	symbols := make(map[string]string)
	for _, f := range out.Manifest.Functions {
		symbols[f.Signature()] = f.Symbol
	}
	if diff := cmp.Diff(map[string]string{
		"Add(a int, b int) int": "go_plugin_plugin_Add",
		"Label(l plugin.label, more ...uint8) (plugin.label, []byte, error)":                        "go_plugin_plugin_Label",
		"Wait(d time.Duration, b plugin.Box[time.Month]) plugin.Box[example.com/host/plugin.label]": "go_plugin_plugin_Wait",
		"Größe(f float32, b bool)": "go_plugin_plugin_Gr_u00f6_u00dfe",
		"X_u00c4()":                "go_plugin_plugin_X_u00c4",
		"XÄ()":                     "", // the symbol is taken
		"Back() api.handle":        "go_plugin_plugin_Back",
		// What C cannot express.
		"Any(v any)":                            "",
		"Chan(c <-chan int)":                    "",
		"Func(f func(int) error)":               "",
		"Listen(l net.Listener)":                "",
		"Open.Watch(o *plugin.Open, chan bool)": "",
		"Secret(p plugin.Closed)":               "",
		"SecretTo(_ *plugin.Closed)":            "",
		"Odd(b plugin.Box[func()])":             "go_plugin_plugin_Odd",
		"Array(a [4]uint8)":                     "",
		"Complex() (c complex128)":              "",
		"Early() (error, int)":                  "",
		"Map(map[string]int)":                   "",
		"Named(b plugin.Bytes)":                 "",
		"Open.Area(o plugin.Open) int":          "",
		"Point(p plugin.Open)":                  "",
		"Scoped() context.Context":              "",
		"PointTo() *plugin.Open":                "",
		"Pointer(p *int)":                       "",
		"Strings(s ...string)":                  "",
		"Take(err error)":                       "",
		"Twice() (error, error)":                "",
	}, symbols); diff != "" {
		t.Errorf("symbols by signature (-want +got):\n%s", diff)
	}
	var variables []string
	for _, v := range out.Manifest.Variables {
		variables = append(variables, v.Name)
	}
	if diff := cmp.Diff([]string{"Count", "Events"}, variables); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	reasons := make(map[string]string)
	for _, s := range out.Manifest.Skipped {
		reasons[s.Name] = s.Reason
		if !regexp.MustCompile(`^plugin\.go:\d+:\d+$`).MatchString(s.Position) || !strings.HasPrefix(strings.TrimPrefix(s.Signature, "var "), s.Name) {
			t.Errorf("%s: got position %s and signature %s, want a place in plugin.go and a signature with the name", s.Name, s.Position, s.Signature)
		}
	}
	if diff := cmp.Diff(map[string]string{
		"Generic": "generic: a function with type parameters has no code of its own; name instances by a directive, as in //winplugin:instantiate Generic[int], or by WithInstantiate(\"Generic[int]\"), on the command line --instantiate \"Generic[int]\"",
		"Hidden":  "parameter h has type api.handle, an unexported type of another package",
		"Inner":   "parameter i has type inner.T, a type of an internal package that the plugin may not import",
		"Deep":    "parameter h has type []api.Holder, which holds values of type api.handle, an unexported type of another package",
		"Held":    "it has type api.Holder, which holds values of type api.handle, an unexported type of another package",
		"Scopes":  "result 1 holds a context.Context, which crosses as a parameter or result only",
		"Scope":   "it has type context.Context, which crosses as a parameter or result only",
		"Pointed": "parameter p has type unsafe.Pointer, which means nothing on the other side",
	}, reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestGoCode(t *testing.T) {
	out := generate(t, "plugin", mixed)
	text := goText(out)
	for _, want := range []string{`
// Add(a int, b int) int
func winplugin_0(winplugin_f *winplugin_wire.Frame) {
	r0 := Add(winplugin_f.Int(0), winplugin_f.Int(1))
	winplugin_f.SetInt(0, r0)
}
`, `
	Größe(winplugin_f.Float32(0), winplugin_f.Bool(1))
}
`, `
	r0, r1, r2 := Label(label(winplugin_f.String(0)), winplugin_f.Bytes(2)...)
	winplugin_pluginrt.SetString(winplugin_f, 0, string(r0))
	winplugin_pluginrt.SetSlice(winplugin_f, 2, r1)
	winplugin_pluginrt.SetError(winplugin_f, 2, 4, r2)
}
`, `{Run: winplugin_0, Words: 2},`, `Words: 6, Fn: `, `
	r0 := Wait(winplugin_p2.Duration(winplugin_f.Int64(0)), Box[winplugin_p2.Month](winplugin_f.Int(1)))
	winplugin_f.SetInt(0, int(r0))
}
`, `
//export go_plugin_plugin_Add
func go_plugin_plugin_Add(winplugin_a0 C.int64_t, winplugin_a1 C.int64_t) C.int64_t {
	r0 := Add(int(winplugin_a0), int(winplugin_a1))
	return C.int64_t(r0)
}
`, `
	r0, r1, r2 := Label(label(string(winplugin_in(winplugin_a0))), winplugin_in(winplugin_a1)...)
	return winplugin_out(winplugin_pluginrt.Text(string(r0))), winplugin_out(r1), winplugin_out(winplugin_pluginrt.ErrorText(r2))
}
`} {
		// gofmt leaves out parentheses around one result, and numbers of imports are free.
		if !strings.Contains(numbered.ReplaceAllString(oneResult.ReplaceAllString(text, ") $1 {"), "winplugin_p2"), want) {
			t.Errorf("got generated code without%s\nwant it", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

var (
	numbered  = regexp.MustCompile(`winplugin_p\d+`)
	oneResult = regexp.MustCompile(`\) \((C\.\w+)\) \{`)
)

// Whatever the names in the plugin, the generated files parse and import what
// they use and nothing else.
func TestOverlay(t *testing.T) {
	for _, test := range []struct {
		name, sub, archive string
		target             string
		main               string // text of a generated file with the main function, "" for none
		files              []string
	}{
		{"module", "plugin", mixed, "./zz_winplugin_main", `import _ "example.com/host/plugin"`, nil},
		{"bare folder", "", "-- a.go --\npackage bare\nfunc F() {}\n", "./zz_winplugin_main", `import _ "bare"`, []string{"go.mod"}},
		{"program", "", "-- a.go --\npackage main\nfunc F() {}\nfunc main() {}\n", ".", "", []string{"go.mod"}},
		{"program without main", "", "-- a.go --\npackage main\nfunc F() {}\n", ".", "package main", []string{"go.mod"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			out := generate(t, test.sub, test.archive)
			if out.Target != test.target {
				t.Errorf("target %s, want %s", out.Target, test.target)
			}
			var mains []string
			for name, content := range out.Overlay {
				if !strings.HasPrefix(name, prefix) && !slices.Contains(test.files, name) {
					t.Errorf("got the file %s in the plugin's folder, want the bridge's prefix or one of %q", name, test.files)
				}
				if !strings.HasSuffix(name, ".go") {
					continue
				}
				if _, err := parser.ParseFile(token.NewFileSet(), name, content, parser.SkipObjectResolution); err != nil {
					t.Error(err)
				}
				if bytes.Contains(content, []byte(`"github.com/RamanSharma100`)) {
					t.Errorf("got an import of this module in %s, want none", name)
				}
				if bytes.Contains(content, []byte("func main()")) {
					mains = append(mains, string(content))
				}
			}
			if len(mains) > 1 || (len(mains) == 1) != (test.main != "") || !strings.Contains(strings.Join(mains, ""), test.main) {
				t.Errorf("got main functions %q, want %q", mains, test.main)
			}
			for _, name := range test.files {
				if out.Overlay[name] == nil {
					t.Errorf("got an overlay without %s, want it", name)
				}
			}
		})
	}
}

// The shared packages are in the plugin's folder, or in GOROOT with paths that do not depend on the plugin.
func TestSharedPackagesPlace(t *testing.T) {
	m := load(t, "plugin", mixed)
	for _, test := range []struct {
		name     string
		inGOROOT bool
		path     string
	}{
		{"folder", false, "example.com/host/plugin/zz_winplugin/"},
		{"GOROOT", true, "zz_winplugin/"},
	} {
		t.Run(test.name, func(t *testing.T) {
			opt := options
			opt.InGOROOT = test.inGOROOT
			out, err := Generate(m, opt)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(goText(out), `"`+test.path+`wire"`) {
				t.Errorf("got the code\n%s\nwant an import of %swire", goText(out), test.path)
			}
			const file = "zz_winplugin/pluginrt/call.go"
			text, other := out.Overlay[file], out.Runtime[file]
			if test.inGOROOT {
				text, other = other, text
			}
			if !strings.Contains(string(text), `"`+test.path+`wire"`) || other != nil || !out.Has(file) {
				t.Errorf("got\n%s\nwant it to import %swire, and to be in one place", text, test.path)
			}
		})
	}
}

func TestHeader(t *testing.T) {
	out := generate(t, "", `
-- a.go --
package größe

func Many(a int8, b uint, c uintptr, d float32, e bool, f string, g []byte) (float64, string, error) { return 0, "", nil }
func None()                                                                                         {}
func One() rune                                                                                     { return 0 }
`)
	header := string(out.Header)
	_, got, ok := strings.Cut(header, "void winplugin_free(void *data);\n")
	want := `
/* Many(a int8, b uint, c uintptr, d float32, e bool, f string, g []byte) (float64, string, error) */
struct go_plugin_gr_u00f6_u00dfe_Many_return { double r0; winplugin_bytes r1; winplugin_bytes r2; };
struct go_plugin_gr_u00f6_u00dfe_Many_return go_plugin_gr_u00f6_u00dfe_Many(int8_t a0, uint64_t a1, uintptr_t a2, float a3, bool a4, winplugin_bytes a5, winplugin_bytes a6);

/* None() */
void go_plugin_gr_u00f6_u00dfe_None(void);

/* One() int32 */
int32_t go_plugin_gr_u00f6_u00dfe_One(void);

#ifdef __cplusplus
}
#endif
#endif
`
	if diff := cmp.Diff(want, got); diff != "" || !ok {
		t.Errorf("declarations (-want +got):\n%s", diff)
	}
	for _, want := range []string{"#ifndef WINPLUGIN_GO_PLUGIN_GR_U00F6_U00DFE_H\n#define WINPLUGIN_GO_PLUGIN_GR_U00F6_U00DFE_H\n", "#include <stdint.h>", `extern "C" {`} {
		if !strings.Contains(header, want) {
			t.Errorf("got a header without %s, want it", want)
		}
	}
}

// The bytes in the C source are those of the manifest.
func TestEmbeddedManifest(t *testing.T) {
	m := load(t, "", "-- a.go --\n// Package p has \"all\" of \\ ??= \\x41 1234567 ü and\n// two lines.\npackage p\n\n// F is 100% \x7f.\nfunc F() {}\n")
	out, err := Generate(m, options)
	if err != nil {
		t.Fatal(err)
	}
	want, err := out.Manifest.Encode()
	if err != nil {
		t.Fatal(err)
	}
	var text string
	for name, content := range out.Overlay {
		if strings.HasSuffix(name, ".c") {
			text = string(content)
		}
	}
	_, literal, ok := strings.Cut(text, "winplugin_manifest_data[] =")
	literal, _, end := strings.Cut(literal, ";\n")
	if !ok || !end {
		t.Fatalf("got the C source\n%s\nwant a manifest in it", text)
	}
	var got []byte
	for line := range strings.Lines(literal) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		s, err := strconv.Unquote(line) // Go's syntax, of which the literals are a part
		if err != nil || strings.Contains(line, "??") {
			t.Fatalf("line %s: got error %v, want a literal without a trigraph", line, err)
		}
		got = append(got, s...)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
	if !strings.Contains(text, "winplugin_manifest_size = "+strconv.Itoa(len(want))+";") {
		t.Errorf("got another size, want %d", len(want))
	}
	decoded, err := manifest.Decode(got)
	if err != nil {
		t.Fatal(err)
	}
	if decoded.GoVersion != "go1.26.0" || decoded.GOOS != "linux" || decoded.Bridge.Version != Version || decoded.SourceHash != m.SourceHash || !slices.Equal(decoded.Flags, options.Flags) {
		t.Errorf("got the manifest %+v, want Go 1.26.0, linux, the hash and the flags", decoded)
	}
	described, err := Describe(m, options)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(out.Manifest, described); diff != "" {
		t.Errorf("Describe (-want, as Generate has it, +got):\n%s", diff)
	}
}
