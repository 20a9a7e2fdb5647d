package build

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/builder/policy"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

func TestRun(t *testing.T) {
	dir := plugin(t)
	before := listing(t, dir)
	cfg := config(t, dir)
	cfg.Bridge = manifest.CGO
	cfg.CacheDir = testCache(t).dir // without records: the first build with a compiler tries it
	a, got := stages(t, cfg)
	want := []string{StageToolchain, StageTry, StageAnalyze, StageCheck, StageGenerate, StageCompile, StageStore}
	if diff := cmp.Diff(want, got); diff != "" || a.Cached {
		t.Errorf("first build: got cached %t, want false; stages differ (-want +got):\n%s", a.Cached, diff)
	}
	for _, path := range []string{a.Path, a.Header} {
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s: got %v, want a file with contents", path, err)
		}
	}
	if f, _ := a.Manifest.Lookup("Execute"); f == nil || a.Manifest.Package != "calculator" {
		t.Errorf("got the manifest %+v, want Execute in package calculator", a.Manifest)
	}
	library, err := os.ReadFile(a.Path)
	if err != nil {
		t.Fatal(err)
	}
	for _, private := range []string{cfg.CacheDir, dir} {
		if bytes.Contains(library, []byte(private)) {
			t.Errorf("got the path %s in the library, want none of this machine", private)
		}
	}

	again, got := stages(t, cfg)
	if diff := cmp.Diff([]string{StageCached}, got); diff != "" || !again.Cached {
		t.Errorf("second build: got cached %t, want true; stages differ (-want +got):\n%s", again.Cached, diff)
	}
	if diff := cmp.Diff(a, again, cmp.FilterPath(func(p cmp.Path) bool { return p.String() == "Cached" }, cmp.Ignore())); diff != "" {
		t.Errorf("the second artifact differs (-want +got):\n%s", diff)
	}
	without := cfg
	without.NoManifest = true
	if a, got := stages(t, without); a.Manifest != nil || a.Path != again.Path || !a.Cached {
		t.Errorf("without the manifest: %+v, stages %v; want the same library", a, got)
	}
	if diff := cmp.Diff(before, listing(t, dir)); diff != "" {
		t.Errorf("the plugin's folder was changed (-want +got):\n%s", diff)
	}
	if entries, err := os.ReadDir(filepath.Join(cfg.CacheDir, "work")); err != nil || len(entries) != 0 {
		t.Errorf("workspaces: got %v, %v, want none", entries, err)
	}

	// The same sources in another folder, built through another cache.
	copied := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	other := config(t, copied)
	other.Bridge = manifest.CGO
	twin, _ := stages(t, other)
	data, err := os.ReadFile(twin.Path)
	if err != nil {
		t.Fatal(err)
	}
	if filepath.Base(twin.Path) != filepath.Base(a.Path) || !bytes.Equal(data, library) {
		t.Errorf("the same sources: got the library %s, want %s with the same bytes", twin.Path, a.Path)
	}
	other.CacheDir = cfg.CacheDir
	shared, got := stages(t, other)
	if !shared.Cached || shared.Path != a.Path || slices.Contains(got, StageCompile) {
		t.Errorf("the same sources in one cache: got stages %v, want no compilation", got)
	}
}

