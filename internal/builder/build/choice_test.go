package build

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

func TestBridgeChoice(t *testing.T) {
	for _, test := range []struct {
		name string
		cfg  Config
		want string
	}{
		{"Windows", Config{GOOS: "windows", GOARCH: "amd64"}, manifest.Pure},
		{"Linux", Config{GOOS: "linux", GOARCH: "amd64"}, manifest.Pure},
		{"Linux, C exports", Config{GOOS: "linux", GOARCH: "amd64", CExports: true}, manifest.CGO},
		{"Linux, a compiler named", Config{GOOS: "linux", GOARCH: "amd64", CC: "gcc"}, manifest.CGO},
		{"Linux on arm64", Config{GOOS: "linux", GOARCH: "arm64"}, manifest.CGO},
		{"Linux on arm64, in a process of its own", Config{GOOS: "linux", GOARCH: "arm64", Separate: true}, manifest.Program},
		{"Linux on arm64, in a process of its own, a compiler named", Config{GOOS: "linux", GOARCH: "arm64", Separate: true, CC: "gcc"}, manifest.CGO},
		{"Linux, in a process of its own", Config{GOOS: "linux", GOARCH: "amd64", Separate: true}, manifest.Pure},
		{"macOS", Config{GOOS: "darwin", GOARCH: "arm64"}, manifest.Program},
		{"macOS, C exports", Config{GOOS: "darwin", GOARCH: "arm64", CExports: true}, manifest.CGO},
		{"OpenBSD", Config{GOOS: "openbsd", GOARCH: "amd64"}, manifest.Program},
		{"Windows, C exports", Config{GOOS: "windows", GOARCH: "amd64", CExports: true}, manifest.CGO},
		{"Windows, a compiler named", Config{GOOS: "windows", GOARCH: "amd64", CC: "gcc"}, manifest.CGO},
		{"Windows, asked for", Config{GOOS: "windows", GOARCH: "amd64", Bridge: manifest.CGO}, manifest.CGO},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg := test.cfg
			cfg.Dir, cfg.CacheDir = t.TempDir(), testCache(t).dir
			b, err := newBuilder(cfg)
			if err != nil {
				t.Fatal(err)
			}
			if got, reason := b.choice(); got != test.want || reason == "" {
				t.Errorf("the bridge is %s (%s), want %s and a reason", got, reason, test.want)
			}
		})
	}
}

// The analysis decides, and not what is installed: without a compiler a plugin with cgo
// is an error that asks for one, and is never built without its C.
func TestCGOPluginNeedsCompiler(t *testing.T) {
	cfg := withoutCompiler(t, plainPlugin)
	write(t, filepath.Join(cfg.Dir, "c.go"), "package plugin\n\nimport \"C\"\n\n// G does nothing.\nfunc G() {}\n")
	cfg.Policy.Off = true
	b, err := newBuilder(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.build(t.Context(), "key"); err == nil {
		t.Error("a plugin with cgo, without a compiler: got no error, want one")
	}
	if kind, _ := b.choice(); kind != manifest.CGO {
		t.Errorf("the bridge is %s, want %s", kind, manifest.CGO)
	}
}

// A program is refused where plugins are libraries.
func TestProgramTargets(t *testing.T) {
	for _, target := range []string{"linux/amd64", "windows/amd64", "windows/arm64"} {
		t.Run(target, func(t *testing.T) {
			goos, goarch, _ := strings.Cut(target, "/")
			_, err := newBuilder(Config{GOOS: goos, GOARCH: goarch, Bridge: manifest.Program})
			var missing *detect.Error
			if !errors.As(err, &missing) || !strings.Contains(missing.Remedy, "darwin/arm64") {
				t.Errorf("got %v, want a detect.Error that names the targets", err)
			}
		})
	}
}

func TestPureBridgeHasNoCExports(t *testing.T) {
	if _, err := newBuilder(Config{GOOS: "windows", GOARCH: "amd64", Bridge: manifest.Pure, CExports: true}); err == nil {
		t.Error("C exports by the pure bridge: got no error, want one")
	}
}
