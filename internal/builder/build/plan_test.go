package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A planned is a plugin's folder that is built with a plan, and without one in another
// cache folder.
type planned struct {
	Config
	dir    string
	used   bool // the last build was by plan
	failed error
}

func newPlanned(t *testing.T, dir string) *planned {
	t.Helper()
	if raceDetector {
		t.Skip("what the go command makes is the same without the race detector")
	}
	t.Setenv("GOENV", "off")
	t.Setenv("GOFLAGS", "")
	t.Setenv("GOWORK", "")
	p := &planned{dir: dir}
	p.Config = Config{Dir: dir, CacheDir: testCache(t).dir, Bridge: manifest.Pure, onPlan: func(did string, err error) {
		t.Logf("plan: %s: %v", did, err)
		if did == "use" {
			p.used, p.failed = err == nil, err
		}
	}}
	return p
}

// edit replaces text in a file of the plugin.
func (p *planned) edit(t *testing.T, name, from, to string) {
	t.Helper()
	path := filepath.Join(p.dir, name)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), from) {
		t.Fatalf("%s: got no %q to edit", name, from)
	}
	write(t, path, strings.Replace(string(text), from, to, 1))
}

// build builds both ways and compares. plan says whether a plan is to be used.
func (p *planned) build(t *testing.T, plan bool) {
	t.Helper()
	p.used = false
	a, err := Run(t.Context(), p.Config)
	if err != nil {
		t.Fatalf("got error %v, want nil", err)
	}
	if p.used != plan {
		t.Errorf("got a plan used %t (%v), want %t", p.used, p.failed, plan)
	}
	ordinary := p.ordinary(t)
	b, err := Run(t.Context(), ordinary)
	if err != nil {
		t.Fatalf("by the go command: got error %v, want nil", err)
	}
	got, want := content(t, a.Path), content(t, b.Path)
	if filepath.Base(a.Path) != filepath.Base(b.Path) || !bytes.Equal(got, want) {
		t.Errorf("got %s with %d bytes, want %s with the same %d bytes", filepath.Base(a.Path), len(got), filepath.Base(b.Path), len(want))
	}
	if diff := cmp.Diff(b.Manifest, a.Manifest); diff != "" {
		t.Errorf("the manifest differs from that by the go command (-want +got):\n%s", diff)
	}
}

// fail builds both ways and compares the errors.
func (p *planned) fail(t *testing.T) {
	t.Helper()
	_, got := Run(t.Context(), p.Config)
	_, want := Run(t.Context(), p.ordinary(t))
	if got == nil || want == nil {
		t.Fatalf("got errors %v and %v, want two", got, want)
	}
	if got.Error() != want.Error() {
		t.Errorf("got error %q, want %q as by the go command", got, want)
	}
	a, b := new(source.BuildError), new(source.BuildError)
	if errors.As(got, &a) != errors.As(want, &b) || cmp.Diff(b.Diagnostics, a.Diagnostics) != "" || a.Output != b.Output {
		t.Errorf("got error %#v, want %#v as by the go command", a, b)
	}
}

// ordinary is the configuration for a build in another cache folder that has no plan.
func (p *planned) ordinary(t *testing.T) Config {
	t.Helper()
	cfg := p.Config
	cfg.CacheDir += " 2"
	cfg.onPlan = nil
	for _, folder := range []string{"plans", "index"} { // without a record of the last build no plan is made
		if err := os.RemoveAll(filepath.Join(cfg.CacheDir, folder)); err != nil {
			t.Fatal(err)
		}
	}
	return cfg
}