func listing(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		list = append(list, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestHitStartsNoProcess(t *testing.T) {
	dir := plugin(t)
	cfg := config(t, dir)
	tools := t.TempDir()
	cfg.Go, cfg.CC = recorder(t, tools, "go"), recorder(t, tools, "gcc")
	stages(t, cfg)
	goRuns, ccRuns := runs(t, cfg.Go), runs(t, cfg.CC)
	if goRuns == 0 || ccRuns == 0 {
		t.Fatalf("got %d runs of go and %d of gcc, want some of each", goRuns, ccRuns)
	}
	a, got := stages(t, cfg)
	if !a.Cached || runs(t, cfg.Go) != goRuns || runs(t, cfg.CC) != ccRuns {
		t.Errorf("a hit: got stages %v, want one that runs nothing", got)
	}

	// On a machine that only uses the plugin there is neither.
	remove(t, cfg.Go)
	remove(t, cfg.CC)
	if a, got = stages(t, cfg); !a.Cached || len(got) != 1 {
		t.Errorf("without a toolchain: got stages %v, want one", got)
	}
	write(t, filepath.Join(dir, "more.go"), "package calculator\n")
	_, err := Run(context.Background(), cfg)
	if missing := new(detect.Error); !errors.As(err, &missing) {
		t.Errorf("changed without a toolchain: %v, want a *toolchain.Error", err)
	}
}

func TestInvalidation(t *testing.T) {
	dir := plugin(t)
	cfg := config(t, dir)
	stages(t, cfg)
	file := func(name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }
	replace := func(name, content string) func(*testing.T, *Config) {
		return func(t *testing.T, _ *Config) {
			path := file(name)
			if old, err := os.ReadFile(path); err == nil {
				t.Cleanup(func() { write(t, path, string(old)) })
			} else {
				t.Cleanup(func() { remove(t, path) })
			}
			write(t, path, content)
		}
	}
	setenv := func(name, value string) func(*testing.T, *Config) {
		return func(t *testing.T, _ *Config) { t.Setenv(name, value) }
	}
	nothing := func(*testing.T, *Config) {}

	tests := []struct {
		name   string
		change func(*testing.T, *Config)
		hit    bool
	}{
		{"nothing", nothing, true},
		{"file of the package", replace("more.go", "package calculator\n"), false},
		{"same content written again", func(t *testing.T, _ *Config) {
			data, err := os.ReadFile(file("plugin.go"))
			if err != nil {
				t.Fatal(err)
			}
			write(t, file("plugin.go"), string(data))
		}, true},
		{"file of another package", replace("inner/inner.go", "package inner\n\nfunc Add(a, b int) int { return b + a }\n"), false},
		{"new file", replace("new.go", "package calculator\n"), false},
		{"new file in another package", replace("inner/new.go", "package inner\n"), false},
		{"new file of no concern", replace("notes.md", "x"), true},
		{"removed file", func(t *testing.T, _ *Config) {
			data, err := os.ReadFile(file("more.go"))
			if err != nil {
				t.Fatal(err)
			}
			remove(t, file("more.go"))
			t.Cleanup(func() { write(t, file("more.go"), string(data)) })
		}, false},
		{"embedded file", replace("greeting.txt", "hullo"), false},
		{"go.mod", replace("go.mod", "module example.com/plugin\n\ngo 1.23\n"), false},
		{"go.work appears", replace("../go.work", "go 1.22\n\nuse \"./mein plügin\"\n"), false},
		{"vendor folder appears", replace("vendor/modules.txt", ""), false},
		{"GOFLAGS", setenv("GOFLAGS", "-tags=x"), false},
		{"CGO_CFLAGS", setenv("CGO_CFLAGS", "-O1"), false},
		{"GOAMD64", setenv("GOAMD64", "v2"), false},
		{"variable of no concern", setenv("EDITOR", "ed"), true},
		{"flags", func(_ *testing.T, c *Config) { c.Flags = []string{"-tags=x"} }, false},
		{"target", func(_ *testing.T, c *Config) { c.GOARCH = "other" }, false},
		{"file", func(_ *testing.T, c *Config) { c.File = "more.go" }, false},
		{"policy", func(_ *testing.T, c *Config) { c.Policy.Allow = []string{"os"} }, false},
		{"borrow", func(_ *testing.T, c *Config) { c.Borrow = map[string][]string{"F": {"x"}} }, false},
		{"other go", func(_ *testing.T, c *Config) { c.Go = "another" }, false},
		{"nothing, at last", nothing, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			changed := cfg
			test.change(t, &changed)
			b, err := newBuilder(changed)
			if err != nil {
				t.Fatal(err)
			}
			if hit := b.lookup(b.indexKey()) != nil; hit != test.hit {
				t.Errorf("hit is %t, want %t", hit, test.hit)
			}
		})
	}
}

func TestDamagedRecord(t *testing.T) {
	sameEverywhere(t)
	dir := plugin(t)
	cfg := config(t, dir)
	first, _ := stages(t, cfg)
	b, err := newBuilder(cfg)
	if err != nil {
		t.Fatal(err)
	}
	path := b.cache.recordPath(b.indexKey())
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{
		"empty": "", "cut": string(good[:len(good)/2]), "null": "null", "no inputs": `{"format":2,"artifact":"x"}`,
		"another format":  strings.Replace(string(good), `"format":2`, `"format":3`, 1),
		"no such library": strings.Replace(string(good), `"artifact":"`, `"artifact":"x`, 1),
		"leads elsewhere": strings.Replace(string(good), `"artifact":"`, `"artifact":"../artifacts/`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			write(t, path, content)
			if b.lookup(b.indexKey()) != nil {
				t.Errorf("%s: got the record used, want it ignored", name)
			}
		})
	}
	a, got := stages(t, cfg)
	if !a.Cached || a.Path != first.Path || slices.Contains(got, StageCompile) {
		t.Errorf("after a damaged record: stages %v, want no compilation", got)
	}

	write(t, first.Path, "damaged")
	a, got = stages(t, cfg)
	if a.Cached || !slices.Contains(got, StageCompile) {
		t.Errorf("after a damaged library: stages %v, want a compilation", got)
	}
	if _, got = stages(t, cfg); len(got) != 1 {
		t.Errorf("after the repair: got stages %v, want one", got)
	}
}

