package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

// A program in C includes the plugin's header, links the library and calls it.
func TestCExports(t *testing.T) {
	if bridge == winplugin.Pure {
		t.Skip("the pure bridge has no C exports")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	dir := filepath.Join(t.TempDir(), "программа in C")
	source, err := os.ReadFile(filepath.Join("testdata", "c", "main.c"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "main.c"), string(source))
	a, err := winplugin.Build(ctx, copyPlugin(t, "kitchen"), options(winplugin.WithBridge(winplugin.CGO), winplugin.WithOutput(filepath.Join(dir, "kitchen"+extension())))...)
	if err != nil {
		t.Fatal(err)
	}
	if a.Header != filepath.Join(dir, "kitchen.h") {
		t.Errorf("the header: got %s, want %v", a.Header, filepath.Join(dir, "kitchen.h"))
	}

	tools, err := detect.Find(ctx, detect.Config{GOOS: runtime.GOOS, GOARCH: runtime.GOARCH, NeedC: true})
	if err != nil {
		t.Fatal(err)
	}
	run := func(path string, args ...string) string {
		t.Helper()
		cmd := exec.CommandContext(ctx, path, args...)
		cmd.Dir, cmd.Env = dir, tools.Env()
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: got error %v, want nil\n%s", filepath.Base(path), err, out)
		}
		return string(out)
	}
	// The GNU linker takes a DLL as it is; the loader finds it beside the program.
	link := []string{"kitchen.dll"}
	if runtime.GOOS != "windows" {
		link = []string{"-L.", "-l:kitchen.so", "-Wl,-rpath,$ORIGIN"}
	}
	args := append([]string{"-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-o", "main.exe", "main.c"}, link...)
	run(tools.CC, args...)
	if out := run(filepath.Join(dir, "main.exe")); strings.TrimSpace(out) != "all is well" {
		t.Errorf("the program says: got %s, want \"all is well\"", out)
	}

	// Included twice, by C++.
	write(t, filepath.Join(dir, "twice.cc"), "#include \"kitchen.h\"\n#include \"kitchen.h\"\nint64_t f() { return go_plugin_kitchen_Take(1, 2).r0; }\n")
	if err := exec.Command(tools.CC, "-x", "c++", "-fsyntax-only", os.DevNull).Run(); err != nil {
		t.Log("no C++ compiler here:", err)
		return
	}
	run(tools.CC, "-x", "c++", "-pedantic", "-Wall", "-Werror", "-fsyntax-only", "twice.cc")
}
