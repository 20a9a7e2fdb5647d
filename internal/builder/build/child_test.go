package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/builder/policy"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

// The tests need programs that crash, hang and start others. The test binary is
// all of them: roleVariable says which. A copy of it with a file of the same name
// and ".forward" beside it notes that it ran and runs the program that the file
// names.
const roleVariable = "WINPLUGIN_TEST_ROLE"

func TestMain(m *testing.M) {
	if self, err := os.Executable(); err == nil {
		if to, err := os.ReadFile(self + ".forward"); err == nil {
			os.Exit(forward(self, string(to)))
		}
	}
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(play(role, os.Args[1:]))
	}
	os.Exit(m.Run())
}

func play(role string, args []string) int {
	log := slog.New(slog.DiscardHandler)
	switch role {
	case "workspace": // makes a workspace, and leaves it without cleaning up when stdin ends
		w, err := (cache{args[0], log}).newWorkspace()
		if err != nil {
			fmt.Println("error:", err)
			return 1
		}
		os.WriteFile(filepath.Join(w.dir, "leftover"), []byte("x"), 0o600)
		fmt.Println(w.dir)
		io.Copy(io.Discard, os.Stdin)
		os.Exit(7)
	case "run", "run pure": // builds, and says whether it compiled
		compiled := false
		kind := strings.TrimPrefix(strings.TrimPrefix(role, "run"), " ")
		a, err := Run(context.Background(), Config{Dir: args[0], CacheDir: args[1], Bridge: kind, Progress: func(e Event) {
			compiled = compiled || e.Stage == StageCompile
		}})
		if err != nil {
			fmt.Println("error:", err)
			return 1
		}
		fmt.Println(compiled, a.Path)
	}
	return 0
}

// child is a command that plays the role.
func child(t *testing.T, role string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	return cmd
}

func forward(self, to string) int {
	note, err := os.OpenFile(self+".ran", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return 1
	}
	fmt.Fprintf(note, "%q\n", os.Args[1:])
	note.Close()
	cmd := exec.Command(to, os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err = cmd.Run()
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// recorder makes a program that runs another of the same name from PATH and
// notes it.
func recorder(t *testing.T, dir, name string) string {
	t.Helper()
	real, err := exec.LookPath(name)
	if err != nil {
		t.Skip(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, name)
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	if err := os.WriteFile(path, data, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, path+".forward", real)
	return path
}

// runs returns how often a recorder ran.
func runs(t *testing.T, path string) int {
	t.Helper()
	data, err := os.ReadFile(path + ".ran")
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return strings.Count(string(data), "\n")
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func newLog(*testing.T) *slog.Logger { return slog.New(slog.DiscardHandler) }

func testCache(t *testing.T) cache {
	return cache{filepath.Join(t.TempDir(), "cache ü"), slog.New(slog.DiscardHandler)}
}

// sameEverywhere leaves a test out of short runs on Windows: it builds, which takes seconds in
// Wine, and what it tests depends on no system. It runs on Linux.
func sameEverywhere(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" && testing.Short() {
		t.Skip("the same on every system, and slow to build here")
	}
}

// plugin writes a plugin in a module of its own, with a package below it and an
// embedded file.
func plugin(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "host", "mein plügin")
	write(t, filepath.Join(dir, "go.mod"), "module example.com/plugin\n\ngo 1.22\n")
	write(t, filepath.Join(dir, "plugin.go"), `package calculator

import (
	_ "embed"

	"example.com/plugin/inner"
)

//go:embed greeting.txt
var greeting string

// Execute adds.
func Execute(a, b int) int { return inner.Add(a, b) }

// Greeting is embedded.
func Greeting() string { return greeting }
`)
	write(t, filepath.Join(dir, "more.go"), "package calculator\n\n// Version is a version.\nfunc Version() string { return \"1\" }\n")
	write(t, filepath.Join(dir, "greeting.txt"), "hello")
	write(t, filepath.Join(dir, "inner", "inner.go"), "package inner\n\n// Add adds.\nfunc Add(a, b int) int { return a + b }\n")
	return dir
}

// config builds the plugin into a cache of its own. Nothing of the user's
// settings counts.
func config(t *testing.T, dir string) Config {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip(err)
	}
	t.Setenv("GOENV", "off")
	t.Setenv("GOFLAGS", "")
	t.Setenv("GOWORK", "")
	cfg := Config{Dir: dir, CacheDir: testCache(t).dir, Policy: policy.Policy{}}
	for name, content := range trials(t) {
		write(t, filepath.Join(cfg.CacheDir, "toolchain", name), content)
	}
	return cfg
}

// trials returns the records of trying the compiler, which would else be tried again in
// the cache folder of each test.
func trials(t *testing.T) map[string]string {
	t.Helper()
	tried.Do(func() {
		tried.records = make(map[string]string)
		dir := t.TempDir()
		_, err := detect.Find(context.Background(), detect.Config{NeedC: true, Try: true, Records: dir, Dir: dir})
		if err != nil {
			t.Log(err)
			return
		}
		files, _ := filepath.Glob(filepath.Join(dir, "*.json"))
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tried.records[filepath.Base(file)] = string(data)
		}
	})
	return tried.records
}

var tried struct {
	sync.Once
	records map[string]string
}

// stages runs the build and returns its stages.
func stages(t *testing.T, cfg Config) (*Artifact, []string) {
	t.Helper()
	var list []string
	cfg.Progress = func(e Event) { list = append(list, e.Stage) }
	a, err := Run(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return a, list
}