func TestConcurrentBuilds(t *testing.T) {
	dir := plugin(t)
	cfg := config(t, dir)
	var mu sync.Mutex
	var wg sync.WaitGroup
	compiled, paths := 0, map[string]bool{}
	note := func(didCompile bool, path string) {
		mu.Lock()
		defer mu.Unlock()
		if didCompile {
			compiled++
		}
		paths[path] = true
	}
	for range 2 {
		cmd := child(t, "run", cfg.Dir, cfg.CacheDir)
		wg.Go(func() {
			out, err := cmd.Output()
			did, path, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
			if err != nil || did == "error:" {
				t.Errorf("a process: got %v, %s, want an artifact", err, out)
			}
			note(did == "true", path)
		})
		wg.Go(func() {
			did := false
			own := cfg
			own.Progress = func(e Event) { did = did || e.Stage == StageCompile }
			a, err := Run(context.Background(), own)
			if err != nil {
				t.Errorf("goroutine: got error %v, want nil", err)
				return
			}
			note(did, a.Path)
		})
	}
	wg.Wait()
	if compiled != 1 || len(paths) != 1 {
		t.Errorf("compiled %d times into %v, want once into one", compiled, paths)
	}
}

func TestRunErrors(t *testing.T) {
	dir := plugin(t)
	cfg := config(t, dir)

	bad := cfg
	bad.Flags = []string{"-o=x"}
	if _, err := Run(context.Background(), bad); err == nil || !strings.Contains(err.Error(), "-o=x") {
		t.Errorf("reserved flag: got error %v, want one that names -o=x", err)
	}

	bad = cfg
	bad.Dir = filepath.Join(dir, "none")
	if _, err := Run(context.Background(), bad); !errors.Is(err, source.ErrNoPackage) {
		t.Errorf("missing folder: %v, want source.ErrNoPackage", err)
	}

	bad = cfg
	bad.Flags = []string{"-ldflags=-nonsense"}
	_, err := Run(context.Background(), bad)
	failed := new(source.BuildError)
	exit := new(exec.ExitError)
	if !errors.As(err, &failed) || !errors.As(err, &exit) || !strings.Contains(failed.Output, "nonsense") {
		t.Errorf("failing go build: %v, want a *source.BuildError with the output", err)
	}

	ctx, cancel := context.WithCancelCause(context.Background())
	reason := errors.New("no longer wanted")
	stopped := cfg
	stopped.Progress = func(e Event) {
		if e.Stage == StageCompile {
			cancel(reason)
		}
	}
	if _, err := Run(ctx, stopped); !errors.Is(err, reason) {
		t.Errorf("cancelled: %v, want the cause", err)
	}

	write(t, filepath.Join(dir, "more.go"), "package calculator\n\nfunc Broken() int { return \"x\" }\n")
	_, err = Run(context.Background(), cfg)
	if !errors.As(err, &failed) || len(failed.Diagnostics) != 1 || failed.Diagnostics[0].File != "more.go" || failed.Diagnostics[0].Line != 3 {
		t.Errorf("broken source: got error %v, want one diagnostic at more.go:3", err)
	}

	write(t, filepath.Join(dir, "more.go"), "package calculator\n\nimport \"os/exec\"\n\nfunc Run() { exec.Command(\"x\") }\n")
	var got []string
	cfg.Progress = func(e Event) { got = append(got, e.Stage) }
	_, err = Run(context.Background(), cfg)
	if refused := new(policy.Error); !errors.As(err, &refused) || slices.Contains(got, StageCompile) {
		t.Errorf("a forbidden import: got %v, stages %v, want a *policy.Error and no compilation", err, got)
	}
	if entries, err := os.ReadDir(filepath.Join(cfg.CacheDir, "work")); err != nil || len(entries) != 0 {
		t.Errorf("workspaces: got %v, %v, want none", entries, err)
	}
}

