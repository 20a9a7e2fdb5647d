package e2e

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// buildHost builds the command as a host, and opens it.
func buildHost(t *testing.T, path string, env []string, flags ...string) *elf.File {
	t.Helper()
	build := exec.Command("go", append(append([]string{"build"}, flags...), "-o", path, "../cmd/winplugin")...)
	build.Env = append(os.Environ(), env...)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: got error %v, want nil\n%s", err, out)
	}
	f, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// A host without libc opens a finished plugin where there is nothing else: no /proc, no
// file but the two, as in a container from scratch.
func TestHostFromScratch(t *testing.T) {
	if bridge != winplugin.Pure || runtime.GOARCH != "amd64" {
		t.Skip("for the pure bridge on amd64")
	}
	if os.Getuid() != 0 {
		t.Skip("only root may change the root directory")
	}
	root := t.TempDir()
	host := filepath.Join(root, "host")
	f := buildHost(t, host, []string{"CGO_ENABLED=0"}, "-tags=winplugin_static")
	if needed, _ := f.ImportedLibraries(); len(needed) > 0 || f.Section(".interp") != nil {
		t.Errorf("got a host that needs %v, want a static one", needed)
	}
	symbols, err := f.Symbols()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range symbols {
		if strings.Contains(s.Name, "purego") {
			t.Errorf("got the symbol %s in the host, want none of purego", s.Name)
			break
		}
	}
	library, err := os.ReadFile(kitchen(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "plugin.so"), library, 0o700); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("/host", "call", "/plugin.so", "Add", "20", "22")
	cmd.Dir, cmd.Env = "/", []string{"HOME=/"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
	out, err := cmd.CombinedOutput()
	if got := strings.TrimSpace(string(out)); err != nil || got != "42" {
		t.Errorf("got %q, %v, want 42", got, err)
	}
}
