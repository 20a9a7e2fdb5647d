package build

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// What a build adds to the folder must not be there: nobody has analysed it.
func TestReservedNames(t *testing.T) {
	for _, name := range []string{"zz_winplugin/support/evil.go", "zz_winplugin_main/main.go", "zz_winplugin_functions.go", "ZZ_WinPlugin/x.go"} {
		t.Run(name, func(t *testing.T) {
			dir := plugin(t)
			cfg := config(t, dir)
			write(t, filepath.Join(dir, filepath.FromSlash(name)), "package support\n")
			entry, _, _ := strings.Cut(name, "/")
			for what, run := range map[string]func() error{
				"Check": func() error { _, err := Check(t.Context(), cfg); return err },
				"Run":   func() error { _, err := Run(t.Context(), cfg); return err },
			} {
				t.Run(what, func(t *testing.T) {
					failed := new(source.BuildError)
					if err := run(); !errors.As(err, &failed) || len(failed.Diagnostics) != 1 || failed.Diagnostics[0].File != entry {
						t.Errorf("%s gives %v, want an error that names %s", what, err, entry)
					}
				})
			}
		})
	}
}

// A folder that gets such an entry later is not served the library of before.
func TestReservedNamesAppear(t *testing.T) {
	sameEverywhere(t)
	dir := plugin(t)
	cfg := config(t, dir)
	stages(t, cfg)
	write(t, filepath.Join(dir, "zz_winplugin", "support", "evil.go"), "package support\n")
	if _, err := Run(t.Context(), cfg); !errors.As(err, new(*source.BuildError)) {
		t.Errorf("error is %v, want a refusal", err)
	}
}

// A file that comes while the compiler runs was not analysed. The build starts again.
func TestFileAppearsDuringBuild(t *testing.T) {
	sameEverywhere(t)
	dir := plugin(t)
	cfg := config(t, dir)
	compiled := 0
	cfg.Progress = func(e Event) {
		if e.Stage == StageCompile {
			if compiled++; compiled == 1 {
				write(t, filepath.Join(dir, "other.go"), "package calculator\n\n// Other is new.\nfunc Other() {}\n")
			}
		}
	}
	a, err := Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if f, _ := a.Manifest.Lookup("Other"); f == nil || compiled != 2 {
		t.Errorf("compiled %d times, the library has Other: %t; want twice, and true", compiled, f != nil)
	}
}