func content(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// body is the file that the tests edit, and its name one that needs quoting.
const body = "größe (2) 'x'.go"

// editable is plugin with one file more.
func editable(t *testing.T) string {
	t.Helper()
	dir := plugin(t)
	// The go command must not have compiled the package before.
	write(t, filepath.Join(dir, "unique.go"), fmt.Sprintf("package calculator\n\nconst unique = %d\n", time.Now().UnixNano()))
	write(t, filepath.Join(dir, body), "package calculator\n\nimport \"path/filepath\"\n\n// Size measures.\nfunc Size(s string) int { return len(filepath.Base(s)) + 0 }\n")
	return dir
}

// Libraries that are built by plan are those that the go command makes, to the byte, and
// what a plan is not for goes to the go command.
func TestPlanGivesTheSameLibrary(t *testing.T) {
	for _, target := range []string{"linux/amd64", "windows/amd64"} {
		t.Run(target, func(t *testing.T) {
			if goos, _, _ := strings.Cut(target, "/"); runtime.GOOS == "windows" && goos != runtime.GOOS {
				t.Skip("runs on Linux")
			}
			p := newPlanned(t, editable(t))
			p.GOOS, p.GOARCH, _ = strings.Cut(target, "/")
			n := 0
			again := func(t *testing.T) {
				p.edit(t, body, fmt.Sprintf(" + %d }", n), fmt.Sprintf(" + %d }", n+1))
				n++
			}
			p.build(t, false)
			steps := []struct {
				name string
				edit func(t *testing.T)
				plan bool
			}{
				{"first edit", again, false},
				{"body", again, true},
				{"comment", func(t *testing.T) { p.edit(t, body, "measures", "measures lengths") }, true},
				{"new function", func(t *testing.T) {
					p.edit(t, body, "// Size", "// Twice doubles.\nfunc Twice(n int) int { return 2 * n }\n\n// Size")
				}, true},
				{"signature", func(t *testing.T) { p.edit(t, body, "func Twice(n int) int", "func Twice(n uint8) uint8") }, true},
				{"constant", func(t *testing.T) { p.edit(t, body, "// Twice", "// Limit is one.\nconst Limit = 5\n\n// Twice") }, true},
				{"variable", func(t *testing.T) {
					p.edit(t, body, "// Twice", "var hidden = map[string]int{\"a\": Limit}\n\n// Twice")
				}, true},
				{"message", func(t *testing.T) {
					p.edit(t, body, "// Twice", "// Map copies.\nfunc Map(m map[string][]int) map[string][]int { return m }\n\n// Twice")
				}, true},
				{"channel", func(t *testing.T) {
					p.edit(t, body, "// Twice", "// Open opens.\nfunc Open() <-chan int { return nil }\n\n// Twice")
				}, false}, // it needs other support code
				{"body with the channel", again, true},
				{"import", func(t *testing.T) {
					p.edit(t, body, "import \"path/filepath\"", "import (\n\t\"path/filepath\"\n\t_ \"sort\"\n)")
				}, false},
				{"body with the import", again, true},
				{"new file", func(t *testing.T) {
					write(t, filepath.Join(p.dir, "added.go"), "package calculator\n\nfunc Added() int { return 1 }\n")
				}, false},
				{"body with the file", again, true},
				{"body of the file", func(t *testing.T) { p.edit(t, "added.go", "return 1", "return 2") }, true},
				{"removed file", func(t *testing.T) { remove(t, filepath.Join(p.dir, "added.go")) }, false},
				{"embedded file", func(t *testing.T) { write(t, filepath.Join(p.dir, "greeting.txt"), "another") }, false},
				{"body with another embedded file", again, true},
				{"directive", func(t *testing.T) { p.edit(t, "plugin.go", "//go:embed greeting.txt", "//go:embed greeting.txt*") }, false},
				{"constraint", func(t *testing.T) { p.edit(t, body, "package", "//go:build go1.22\n\npackage") }, false},
				{"go.mod", func(t *testing.T) { p.edit(t, "go.mod", "go 1.22", "go 1.22.1") }, false},
				{"another package", func(t *testing.T) { p.edit(t, "inner/inner.go", "return a + b", "return b + a") }, false},
				{"body after it", again, true},
				{"tag", func(*testing.T) { p.Flags = []string{"-tags=special"} }, false},
				{"body with the tag", again, false},
				{"body with the tag again", again, true},
			}
			if runtime.GOOS == "windows" && testing.Short() {
				steps = steps[:4] // a build takes seconds in Wine
			}
			for _, test := range steps {
				t.Run(test.name, func(t *testing.T) {
					test.edit(t)
					p.build(t, test.plan)
				})
			}
		})
	}
}

// A watched plugin is built by plan, too, and the inputs that are told are those of a build by the
// go command.
func TestPlanOfWatchedFolder(t *testing.T) {
	sameEverywhere(t)
	p := newPlanned(t, editable(t))
	var got, want *Inputs
	tell := func(to **Inputs) func(*Inputs) { return func(in *Inputs) { *to = in } }
	for i, plan := range []bool{false, false, true} {
		if i > 0 {
			p.edit(t, body, fmt.Sprintf(" + %d }", i-1), fmt.Sprintf(" + %d }", i))
		}
		p.Config.Inputs, p.used = tell(&got), false
		_, err1 := Run(t.Context(), p.Config)
		ordinary := p.ordinary(t)
		ordinary.Inputs = tell(&want)
		_, err2 := Run(t.Context(), ordinary)
		if err := errors.Join(err1, err2); err != nil || p.used != plan {
			t.Fatalf("build %d: got error %v and a plan used %t (%v), want nil and %t", i, err, p.used, p.failed, plan)
		}
		sums := func(in *Inputs) any {
			files := make(map[string]string)
			for path, file := range in.at.Files {
				files[path] = file.Sum
			}
			absent := slices.Sorted(slices.Values(in.at.Absent))
			return []any{files, in.at.Dirs, in.at.EmbedDirs, absent}
		}
		if diff := cmp.Diff(sums(want), sums(got), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("build %d: inputs differ from those of the go command (-want +got):\n%s", i, diff)
		}
	}
}

// A plugin that is a program, and one without a go.mod, can be built by plan as well.
func TestPlanForEveryKindOfFolder(t *testing.T) {
	sameEverywhere(t)
	for _, test := range []struct{ name, goMod, pkg string }{
		{"program", "module example.com/program\n\ngo 1.24\n", "main"},
		{"bare", "", "bare"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPlanned(t, t.TempDir())
			if test.goMod != "" {
				write(t, filepath.Join(p.dir, "go.mod"), test.goMod)
			}
			write(t, filepath.Join(p.dir, "plugin.go"), "package "+test.pkg+"\n\nimport \"time\"\n\nfunc Wait(d time.Duration) int64 { return int64(d) + 0 }\n\nfunc main() {}\n\nconst unique = "+fmt.Sprint(time.Now().UnixNano())+"\n")
			p.build(t, false)
			for i := range 3 {
				p.edit(t, "plugin.go", fmt.Sprintf(" + %d }", i), fmt.Sprintf(" + %d }", i+1))
				p.build(t, i > 0)
			}
		})
	}
}

