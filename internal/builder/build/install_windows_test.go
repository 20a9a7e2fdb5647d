package build

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/builder/policy"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/install"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A machine without a C compiler gets one for a plugin that uses cgo: here the one that
// is in PATH, packed, and hidden.
func TestInstallForCGO(t *testing.T) {
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		t.Skip(err)
	}
	bin := filepath.Dir(gcc)
	var path []string
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if !strings.EqualFold(filepath.Clean(dir), bin) {
			path = append(path, dir)
		}
	}
	mirror := t.TempDir()
	pin := pack(t, bin, filepath.Join(mirror, "gcc.zip"))
	t.Setenv("PATH", strings.Join(path, string(filepath.ListSeparator)))
	if _, err := detect.Find(t.Context(), detect.Config{NeedC: true}); err == nil {
		t.Skip("there is another compiler")
	}

	dir := plugin(t)
	write(t, filepath.Join(dir, "cgo.go"), "package calculator\n\n// static int twice(int n) { return 2 * n; }\nimport \"C\"\n\n// Twice doubles.\nfunc Twice(n int) int { return int(C.twice(C.int(n))) }\n")
	cfg := Config{Dir: dir, CacheDir: testCache(t).dir, Policy: policy.Policy{Off: true}}
	calls := 0
	cfg.Install = &install.Config{Mirror: mirror}
	cfg.installTool = func(ctx context.Context, into install.Config, tool install.Tool) (*install.Installed, error) {
		if calls++; tool != install.LLVMMinGW {
			t.Errorf("%s is installed, want %s", tool, install.LLVMMinGW)
		}
		return install.Install(ctx, into, pin)
	}
	for _, cached := range []bool{false, true} {
		t.Run(fmt.Sprintf("cached=%t", cached), func(t *testing.T) {
			a, err := Run(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			if f, _ := a.Manifest.Lookup("Twice"); f == nil || a.Manifest.Bridge.Kind != manifest.CGO || a.Cached != cached {
				t.Errorf("got bridge %s, cached %t, functions %v, want %s, %t and Twice", a.Manifest.Bridge.Kind, a.Cached, a.Manifest.Functions, manifest.CGO, cached)
			}
		})
	}
	if calls != 1 {
		t.Errorf("got %d installations, want 1", calls)
	}
}

// pack makes an archive of a folder of programs. That of Wine's tests is small; a
// whole MinGW, which could not be packed by its bin folder anyway, is not.
func pack(t *testing.T, bin, to string) install.Pin {
	t.Helper()
	files, err := os.ReadDir(bin)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) > 20 {
		t.Skip("gcc is a real MinGW")
	}
	archive, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	w := zip.NewWriter(archive)
	for _, file := range files {
		data, err := os.ReadFile(filepath.Join(bin, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		f, err := w.Create("gcc/bin/" + file.Name())
		if err == nil {
			_, err = f.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	if _, err := archive.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	size, err := io.Copy(h, archive)
	if err != nil {
		t.Fatal(err)
	}
	return install.Pin{
		Tool: "gcc", Version: "1", GOOS: runtime.GOOS, GOARCH: runtime.GOARCH, URL: "https://example.invalid/gcc.zip",
		SHA256: hex.EncodeToString(h.Sum(nil)), Size: size, Unpacked: 100 << 20, Top: "gcc", Bin: "bin", Program: "gcc",
	}
}
