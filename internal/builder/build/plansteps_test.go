package build

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
)

func TestSplitCommand(t *testing.T) {
	for _, test := range []struct {
		line string
		want []string
	}{
		{"", nil},
		{"/go/compile -o a.o", []string{"/go/compile", "-o", "a.o"}},
		{`link "" "a b" "c\\d" "=>;" e`, []string{"link", "", "a b", `c\d`, "=>;", "e"}},
		{`x "größe \"2\"" y`, []string{"x", `größe "2"`, "y"}},
	} {
		t.Run(test.line, func(t *testing.T) {
			got, err := splitCommand(test.line)
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("got error %v, want nil; the arguments differ (-want +got):\n%s", err, diff)
			}
		})
	}
	if got, err := splitCommand(`x "open`); err == nil {
		t.Errorf("an open quotation mark: got %q and no error, want one", got)
	}
}

func TestAssembled(t *testing.T) {
	entry := func(name, size, content string) string {
		return (name + "                ")[:16] + "0           0     0     644     " + (size + "          ")[:10] + "`\n" + content
	}
	const magic = "!<arch>\n"
	compiled := magic + entry("__.PKGDEF", "3", "abc\x00") + entry("_go_.o", "2", "de")
	for _, test := range []struct {
		name, archive, want string
		fails               bool
	}{
		{"only compiled", compiled, "", false},
		{"with assembly", compiled + entry("x.o", "1", "f\x00"), entry("x.o", "1", "f\x00"), false},
		{"truncated", compiled[:len(compiled)-1], "", true},
		{"without code", magic + entry("__.PKGDEF", "3", "abc\x00"), "", true},
		{"negative size", magic + entry("__.PKGDEF", "-9", "abc\x00"), "", true},
		{"no archive", "text", "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "p.a")
			if err := os.WriteFile(path, []byte(test.archive), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := assembled(path)
			if string(got) != test.want || (err != nil) != test.fails {
				t.Errorf("got %q and error %v, want %q and an error %t", got, err, test.want, test.fails)
			}
		})
	}
}

// A plan is for generated code with the same imports, and for the same code in other packages.
func TestGenerated(t *testing.T) {
	overlay := func(name, content string) *bridge.Output {
		files := map[string][]byte{"wrappers.go": []byte("package p\n\nimport \"io\"\n\nvar _ io.Reader\n"), "a.s": []byte("TEXT"), "below/b.go": []byte("package b\n")}
		files[name] = []byte(content)
		return &bridge.Output{Overlay: files}
	}
	want, err := generated(overlay("a.s", "TEXT"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, file, content string
		same                bool
	}{
		{"other wrappers", "wrappers.go", "package p\n\nimport \"io\"\n\nvar _ io.Writer\n", true},
		{"other imports", "wrappers.go", "package p\n\nimport \"os\"\n", false},
		{"other assembly", "a.s", "DATA", false},
		{"another package", "below/b.go", "package b\n\nvar B int\n", false},
		{"one file more", "more.go", "package p\n", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := generated(overlay(test.file, test.content))
			if err != nil || cmp.Equal(got, want) != test.same {
				t.Errorf("got the same digests %t and error %v, want %t and nil", !test.same, err, test.same)
			}
		})
	}
}