// Other Go versions are those that tools/goversions.sh fetch has brought.
func TestPlanForEveryGoVersion(t *testing.T) {
	sameEverywhere(t)
	user, err := os.UserCacheDir()
	if err != nil {
		t.Skip(err)
	}
	list, _ := filepath.Glob(filepath.Join(user, "go-winplugin", "go", "*", "bin", "go"))
	if len(list) == 0 {
		t.Skip("no other Go versions; run tools/goversions.sh fetch")
	}
	for _, path := range list {
		t.Run(filepath.Base(filepath.Dir(filepath.Dir(path))), func(t *testing.T) {
			p := newPlanned(t, editable(t))
			p.Go = path
			p.build(t, false)
			for i := range 3 {
				p.edit(t, body, fmt.Sprintf(" + %d }", i), fmt.Sprintf(" + %d }", i+1))
				p.build(t, i > 0)
			}
		})
	}
}

// Errors are those of a build by the go command, and do no harm to the plan.
func TestPlanLeavesErrorsToTheGoCommand(t *testing.T) {
	sameEverywhere(t)
	p := newPlanned(t, editable(t))
	p.build(t, false)
	p.edit(t, body, "+ 0 }", "+ 1 }")
	p.build(t, false)
	for _, test := range []struct{ name, from, to string }{
		{"syntax", "+ 1 }", "+ }"},
		{"type", "+ 1 }", "+ \"\" }"},
		{"undefined", "+ 1 }", "+ missing }"},
		{"refused import", "import \"path/filepath\"", "import (\n\t\"os\"\n\t\"path/filepath\"\n)\n\nvar _ = os.Exit"},
		{"refused function", "// Size", "func search() { filepath.Glob(\"*\") }\n\n// Size"},
		{"compiler", "// Size", "func huge(a, b, c [1 << 30]byte) byte { return a[0] + b[1] + c[2] }\n\n// Size"},
		{"refused directive", "// Size", "//go:linkname missing example.com/nowhere.missing\nfunc missing()\n\nfunc Missing() { missing() }\n\n// Size"},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := content(t, filepath.Join(p.dir, body))
			p.edit(t, body, test.from, test.to)
			p.fail(t)
			write(t, filepath.Join(p.dir, body), string(before))
		})
	}
	p.edit(t, body, "+ 1 }", "+ 2 }")
	p.build(t, true)
}