// The library is made of the bytes that were analysed, whatever is in the folder as the
// compiler runs, and the next start sees the edit.
func TestEditDuringBuild(t *testing.T) {
	sameEverywhere(t)
	dir := plugin(t)
	cfg := config(t, dir)
	const evil = "package calculator\n\nimport \"os\"\n\n// Version is not what was analysed.\nfunc Version() string { return os.Getenv(\"HOME\") }\n"
	good, err := os.ReadFile(filepath.Join(dir, "more.go"))
	if err != nil {
		t.Fatal(err)
	}
	clean, _ := stages(t, config(t, dir))
	edits := map[string]string{StageCompile: evil, StageStore: string(good)}
	cfg.Progress = func(e Event) {
		if content := edits[e.Stage]; content != "" {
			write(t, filepath.Join(dir, "more.go"), content)
			write(t, filepath.Join(dir, "inner", "inner.go"), "package inner\n\nfunc Broken(")
		}
	}
	a, err := Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := os.ReadFile(clean.Path)
	if got, err := os.ReadFile(a.Path); err != nil || !bytes.Equal(got, want) {
		t.Errorf("got other bytes than those of the library of the analysed sources (%v), want the same", err)
	}
	cfg.Progress = nil
	if _, err := Run(context.Background(), cfg); !errors.As(err, new(*source.BuildError)) {
		t.Errorf("the next start gives %v, want the error of the edit", err)
	}
}

func TestCheck(t *testing.T) {
	cfg := config(t, plugin(t))
	cfg.CacheDir = testCache(t).dir // without records of trials
	cfg.Bridge = manifest.Pure
	m, err := Check(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if m.Package != "calculator" || len(m.Functions) != 3 {
		t.Errorf("got package %s with %d functions, want calculator with 3", m.Package, len(m.Functions))
	}
	if exists(cfg.CacheDir) {
		t.Error("after a check: got a cache folder, want none")
	}
}

// What a check accepts can be built, as far as that is known without compiling.
func TestCheckFindsWhatBuildsLack(t *testing.T) {
	const function = "package p\n\nfunc F(a int) int { return a }\n"
	lacking := filepath.Join(t.TempDir(), "no compiler")
	for _, test := range []struct {
		name, source string
		assembly     bool
		change       func(*Config)
		want         string
	}{
		{"a compiler that is missing", function, false, func(c *Config) { c.Bridge, c.CC = manifest.CGO, lacking }, "no C compiler"},
		{"a compiler that C exports need", function, false, func(c *Config) { c.CExports, c.CC = true, lacking }, "no C compiler"},
		{"assembly in a package that gets cgo", function, true, func(c *Config) { c.Bridge, c.CC, c.Policy.Off = manifest.CGO, lacking, true }, "Go assembly"},
		{"the source comes first", strings.Replace(function, "return a", "return b", 1), false, func(c *Config) { c.Bridge, c.CC = manifest.CGO, lacking }, "undefined: b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			files := map[string]string{"p.go": test.source}
			if test.assembly {
				files["p.s"] = ""
			}
			for name, text := range files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			cfg := config(t, dir)
			test.change(&cfg)
			if _, err := Check(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one that says %q", err, test.want)
			}
		})
	}
}

func BenchmarkHit(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "plugin")
	if err := os.Mkdir(dir, 0o700); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "plugin.go"), []byte("package p\n\nfunc F(a int) int { return a }\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	cfg := Config{Dir: dir, CacheDir: filepath.Join(b.TempDir(), "cache")}
	if _, err := Run(context.Background(), cfg); err != nil {
		b.Skip(err)
	}
	for b.Loop() {
		if a, err := Run(context.Background(), cfg); err != nil || !a.Cached {
			b.Fatalf("got cached %t, %v, want true, nil", a != nil && a.Cached, err)
		}
	}
}
