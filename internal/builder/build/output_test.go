package build

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
)

func TestParseOutput(t *testing.T) {
	root := "/"
	if runtime.GOOS == "windows" {
		root = `C:\`
	}
	dir := filepath.Join(root, "users", "ü x", "plugin")
	overlay := filepath.Join(root, "cache", "work", "1a2b", "overlay")
	other := filepath.Join(root, "users", "ü x", "other", "o.go")
	native := filepath.FromSlash

	tests := []struct {
		name, output string
		want         []source.Diagnostic
	}{
		{"compiler", "# example.com/p\n./plugin.go:12:6: undefined: x\n./a b/c.go:3: bad\n", []source.Diagnostic{
			{File: native("a b/c.go"), Line: 3, Message: "bad"},
			{File: "plugin.go", Line: 12, Column: 6, Message: "undefined: x"},
		}},
		{"windows", "# example.com/p\r\n.\\plugin.go:12:6: undefined: x\r\n", []source.Diagnostic{
			{File: filepath.Clean(`.\plugin.go`), Line: 12, Column: 6, Message: "undefined: x"},
		}},
		{"continued", "./p.go:5:47: too many arguments in call to sub.G\n\thave (number, number)\n\twant ()\n./q.go:1:1: next\n\nstray\n\tlines\n", []source.Diagnostic{
			{File: "p.go", Line: 5, Column: 47, Message: "too many arguments in call to sub.G\n\thave (number, number)\n\twant ()"},
			{File: "q.go", Line: 1, Column: 1, Message: "next"},
		}},
		{"too many", "./p.go:1:2: one\n./p.go:1:3: too many errors\ntoo many errors\n", []source.Diagnostic{
			{File: "p.go", Line: 1, Column: 2, Message: "one"},
		}},
		{"same twice", "./p.go:1:2: one\n./p.go:1:2: one\n", []source.Diagnostic{
			{File: "p.go", Line: 1, Column: 2, Message: "one"},
		}},
		{"C", "# p\nIn file included from b.c:1:\nb.c: In function 'f':\nb.c:1:23: error: 'b' undeclared\n    1 | int f(int a) { return b; }\n      |      ^\nb.c:1:23: note: once\nb.c:2:2: warning: hm\nb.c:9: fatal error: x.h: no such file\n", []source.Diagnostic{
			{File: "b.c", Line: 1, Column: 23, Message: "'b' undeclared"},
			{File: "b.c", Line: 9, Message: "x.h: no such file"},
		}},
		{"overlay", filepath.Join(overlay, "zz_gen.go") + ":3:4: bad\n", []source.Diagnostic{
			{File: "zz_gen.go", Line: 3, Column: 4, Message: "bad"},
		}},
		{"overlay relative", native("../../../cache/work/1a2b/overlay/zz/gen.go") + ":3:4: bad\n", []source.Diagnostic{
			{File: native("zz/gen.go"), Line: 3, Column: 4, Message: "bad"},
		}},
		{"another folder", native("../other/o.go") + ":3:4: bad\n" + other + ":3:4: bad\n", []source.Diagnostic{
			{File: other, Line: 3, Column: 4, Message: "bad"},
		}},
		{"go.mod", "go: errors parsing go.mod:\ngo.mod:3: unknown directive: x\n", []source.Diagnostic{
			{File: "go.mod", Line: 3, Message: "unknown directive: x"},
		}},
		{"missing module", "plugin.go:4:2: no required module provides package x.org/y; to add it:\n\tgo get x.org/y\n", []source.Diagnostic{
			{File: "plugin.go", Line: 4, Column: 2, Message: "no required module provides package x.org/y; to add it:\n\tgo get x.org/y"},
		}},
		{"the compiler's back end", "example.com/host/plugin/plugin.go:6:6: stack frame too large\nexample.com/host/other/x.go:1:2: too\nexample.com/hostile/y.go:3:4: third\n", []source.Diagnostic{
			{File: filepath.Join(filepath.Dir(dir), "other", "x.go"), Line: 1, Column: 2, Message: "too"},
			{File: filepath.Join("example.com", "hostile", "y.go"), Line: 3, Column: 4, Message: "third"},
			{File: "plugin.go", Line: 6, Column: 6, Message: "stack frame too large"},
		}},
		{"no positions", "go: x.org/y@v1.0.0: Get \"https://proxy.x.org:443/y\": no route\n/usr/bin/ld: p.o: in function `f':\ncollect2: error: ld returned 1 exit status\n", nil},
		{"empty", "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.name == "windows" && runtime.GOOS != "windows" {
				t.Skip("backslashes are no separators here")
			}
			got := outputParser{dir, dir, overlay, "example.com/host", filepath.Dir(dir)}.parse(test.output)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("diagnostics differ (-want +got):\n%s", diff)
			}
		})
	}
}

// A drive letter's colon is no end of a path, on whatever system it is read.
func TestPositionWithDrive(t *testing.T) {
	for line, want := range map[string][]string{
		`C:\x y\a.go:3:1: msg: more:4: x`: {`C:\x y\a.go`, "3", "1", "msg: more:4: x"},
		`D:/x/b.c:7: msg`:                 {"D:/x/b.c", "7", "", "msg"},
		"x.go:1:2: ":                      {"x.go", "1", "2", ""},
	} {
		t.Run(line, func(t *testing.T) {
			m := position.FindStringSubmatch(line)
			if m == nil {
				t.Errorf("%q: got no position, want one", line)
				return
			}
			if diff := cmp.Diff(want, m[1:]); diff != "" {
				t.Errorf("%q: got another position (-want +got):\n%s", line, diff)
			}
		})
	}
}

func TestOutputText(t *testing.T) {
	dir, overlay := filepath.FromSlash("/plugin"), filepath.FromSlash("/cache/overlay")
	got := outputParser{dir: dir, overlay: overlay}.text("in " + filepath.Join(overlay, "x.c") + ": bad\n")
	if want := "in " + filepath.Join(dir, "x.c") + ": bad"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
