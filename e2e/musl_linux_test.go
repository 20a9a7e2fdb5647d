package e2e

import (
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A host with musl in place of glibc opens a library of the pure bridge, which has no libc.
func TestHostWithMusl(t *testing.T) {
	if bridge != winplugin.Pure || runtime.GOARCH != "amd64" {
		t.Skip("for the pure bridge on amd64")
	}
	compiler, err := exec.LookPath("musl-gcc")
	if err != nil {
		t.Skip("there is no musl-gcc; on Debian: apt-get install musl-tools")
	}
	host := filepath.Join(t.TempDir(), "host")
	f := buildHost(t, host, []string{"CGO_ENABLED=1", "CC=" + compiler})
	interpreter, err := f.Section(".interp").Data()
	if err != nil || !strings.Contains(string(interpreter), "musl") {
		t.Fatalf("got the interpreter %q, %v, want musl's", interpreter, err)
	}
	out, err := exec.Command(host, "call", kitchen(t), "Add", "20", "22").CombinedOutput()
	if got := strings.TrimSpace(string(out)); err != nil || got != "42" {
		t.Errorf("got %q, %v, want 42", got, err)
	}
}
