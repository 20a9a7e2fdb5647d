package build

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

func TestExhausted(t *testing.T) {
	for _, test := range []struct{ name, output, want string }{
		{"disk", "go: write /var/cache/go-build/x: no space left on device", "free some space for /var/cache/go-build/x"},
		{"disk without a file", "ld: final link failed: No space left on device", "free some space for the cache folder"},
		{"Windows", "write C:\\Users\\me\\x: There is not enough space on the disk.", `free some space for C:\Users\me\x`},
		{"files", "open x.go: too many open files", "ulimit -n"},
		{"size", "link: signal: file size limit exceeded", "ulimit -f"},
		{"size of a file", "write /tmp/x.a: file too large", "to write /tmp/x.a"},
		{"memory", "fork/exec gcc: cannot allocate memory", "memory"},
		{"source", "undefined: x", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := exhausted(&source.BuildError{Package: "p", Output: test.output})
			if test.want == "" {
				if err != nil {
					t.Errorf("got %v, want no error", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) || errors.As(err, new(*source.BuildError)) || errors.As(err, new(*detect.Error)) {
				t.Errorf("got %v, want an error of no type with %q", err, test.want)
			}
		})
	}
}

// All temporary files of a build lie in its workspaces: none is left in the system's
// folder, and a later start removes what a killed process leaves.
func TestTemporaryFiles(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs a TMPDIR that can be set")
	}
	dir := plugin(t)
	cfg := config(t, dir)
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	empty := func(t *testing.T) {
		t.Helper()
		for _, folder := range []string{temp, filepath.Join(cfg.CacheDir, "work")} {
			if entries, err := os.ReadDir(folder); err != nil && !os.IsNotExist(err) || len(entries) > 0 {
				t.Errorf("left in %s: got %v, %v, want nothing", folder, entries, err)
			}
		}
	}
	if _, err := Check(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	empty(t)
	cmd := child(t, "run", cfg.Dir, cfg.CacheDir)
	cmd.Stdout = nil
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the analysis runs", func() bool {
		found, _ := filepath.Glob(filepath.Join(cfg.CacheDir, "work", "*", "tmp", "winplugin-source-*"))
		return len(found) > 0
	})
	cmd.Process.Kill()
	if err := cmd.Wait(); !errors.As(err, new(*exec.ExitError)) {
		t.Fatalf("the process: got %v, want that it was killed", err)
	}
	stages(t, cfg)
	eventually(t, "the killed build's files are gone", func() bool {
		cache{cfg.CacheDir, newLog(t)}.sweep()
		entries, _ := os.ReadDir(filepath.Join(cfg.CacheDir, "work"))
		return len(entries) == 0
	})
	empty(t)
}

// A workspace among the temporary files of others goes as well, and nothing of theirs.
func TestSweepTemporary(t *testing.T) {
	b := &builder{Config: Config{Log: newLog(t)}}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "other.lock"), "")
	write(t, filepath.Join(dir, "other", "x"), "")
	w, err := b.temporary(dir).add()
	if err != nil {
		t.Fatal(err)
	}
	b.temporary(dir).sweep()
	if !exists(w.dir) {
		t.Error("a workspace in use: got it removed, want it kept")
	}
	w.lock.Unlock() // as if its process had ended
	b.temporary(dir).sweep()
	if exists(w.dir) || exists(w.dir+lockSuffix) || !exists(filepath.Join(dir, "other.lock")) || !exists(filepath.Join(dir, "other", "x")) {
		t.Error("got other files than before without the workspace of the ended process, want exactly these")
	}
}

// Without the network, a module that is not there is an error, and nothing is asked.
func TestNoNetwork(t *testing.T) {
	dir := plugin(t)
	write(t, filepath.Join(dir, "go.mod"), "module example.com/plugin\n\ngo 1.22\n\nrequire example.com/absent v1.0.0\n")
	write(t, filepath.Join(dir, "more.go"), "package calculator\n\nimport \"example.com/absent\"\n\nvar _ = absent.X\n")
	cfg := config(t, dir)
	t.Setenv("GOPROXY", "http://127.0.0.1:1") // nobody listens there
	t.Setenv("GOMODCACHE", t.TempDir())
	cfg.NoNetwork = true
	for what, run := range map[string]func() error{
		"Check": func() error { _, err := Check(t.Context(), cfg); return err },
		"Run":   func() error { _, err := Run(t.Context(), cfg); return err },
	} {
		t.Run(what, func(t *testing.T) {
			if err := run(); err == nil || !strings.Contains(err.Error(), "absent") || strings.Contains(err.Error(), "127.0.0.1") {
				t.Errorf("%s gives %v, want an error that no proxy is asked for", what, err)
			}
		})
	}
}
