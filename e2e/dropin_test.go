package e2e

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// The example in the documentation of the standard library's package plugin, host and
// plugin, with one import line changed.
func TestDropIn(t *testing.T) {
	oneBridge(t, winplugin.CGO)
	dir := t.TempDir()
	library := filepath.Join(dir, "plugin_name.so")
	if _, err := winplugin.Build(context.Background(), copyPlugin(t, "dropin/plugin"), options(winplugin.WithOutput(library))...); err != nil {
		t.Fatal(err)
	}
	// The program is built where it is, in this module, as if it had that line.
	source, err := filepath.Abs(filepath.Join("testdata", "dropin", "host", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(program), `"plugin"`, `"github.com/RamanSharma100/go-winplugin/plugin"`, 1)
	write(t, filepath.Join(dir, "main.go"), changed)
	overlay, err := json.Marshal(map[string]any{"Replace": map[string]string{source: filepath.Join(dir, "main.go")}})
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "overlay.json"), string(overlay))
	host := filepath.Join(dir, "host.exe")
	run := func(in, name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = in
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s %s: got error %v, want nil\n%s", name, args, err, out)
		}
		return string(out)
	}
	run(filepath.Dir(source), "go", "build", "-buildvcs=false", "-overlay", filepath.Join(dir, "overlay.json"), "-o", host, ".")
	if out := run(dir, host); out != "Hello, number 7\n" {
		t.Errorf("the program prints: got %q, want \"Hello, number 7\\n\"", out)
	}
}
