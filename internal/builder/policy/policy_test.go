package policy_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/RamanSharma100/go-winplugin/internal/builder/policy"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
)

// load analyses an archive's package as the build does, without a C compiler.
func load(t *testing.T, archive string) *source.Model {
	t.Helper()
	path, err := exec.LookPath("go")
	if err != nil {
		t.Skip("needs the go command")
	}
	dir := filepath.Join(t.TempDir(), "plug ïn")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, f := range txtar.Parse([]byte(archive)).Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	m, err := source.Load(t.Context(), source.Config{
		Dir: dir, Go: path, GOOS: "linux", GOARCH: "amd64",
		Env: append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOPROXY=off", "GOWORK=off", "GOTOOLCHAIN=local"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestCheck(t *testing.T) {
	const imports = `
-- a.go --
package p

import (
	"errors"
	"os"
	sys "syscall"
)

func F() error { _ = os.Args; _ = sys.Stdin; return errors.New("") }
-- b.go --
package p

import . "os"
import _ "os/exec"
import (
	_ "os/signal"
	_ "unsafe"
	_ "internal/goarch"
)

var _ = Args
`
	const files = `
-- a.go --
package p

//go:linkname now time.now
func F() {}

//export F
//go:cgo_import_dynamic x
// go:linkname is only mentioned here
// export too
-- c.go --
package p

//line /elsewhere/z.go:7
import "C"
-- c_plan9.go --
package p
import "C"
import _ "os"
-- a_test.go --
package p
import _ "os"
-- x.c --
-- x.h --
-- x.S --
-- y.s --
-- x_linux.syso --
-- x_plan9.s --
-- marker.h --
/* Plugin p, made by winplugin. Do not edit.
 */
__attribute__((constructor)) static void run(void) { abort(); }
-- readme.md --
`
	const clean = `
-- go.mod --
module example.com/host
go 1.21
-- a.go --
package p
import "example.com/host/internal/os"
func F() { os.F() }
-- internal/os/os.go --
package os
import _ "unsafe"
func F() {}
`
	tests := []struct {
		name, archive string
		policy        policy.Policy
		want          []string // subjects with their places
		text          []string // in the error's text
		not           string   // not in it
	}{
		{name: "imports", archive: imports,
			want: []string{"a.go:5:2: os", "a.go:6:6: syscall", "b.go:3:10: os", "b.go:4:10: os/exec",
				"b.go:6:4: os/signal", "b.go:7:4: unsafe", "b.go:8:4: internal/goarch"},
			text: []string{
				"policy refuses plugin package p:\n\ta.go:5:2: os: reaches",
				"\n\tb.go:7:4: unsafe: ",
				`WithAllowedImports("internal/goarch", "os", "os/exec", "os/signal", "syscall", "unsafe")`,
				"--allow os --allow os/exec", "WithoutPolicy()", "--no-policy"}},
		{name: "one import allowed", archive: imports, policy: policy.Policy{Allow: []string{"os"}},
			want: []string{"a.go:6:6: syscall", "b.go:4:10: os/exec", "b.go:6:4: os/signal", "b.go:7:4: unsafe", "b.go:8:4: internal/goarch"}},
		{name: "pattern", archive: imports, policy: policy.Policy{Allow: []string{"os/...", "internal/..."}},
			want: []string{"a.go:6:6: syscall", "b.go:7:4: unsafe"}},
		{name: "pattern is no prefix", archive: imports, policy: policy.Policy{Allow: []string{"o", "o/...", "sys", "unsaf."}},
			want: []string{"a.go:5:2: os", "a.go:6:6: syscall", "b.go:3:10: os", "b.go:4:10: os/exec",
				"b.go:6:4: os/signal", "b.go:7:4: unsafe", "b.go:8:4: internal/goarch"}},
		{name: "all imports", archive: imports, policy: policy.Policy{Allow: []string{"..."}}},
		{name: "off", archive: imports, policy: policy.Policy{Off: true}},
		{name: "files and directives", archive: files,
			want: []string{"a.go:3:1: //go:linkname", "a.go:6:1: //export", "a.go:7:1: //go:cgo_import_dynamic", "c.go:4:8: C",
				"marker.h:1:1: marker.h", "x.S:1:1: x.S", "x.c:1:1: x.c", "x.h:1:1: x.h", "x_linux.syso:1:1: x_linux.syso", "y.s:1:1: y.s"},
			text: []string{"WithoutPolicy()"}, not: "WithAllowedImports"},
		{name: "cgo allowed", archive: files, policy: policy.Policy{Allow: []string{"C"}},
			want: []string{"a.go:3:1: //go:linkname", "a.go:7:1: //go:cgo_import_dynamic",
				"x.S:1:1: x.S", "x_linux.syso:1:1: x_linux.syso", "y.s:1:1: y.s"}},
		{name: "files off", archive: files, policy: policy.Policy{Off: true}},
		{name: "clean, with internal packages of its own", archive: clean},
	}
	// Each is loaded once.
	models := make(map[string]*source.Model)
	for _, archive := range []string{imports, files, clean} {
		models[archive] = load(t, archive)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := test.policy.Check(models[test.archive])
			if test.want == nil {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var e *policy.Error
			if !errors.As(err, &e) {
				t.Fatalf("error is %v, want a *policy.Error", err)
			}
			var got []string
			for _, v := range e.Violations {
				place, _ := strings.CutSuffix(v.String(), ": "+v.Reason)
				got = append(got, place)
				if v.Reason == "" {
					t.Errorf("%v: got no reason, want one", v)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("violations differ (-want +got):\n%s", diff)
			}
			for _, text := range test.text {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("got the error %q, want %q in it", err, text)
				}
			}
			if test.not != "" && strings.Contains(err.Error(), test.not) {
				t.Errorf("got the error %q, want no %q in it", err, test.not)
			}
		})
	}
}