// A plan that is damaged, or whose compiled packages are gone, is not used.
func TestPlanIsCheckedBeforeItIsUsed(t *testing.T) {
	sameEverywhere(t)
	p := newPlanned(t, editable(t))
	p.build(t, false)
	n := 0
	next := func(t *testing.T) {
		p.edit(t, body, fmt.Sprintf(" + %d }", n), fmt.Sprintf(" + %d }", n+1))
		n++
	}
	next(t)
	p.build(t, false)
	list, err := filepath.Glob(filepath.Join(p.CacheDir, "plans", "*.json"))
	if err != nil || len(list) != 1 {
		t.Fatalf("got the plans %v, %v, want one", list, err)
	}
	sealed := func(text string) []byte { return []byte(hashString(text) + "\n" + text) }
	for _, test := range []struct {
		name   string
		damage func([]byte) []byte
	}{
		{"truncated", func(b []byte) []byte { return b[:len(b)/2] }},
		{"changed", func(b []byte) []byte { return bytes.Replace(b, []byte("-importcfg"), []byte("-importcfh"), 1) }},
		{"empty", func(b []byte) []byte { return nil }},
		{"of another format", func(b []byte) []byte { return sealed(`{"format":99}`) }},
		{"without content", func(b []byte) []byte {
			return sealed(`{"format":1,"listing":{"Packages":[null]},"inputs":{"files":{"a":null}},"needs":{"a":null},"steps":[{},{}]}`)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			write(t, list[0], string(test.damage(content(t, list[0]))))
			next(t)
			p.build(t, false)
			next(t)
			p.build(t, true)
		})
	}
	t.Run("without a compiled package", func(t *testing.T) {
		plan, err := decodePlan(content(t, list[0]))
		if err != nil {
			t.Fatal(err)
		}
		plan.Needs[filepath.Join(p.dir, "gone-d")] = &input{Sum: strings.Repeat("0", 64)}
		if err := (cache{p.CacheDir, nil}).writePlan(strings.TrimSuffix(filepath.Base(list[0]), ".json"), plan); err != nil {
			t.Fatal(err)
		}
		next(t)
		p.build(t, false)
		next(t)
		p.build(t, true)
	})
}

// The go command's cache may be cleaned at any time. When it has the same packages again, the plan
// is good again.
func TestPlanAfterTheBuildCacheIsCleaned(t *testing.T) {
	sameEverywhere(t)
	goCache := t.TempDir()
	t.Setenv("GOCACHE", goCache)
	p := newPlanned(t, editable(t))
	for i := range 4 {
		if i == 2 {
			entries, err := os.ReadDir(goCache)
			if err != nil {
				t.Fatal(err)
			}
			for _, entry := range entries {
				if err := os.RemoveAll(filepath.Join(goCache, entry.Name())); err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, err := Run(t.Context(), p.Config); err != nil || p.used != (i == 3) {
			t.Fatalf("build %d: got error %v and a plan used %t, want nil and %t", i, err, p.used, i == 3)
		}
		if i < 3 {
			p.edit(t, body, fmt.Sprintf(" + %d }", i), fmt.Sprintf(" + %d }", i+1))
		}
	}
}

// Builds of several processes at once use one plan.
func TestPlanInTwoProcesses(t *testing.T) {
	sameEverywhere(t)
	p := newPlanned(t, editable(t))
	p.build(t, false)
	p.edit(t, body, "+ 0 }", "+ 1 }")
	p.build(t, false)
	p.edit(t, body, "+ 1 }", "+ 2 }")
	paths := make(chan string, 2)
	for range cap(paths) {
		go func() {
			out, err := child(t, "run pure", p.dir, p.CacheDir).Output()
			paths <- fmt.Sprint(string(out), err)
		}()
	}
	first, second := <-paths, <-paths
	if strings.HasPrefix(first, "false") {
		first, second = second, first
	}
	if !strings.HasPrefix(first, "true") || !strings.HasPrefix(second, "false") || strings.TrimPrefix(first, "true") != strings.TrimPrefix(second, "false") {
		t.Errorf("got %q and %q, want one library, compiled once", first, second)
	}
	p.edit(t, body, "+ 2 }", "+ 3 }")
	p.build(t, true)
}

// A build by plan that is cancelled leaves nothing behind.
func TestPlanEndsWithItsContext(t *testing.T) {
	sameEverywhere(t)
	p := newPlanned(t, editable(t))
	p.build(t, false)
	p.edit(t, body, "+ 0 }", "+ 1 }")
	p.build(t, false)
	p.edit(t, body, "+ 1 }", "+ 2 }")
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	cfg := p.Config
	cfg.Progress = func(e Event) {
		if e.Stage == StageCompile {
			cancel(cause)
		}
	}
	if _, err := Run(ctx, cfg); !errors.Is(err, cause) {
		t.Errorf("got error %v, want %v", err, cause)
	}
	if entries, err := os.ReadDir(filepath.Join(p.CacheDir, "work")); err != nil && !errors.Is(err, fs.ErrNotExist) || len(entries) > 0 {
		t.Errorf("workspaces: got %v, %v, want none", entries, err)
	}
	p.build(t, true)
}