// A file that was there for a moment only could have been compiled in. Nobody but the
// folder itself gets that library.
func TestFileAppearsForAMoment(t *testing.T) {
	sameEverywhere(t)
	dir := plugin(t)
	cfg := config(t, dir)
	cfg.Progress = func(e Event) {
		path := filepath.Join(dir, "moment.go")
		switch e.Stage {
		case StageCompile:
			write(t, path, "package calculator\n")
			remove(t, path)
		}
	}
	a, err := Run(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Progress = nil
	if again, list := stages(t, cfg); !again.Cached || len(list) != 1 {
		t.Errorf("the folder's next start has stages %v, want a hit", list)
	}
	copied := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	other := cfg
	other.Dir = copied
	if b, list := stages(t, other); b.Path == a.Path || !slices.Contains(list, StageCompile) {
		t.Errorf("another folder got %s with stages %v, want a library of its own", b.Path, list)
	}
}

// cPlugin writes a plugin with C code that includes a header beside its folder.
func cPlugin(t *testing.T) (dir, header string) {
	t.Helper()
	root := t.TempDir()
	dir, header = filepath.Join(root, "mein plügin"), filepath.Join(root, "inc", "x.h")
	write(t, header, "#define ANSWER 1\n")
	write(t, filepath.Join(dir, "go.mod"), "module example.com/plugin\n\ngo 1.22\n")
	write(t, filepath.Join(dir, "plugin.go"), "package calculator\n\nimport \"example.com/plugin/inner\"\n\n// Answer is C's.\nfunc Answer() int { return inner.Answer() }\n")
	write(t, filepath.Join(dir, "inner", "inner.go"), "package inner\n\n// #include \"../../inc/x.h\"\n// int answer(void);\nimport \"C\"\n\n// Answer is C's.\nfunc Answer() int { return int(C.answer()) }\n")
	write(t, filepath.Join(dir, "inner", "inner.c"), "#include \"../../inc/x.h\"\nint answer(void) { return ANSWER; }\n")
	return dir, header
}

// The compiler reads headers that the go command knows nothing of.
func TestHeaderOutsideOfPackages(t *testing.T) {
	dir, header := cPlugin(t)
	cfg := config(t, dir)
	cfg.Bridge = manifest.CGO
	first, _ := stages(t, cfg)
	if a, list := stages(t, cfg); !a.Cached || len(list) != 1 {
		t.Fatalf("without a change: got cached %t, stages %v, want true and one stage", a.Cached, list)
	}
	editHeader(t, cfg, header, first)
	if a, list := stages(t, cfg); !a.Cached || len(list) != 1 {
		t.Errorf("after that: stages %v, want a hit", list)
	}

	// An edit of Go code leaves what is known of headers as it is.
	write(t, filepath.Join(dir, "more.go"), "package calculator\n\n// More is new.\nfunc More() {}\n")
	stages(t, cfg)
	write(t, header, "#define ANSWER 3\n")
	if _, list := stages(t, cfg); !slices.Contains(list, StageCompile) {
		t.Errorf("after edits of Go code and of the header: stages %v, want a compilation", list)
	}
}

// Two folders with the same files and another header beside them share nothing.
func TestCIsNotShared(t *testing.T) {
	sameEverywhere(t)
	one, _ := cPlugin(t)
	two, header := cPlugin(t)
	write(t, header, "#define ANSWER 2\n")
	cfg := config(t, one)
	cfg.Bridge = manifest.CGO
	a, _ := stages(t, cfg)
	cfg.Dir = two
	b, _ := stages(t, cfg)
	libraryA, _ := os.ReadFile(a.Path)
	libraryB, _ := os.ReadFile(b.Path)
	if a.Path == b.Path || bytes.Equal(libraryA, libraryB) {
		t.Errorf("got the library %s for both folders, want two libraries", a.Path)
	}
}

func TestMakeDependencies(t *testing.T) {
	for _, test := range []struct {
		name, rules string
		want        []string
	}{
		{"empty", "", nil},
		{"lines", "x.o: x.c \\\n ../inc/x.h /usr/include/y.h\n-: z.h\n", []string{"x.c", "../inc/x.h", "/usr/include/y.h", "z.h"}},
		{"space", `x.o: a\ b/x.h c$$d \#e.h`, []string{"a b/x.h", "c$d", "#e.h"}},
		{"windows", "x.o: C:\\inc\\x.h \\\r\n D:/y.h\r\n", []string{`C:\inc\x.h`, "D:/y.h"}},
		{"no rule", "warning\n", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := makeDependencies([]byte(test.rules)); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Clang 14 prints names alone into the file of CC_PRINT_HEADERS_FILE.
func TestPrintedHeaders(t *testing.T) {
	for _, test := range []struct {
		name, output string
		want         []string
	}{
		{"empty", "", nil},
		{"names", "./inc/x.h\n/usr/include/y.h\r\n\n/a b/z.h\n", []string{"./inc/x.h", "/usr/include/y.h", "/a b/z.h"}},
		{"depth", ". ../inc/x.h\n.. /a b/y.h\n", []string{"../inc/x.h", "/a b/y.h"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := printedHeaders([]byte(test.output)); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Flags in GOFLAGS that get past the checks, or make a library that cannot be loaded.
func TestUnsupportedGOFLAGS(t *testing.T) {
	sameEverywhere(t)
	dir := plugin(t)
	cfg := config(t, dir)
	for _, flag := range []string{"-overlay=x.json", "-toolexec=x", "-modfile=x.mod", "-race", "-asan", "-msan", "-cover", "-n", "-json", "-changed"} {
		t.Run(flag, func(t *testing.T) {
			t.Setenv("GOFLAGS", "-v "+flag)
			for what, run := range map[string]func() error{
				"Check": func() error { _, err := Check(t.Context(), cfg); return err },
				"Run":   func() error { _, err := Run(t.Context(), cfg); return err },
			} {
				t.Run(what, func(t *testing.T) {
					toolchain := new(detect.Error)
					if err := run(); !errors.As(err, &toolchain) || toolchain.Trap != detect.TrapGOFLAGS || !strings.Contains(err.Error(), flag) {
						t.Errorf("%s gives %v, want a *detect.Error that names %s", what, err, flag)
					}
				})
			}
		})
	}
}

// The linker's flags add up, wherever they are given.
func TestLinkerFlags(t *testing.T) {
	for _, test := range []struct {
		name, goflags string
		flags         []string
		want          string
	}{
		{"none", "", nil, ""},
		{"GOFLAGS", "-v -ldflags=-w", nil, "-w"},
		{"GOFLAGS in quotes", "'-ldflags=-X a.b=c -w'", nil, "-X a.b=c -w"},
		{"for all packages", "-ldflags=all=-w", nil, "-w"},
		{"both", "-ldflags=-w", []string{"-tags=x", "-ldflags=-X=a.b=c"}, "-w -X=a.b=c"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, got, err := linkerFlags(test.goflags, test.flags)
			if err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
	for _, goflags := range []string{"-ldflags=example.com/...=-w", "-ldflags=-o=/tmp/x", "'-ldflags=-w --o /tmp/x'"} {
		t.Run(goflags, func(t *testing.T) {
			if _, got, err := linkerFlags(goflags, nil); err == nil || !strings.Contains(err.Error(), "leave") {
				t.Errorf("got %q, %v, want an error that says what to leave out", got, err)
			}
		})
	}
}

func TestLinkerFlagsReachTheLinker(t *testing.T) {
	sameEverywhere(t)
	dir := plugin(t)
	write(t, filepath.Join(dir, "more.go"), "package calculator\n\nvar one, two string\n\n// Set is what the linker set.\nfunc Set() string { return one + two }\n")
	cfg := config(t, dir)
	t.Setenv("GOFLAGS", "-ldflags=-X=example.com/plugin.one=from-the-environment")
	cfg.Flags = []string{"-ldflags=-X=example.com/plugin.two=from-the-option"}
	a, err := Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	library, err := os.ReadFile(a.Path)
	for _, want := range []string{"from-the-environment", "from-the-option"} {
		if !bytes.Contains(library, []byte(want)) {
			t.Errorf("got a library without %q (%v), want it in there", want, err)
		}
	}
}

// editHeader edits a header that the plugin's C code includes, and checks that another
// library is compiled than the first.
func editHeader(t *testing.T, cfg Config, header string, first *Artifact) {
	t.Helper()
	write(t, header, "#define ANSWER 2\n")
	second, list := stages(t, cfg)
	if second.Cached || !slices.Contains(list, StageCompile) {
		t.Fatalf("after an edit of the header: stages %v, want a compilation", list)
	}
	one, _ := os.ReadFile(first.Path)
	two, _ := os.ReadFile(second.Path)
	if bytes.Equal(one, two) {
		t.Error("after an edit of the header: got the same library, want another")
	}
}
