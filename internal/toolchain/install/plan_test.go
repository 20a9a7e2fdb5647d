package install

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

// manage is a package manager that notes how it was called.
func manage(name string, args []string) int {
	call := name + " " + strings.Join(args, " ")
	note, err := os.OpenFile(os.Getenv("WINPLUGIN_TEST_NOTE"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return 2
	}
	defer note.Close()
	fmt.Fprintln(note, call)
	if strings.Contains(call, "broken") {
		fmt.Println("E: Unable to locate package broken")
		return 100
	}
	return 0
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

// withoutCompiler is a request for a target for which this machine has no compiler.
func withoutCompiler(t *testing.T) Request {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip(err)
	}
	c := Request{
		Go: true, Compiler: true, goos: "windows",
		Toolchain: detect.Config{GOOS: "windows", GOARCH: "arm64"},
		Install:   Config{Dir: filepath.Join(t.TempDir(), "cache ü")},
	}
	if _, err := detect.Find(t.Context(), detect.Config{GOOS: "windows", GOARCH: "arm64", NeedC: true}); err == nil {
		t.Skip("there is a compiler for windows/arm64")
	}
	return c
}

func TestPlan(t *testing.T) {
	c := withoutCompiler(t)
	for name, want := range map[string]struct {
		change func(*Request)
		steps  string
	}{
		"by default":  {func(*Request) {}, "llvm-mingw 20260311: fetch at most 400.0 MB from https://github.com/"},
		"Go alone":    {func(c *Request) { c.Compiler = false }, ""},
		"MSYS2":       {func(c *Request) { c.With = MSYS2 }, "MSYS2 20260611: fetch 52.9 MB from https://github.com/"},
		"winget":      {func(c *Request) { c.Winget = true }, "C compiler: run winget install --id MartinStorsjo.LLVM-MinGW.UCRT "},
		"mirror":      {func(c *Request) { c.Install.Mirror = "https://mirror.example/x" }, "llvm-mingw 20260311: fetch at most 400.0 MB from https://mirror.example/x/llvm-mingw-20260311-ucrt-"},
		"other hosts": {func(c *Request) { c.goos = "plan9" }, "C compiler: to be done by hand: "},
	} {
		t.Run(name, func(t *testing.T) {
			c := c
			want.change(&c)
			p, err := MakePlan(t.Context(), c)
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
				t.Errorf("got %v written by a plan, want nothing", entries)
			}
		})
	}
	t.Run("a setting is at fault", func(t *testing.T) {
		c := c
		c.Toolchain.CC = filepath.Join(t.TempDir(), "gcc")
		if _, err := MakePlan(t.Context(), c); !errors.As(err, new(*detect.Error)) {
			t.Errorf("error is %v, want a *toolchain.Error", err)
		}
	})
}

func TestPlanGo(t *testing.T) {
	c := Request{goos: "windows"}.defaults()
	if got := c.planGo().Describe(c.Install); !strings.HasPrefix(got, "Go 1.26.8: fetch 7") || !strings.Contains(got, " MB from https://go.dev/dl/go1.26.8.windows-") {
		t.Errorf("Windows: got %s, want \"Go 1.26.8: fetch 7\" at its start and \" MB from https://go.dev/dl/go1.26.8.windows-\" in it", got)
	}
	c.Winget = true
	if got := c.planGo().String(); !strings.HasPrefix(got, "Go: run winget install --id GoLang.Go ") {
		t.Errorf("winget: got %s, want \"Go: run winget install --id GoLang.Go \" at its start", got)
	}
}

func TestByCommand(t *testing.T) {
	for remedy, run := range map[string]bool{
		"sudo apt-get install -y gcc libc6-dev":                  true,
		"apk add gcc musl-dev":                                   true,
		"install gcc or clang with the system's package manager": false,
		"curl -fsSL https://go.dev/dl/x.tar.gz | tar -C / -xz":   false,
		"apt-get install -y gcc; rm -rf /":                       false,
		"apt-get update\napt-get install -y gcc":                 true,
		"apt-get update\nrm -rf /":                               false,
		"xcode-select --install":                                 false, // opens a window
		"":                                                       false,
	} {
		t.Run(remedy, func(t *testing.T) {
			if s := byCommand("C compiler", remedy); (len(s.Commands) > 0) != run {
				t.Errorf("%q is run: %v, want %v", remedy, !run, run)
			}
		})
	}
}

func TestDoCommand(t *testing.T) {
	note := packagers(t, "apt-get", "sudo", "winget")
	for command, want := range map[string]string{
		"apt-get install -y gcc":                 "apt-get install -y gcc\n",
		"sudo apt-get install -y gcc":            "sudo -n apt-get install -y gcc\n",
		"apt-get update\napt-get install -y gcc": "apt-get update\napt-get install -y gcc\n",
	} {
		t.Run(command, func(t *testing.T) {
			os.Remove(note)
			p := &Plan{Steps: []Step{byCommand("C compiler", command)}}
			if err := p.Do(t.Context(), Request{}); err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(note); err != nil || string(got) != want {
				t.Errorf("ran %q, %v; want %q", got, err, want)
			}
		})
	}
	os.Remove(note)
	var out bytes.Buffer
	p := &Plan{Steps: []Step{byCommand("C compiler", "apt-get install -y broken")}}
	err := p.Do(t.Context(), Request{Out: &out})
	if missing := new(detect.Error); !errors.As(err, &missing) || strings.Contains(missing.Remedy, "apt-get install") || missing.Remedy == "" || !strings.Contains(err.Error(), "Unable to locate") {
		t.Errorf("a command that fails: got %v, want its output and another remedy", err)
	}
	if !strings.Contains(out.String(), "Unable to locate") {
		t.Errorf("what it printed: got %q, want \"Unable to locate\" in it", out.String())
	}
	// A failure may come from old lists: they are updated, and it is tried once more.
	want := "apt-get install -y broken\napt-get update\napt-get install -y broken\n"
	if got, err := os.ReadFile(note); err != nil || string(got) != want {
		t.Errorf("ran %q, %v; want %q", got, err, want)
	}
	for _, s := range []Step{byCommand("C compiler", "dnf install -y gcc"), {What: "C compiler", ByHand: "do it"}} {
		t.Run(s.String(), func(t *testing.T) {
			if err := (&Plan{Steps: []Step{s}}).Do(t.Context(), Request{}); !errors.As(err, new(*detect.Error)) {
				t.Errorf("%v: %v, want a *toolchain.Error", s, err)
			}
		})
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
	c := Request{Install: Config{Dir: filepath.Join(t.TempDir(), "cache ü"), Mirror: s.URL}}
	p := &Plan{Steps: []Step{{What: "a compiler", Pin: &Pin{
		Tool: LLVMMinGW, Version: "1", GOOS: runtime.GOOS, GOARCH: runtime.GOARCH, URL: "https://example.invalid/x.zip",
		SHA256: hex.EncodeToString(sum[:]), Size: int64(b.Len()), Unpacked: 1 << 20, Top: "top", Bin: "bin", Program: "clang",
	}}}}
	if err := p.Do(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if list := List(c.Install.Dir); len(list) != 1 {
		t.Errorf("installed: got %v, want length 1", list)
	}
}

func TestCancelled(t *testing.T) {
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	if _, err := MakePlan(ctx, Request{Go: true, Compiler: true}); !errors.Is(err, why) {
		t.Errorf("error is %v, want the context's cause", err)
	}
}
