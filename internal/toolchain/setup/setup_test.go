package setup

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/install"
)

// The test binary plays a package manager: it notes how it was called.
func TestMain(m *testing.M) {
	switch name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe"); name {
	case "apt-get", "sudo", "winget":
		note := name + " " + strings.Join(os.Args[1:], " ")
		if err := os.WriteFile(os.Getenv("WINPLUGIN_TEST_NOTE"), []byte(note), 0o600); err != nil {
			os.Exit(2)
		}
		if strings.Contains(note, "broken") {
			os.Stdout.WriteString("E: Unable to locate package broken\n")
			os.Exit(100)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// packagers puts programs of those names into PATH, and returns the file with their
// note.
func packagers(t *testing.T, names ...string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(dir, exe(name)), program, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	note := filepath.Join(dir, "note")
	t.Setenv("PATH", dir)
	t.Setenv("WINPLUGIN_TEST_NOTE", note)
	return note
}

func exe(name string) string {
	if runtime.GOOS == "windows" {
		return name + ".exe"
	}
	return name
}

// lacking is a configuration for a target for which this machine has no compiler.
func lacking(t *testing.T) Config {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip(err)
	}
	c := Config{
		Go: true, Compiler: true, goos: "windows",
		Toolchain: detect.Config{GOOS: "windows", GOARCH: "arm64"},
		Install:   install.Config{Dir: filepath.Join(t.TempDir(), "cache ü")},
	}
	if _, err := detect.Find(t.Context(), detect.Config{GOOS: "windows", GOARCH: "arm64", NeedC: true}); err == nil {
		t.Skip("there is a compiler for windows/arm64")
	}
	return c
}

func TestPlan(t *testing.T) {
	c := lacking(t)
	for name, want := range map[string]struct {
		change func(*Config)
		steps  string
	}{
		"by default":  {func(*Config) {}, "llvm-mingw 20260311: fetch at most 400.0 MB from https://github.com/"},
		"Go alone":    {func(c *Config) { c.Compiler = false }, ""},
		"MSYS2":       {func(c *Config) { c.With = install.MSYS2 }, "MSYS2 20260611: fetch 52.9 MB from https://github.com/"},
		"winget":      {func(c *Config) { c.Winget = true }, "C compiler: run winget install --id MartinStorsjo.LLVM-MinGW.UCRT "},
		"mirror":      {func(c *Config) { c.Install.Mirror = "https://mirror.example/x" }, "llvm-mingw 20260311: fetch at most 400.0 MB from https://mirror.example/x/llvm-mingw-20260311-ucrt-"},
		"other hosts": {func(c *Config) { c.goos = "plan9" }, "C compiler: to be done by hand: "},
	} {
		t.Run(name, func(t *testing.T) {
			c := c
			want.change(&c)
			p, err := Make(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			var steps []string
			for _, s := range p.Steps {
				steps = append(steps, s.Describe(c.Install))
			}
			got := strings.Join(steps, "\n")
			if !strings.HasPrefix(got, want.steps) || want.steps == "" && got != "" || len(steps) > 1 {
				t.Errorf("steps are %q, want %q", steps, want.steps)
			}
			if len(p.Found) != 1 || !strings.HasPrefix(p.Found[0], "go1.") {
				t.Errorf("found is %q, want Go", p.Found)
			}
			if entries, _ := os.ReadDir(c.Install.Dir); len(entries) > 0 {
				t.Errorf("a plan has written %v", entries)
			}
		})
	}
	t.Run("a setting is at fault", func(t *testing.T) {
		c := c
		c.Toolchain.CC = filepath.Join(t.TempDir(), "gcc")
		if _, err := Make(t.Context(), c); !errors.As(err, new(*detect.Error)) {
			t.Errorf("error is %v, want a *toolchain.Error", err)
		}
	})
}

func TestPlanGo(t *testing.T) {
	c := Config{goos: "windows"}.defaults()
	if got := c.planGo().Describe(c.Install); !strings.HasPrefix(got, "Go 1.26.8: fetch 7") || !strings.Contains(got, " MB from https://go.dev/dl/go1.26.8.windows-") {
		t.Errorf("Windows: %s", got)
	}
	c.Winget = true
	if got := c.planGo().String(); !strings.HasPrefix(got, "Go: run winget install --id GoLang.Go ") {
		t.Errorf("winget: %s", got)
	}
}

func TestByCommand(t *testing.T) {
	for remedy, run := range map[string]bool{
		"sudo apt-get install -y gcc libc6-dev":                  true,
		"apk add gcc musl-dev":                                   true,
		"install gcc or clang with the system's package manager": false,
		"curl -fsSL https://go.dev/dl/x.tar.gz | tar -C / -xz":   false,
		"apt-get install -y gcc; rm -rf /":                       false,
		"apt-get update\napt-get install -y gcc":                 false,
		"xcode-select --install":                                 false, // opens a window
		"":                                                       false,
	} {
		if s := byCommand("C compiler", remedy); (len(s.Command) > 0) != run {
			t.Errorf("%q is run: %v, want %v", remedy, !run, run)
		}
	}
}

func TestDoCommand(t *testing.T) {
	note := packagers(t, "apt-get", "sudo", "winget")
	for command, want := range map[string]string{
		"apt-get install -y gcc":      "apt-get install -y gcc",
		"sudo apt-get install -y gcc": "sudo -n apt-get install -y gcc",
	} {
		p := &Plan{Steps: []Step{byCommand("C compiler", command)}}
		if err := p.Do(t.Context(), Config{}); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(note); err != nil || string(got) != want {
			t.Errorf("%q ran %q, %v; want %q", command, got, err, want)
		}
	}
	var out bytes.Buffer
	p := &Plan{Steps: []Step{byCommand("C compiler", "apt-get install -y broken")}}
	err := p.Do(t.Context(), Config{Out: &out})
	if missing := new(detect.Error); !errors.As(err, &missing) || missing.Remedy != "apt-get install -y broken" || !strings.Contains(err.Error(), "Unable to locate") {
		t.Errorf("a command that fails: %v", err)
	}
	if !strings.Contains(out.String(), "Unable to locate") {
		t.Errorf("what it printed is %q", out.String())
	}
	for _, s := range []Step{byCommand("C compiler", "dnf install -y gcc"), {What: "C compiler", ByHand: "do it"}} {
		if err := (&Plan{Steps: []Step{s}}).Do(t.Context(), Config{}); !errors.As(err, new(*detect.Error)) {
			t.Errorf("%v: %v, want a *toolchain.Error", s, err)
		}
	}
}

func TestDoFetch(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if _, err := w.Create("top/bin/" + exe("clang")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(b.Bytes()) }))
	defer s.Close()
	sum := sha256.Sum256(b.Bytes())
	c := Config{Install: install.Config{Dir: filepath.Join(t.TempDir(), "cache ü"), Mirror: s.URL}}
	p := &Plan{Steps: []Step{{What: "a compiler", Pin: &install.Pin{
		Tool: install.LLVMMinGW, Version: "1", GOOS: runtime.GOOS, GOARCH: runtime.GOARCH, URL: "https://example.invalid/x.zip",
		SHA256: hex.EncodeToString(sum[:]), Size: int64(b.Len()), Unpacked: 1 << 20, Top: "top", Bin: "bin", Program: "clang",
	}}}}
	if err := p.Do(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if list := install.List(c.Install.Dir); len(list) != 1 {
		t.Errorf("installed are %v", list)
	}
}

func TestCancelled(t *testing.T) {
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	if _, err := Make(ctx, Config{Go: true, Compiler: true}); !errors.Is(err, why) {
		t.Errorf("error is %v, want the context's cause", err)
	}
}
