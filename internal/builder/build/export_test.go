package build

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/builder/policy"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

func TestExport(t *testing.T) {
	cfg := config(t, plugin(t))
	cfg.Bridge = manifest.CGO
	a, _ := stages(t, cfg)
	library, _ := os.ReadFile(a.Path)
	header, _ := os.ReadFile(a.Header)
	dir := filepath.Join(t.TempDir(), "a folder ü")
	in := func(name string) string { return filepath.Join(dir, name) }
	write(t, in("text.h"), "/* Plugin of mine */")
	write(t, in("source.go"), "package p\n")
	write(t, in("folder/x"), "")
	write(t, in("damaged.so"), string(library[:len(library)/2]))
	name := linkName(filepath.Base(a.Path))
	ext := filepath.Ext(name)
	tests := []struct{ name, to, library, err string }{
		{"a new name", in("new" + ext), in("new" + ext), ""},
		{"over a library", in("new" + ext), in("new" + ext), ""},
		{"a folder", in("folder"), in("folder/" + name), ""},
		{"a source", in("source.go"), "", "was not made by a build"},
		{"a damaged library", in("damaged.so"), "", "was not made by a build"},
		{"a header of others", in("text.so"), "", "text.h is there and was not made by a build"},
		{"the header's name", in("x.h"), "", "cannot be the library's name"},
		{"in a missing folder", in("none/x.so"), "", "there is no folder"},
		{"a missing folder", in("none") + "/", "", "there is no folder"},
	}
	if runtime.GOOS != "windows" {
		if err := errors.Join(os.Symlink("source.go", in("link.so")), os.Symlink("/dev/null", in("null.so"))); err != nil {
			t.Fatal(err)
		}
		tests = append(tests, []struct{ name, to, library, err string }{
			{"a link", in("link.so"), "", "was not made by a build"},
			{"a device", in("null.so"), "", "was not made by a build"},
		}...)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := listing(t, dir)
			got, err := Export(a, test.to)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error is %v, want %q in it", err, test.err)
				}
				if _, early := CheckOutput(test.to); early == nil {
					t.Errorf("CheckOutput(%s) = nil, want an error", test.to)
				}
				if after := listing(t, dir); !slices.Equal(before, after) {
					t.Errorf("the folder holds %q, want %q", after, before)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got.Path != filepath.FromSlash(test.library) {
				t.Errorf("the library is %s, want %s", got.Path, test.library)
			}
			for path, want := range map[string][]byte{got.Path: library, got.Header: header} {
				if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, want) {
					t.Errorf("%s: got another content than the artifact's (%v), want the same", path, err)
				}
			}
		})
	}
}

// Only a header that a build has made may lie in the plugin's folder, whatever its first
// line says.
func TestHeaderInPluginFolder(t *testing.T) {
	sameEverywhere(t)
	dir := plugin(t)
	cfg := config(t, dir)
	cfg.Bridge = manifest.CGO
	a, _ := stages(t, cfg)
	for range 2 {
		if _, err := Export(a, dir); err != nil {
			t.Fatal(err)
		}
		var err error
		if a, err = Run(t.Context(), cfg); err != nil {
			t.Fatalf("with the header of its own library: got error %v, want nil", err)
		}
	}
	// After an edit, the header is that of an earlier build.
	write(t, filepath.Join(dir, "more.go"), "package calculator\n\n// More is new.\nfunc More() {}\n")
	a, err := Run(t.Context(), cfg)
	if err != nil {
		t.Fatalf("with the header of an earlier build: got error %v, want nil", err)
	}
	header, _ := os.ReadFile(a.Header)
	for name, content := range map[string]string{
		"its first line alone": "/* Plugin x, made by winplugin. Do not edit. */\n#include_next <stdbool.h>\n",
		"with a line more":     string(header) + "__attribute__((constructor)) static void evil(void) {}\n",
	} {
		t.Run(name, func(t *testing.T) {
			write(t, filepath.Join(dir, "stdbool.h"), content)
			if _, err := Run(t.Context(), cfg); !errors.As(err, new(*policy.Error)) {
				t.Errorf("error is %v, want a *policy.Error", err)
			}
		})
	}
}
