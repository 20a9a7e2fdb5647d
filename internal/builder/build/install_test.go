package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/builder/policy"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/install"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// withoutCompiler is a build for a target for which this machine has no compiler, of a plugin
// with a file of that content beside another one.
func withoutCompiler(t *testing.T, file string) Config {
	t.Helper()
	if _, err := detect.Find(t.Context(), detect.Config{GOOS: "windows", GOARCH: "arm64", NeedC: true}); err == nil {
		t.Skip("there is a compiler for windows/arm64")
	}
	t.Setenv("GOENV", "off")
	t.Setenv("GOFLAGS", "")
	t.Setenv("GOWORK", "")
	dir := filepath.Join(t.TempDir(), "plügin")
	write(t, filepath.Join(dir, "go.mod"), "module example.com/plugin\n\ngo 1.22\n")
	write(t, filepath.Join(dir, "plugin.go"), file)
	return Config{Dir: dir, CacheDir: testCache(t).dir, GOOS: "windows", GOARCH: "arm64"}
}

const (
	plainPlugin = "package plugin\n\n// F does nothing.\nfunc F() {}\n"
	cgoPlugin   = "package plugin\n\nimport \"C\"\n\n// F does nothing.\nfunc F() {}\n"
)

// What is missing is installed where a build is impossible without it, and only there.
func TestInstallIsCalled(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the same on every system, and slow in Wine")
	}
	for name, c := range map[string]struct {
		file   string
		change func(*Config)
		called bool
	}{
		"the pure bridge serves":   {plainPlugin, func(*Config) {}, false},
		"the cgo bridge asked for": {plainPlugin, func(c *Config) { c.Bridge = manifest.CGO }, true},
		"cgo in the plugin":        {cgoPlugin, func(c *Config) { c.Policy.Off = true }, true},
		"cgo that is let pass":     {cgoPlugin, func(c *Config) { c.Policy.Allow = []string{"C"} }, true},
		"cgo beside plain files": {cgoPlugin, func(c *Config) {
			write(t, filepath.Join(c.Dir, "more.go"), "package plugin\n\n// G does nothing.\nfunc G() {}\n")
			c.Policy.Off = true
		}, true},
		"cgo that is refused":          {cgoPlugin, func(*Config) {}, false},
		"cgo, and the pure bridge":     {cgoPlugin, func(c *Config) { c.Bridge, c.Policy.Off = manifest.Pure, true }, false},
		"a compiler that is named":     {plainPlugin, func(c *Config) { c.Bridge, c.CC = manifest.CGO, filepath.Join(t.TempDir(), "gcc") }, false},
		"a target that is not Windows": {plainPlugin, func(c *Config) { c.GOOS, c.GOARCH, c.CC = "linux", "arm64", filepath.Join(t.TempDir(), "gcc") }, false},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := withoutCompiler(t, c.file)
			cfg.Policy = policy.Policy{}
			c.change(&cfg)
			why := errors.New("no network here")
			var calls []install.Tool
			cfg.Install = new(install.Config)
			cfg.installTool = func(_ context.Context, into install.Config, tool install.Tool) (*install.Installed, error) {
				if into.Dir != cfg.CacheDir {
					t.Errorf("the cache folder is %s, want %s", into.Dir, cfg.CacheDir)
				}
				calls = append(calls, tool)
				return nil, why
			}
			if _, err := Check(t.Context(), cfg); errors.Is(err, why) || len(calls) > 0 {
				t.Errorf("Check: got error %v, installed %q, want no installation", err, calls)
			}
			// Where the build gets so far nothing is missing; compiling takes long.
			ctx, cancel := context.WithCancel(t.Context())
			cfg.Progress = func(e Event) {
				if e.Stage == StageCompile {
					cancel()
				}
			}
			_, err := Run(ctx, cfg)
			if !c.called {
				if len(calls) > 0 {
					t.Errorf("got %q installed, want nothing; the build ended with %v", calls, err)
				}
				return
			}
			missing := new(detect.Error)
			if len(calls) != 1 || calls[0] != install.LLVMMinGW || !errors.Is(err, why) || !errors.As(err, &missing) || missing.Remedy == "" {
				t.Errorf("%q is installed, the error is %v; want it to have both causes", calls, err)
			}
		})
	}
}

// An installation that does not help is not tried again, and one that is cancelled
// ends the build.
func TestInstallFails(t *testing.T) {
	cfg := withoutCompiler(t, plainPlugin)
	cfg.Bridge = manifest.CGO
	calls := 0
	cfg.Install = new(install.Config)
	cfg.installTool = func(context.Context, install.Config, install.Tool) (*install.Installed, error) {
		calls++
		return nil, nil
	}
	if _, err := Run(t.Context(), cfg); !errors.As(err, new(*detect.Error)) || calls != 1 {
		t.Errorf("after %d installations the error is %v, want one installation and a detect.Error", calls, err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	cfg.installTool = func(context.Context, install.Config, install.Tool) (*install.Installed, error) {
		cancel(why)
		return nil, why
	}
	if _, err := Run(ctx, cfg); !errors.Is(err, why) || errors.As(err, new(*detect.Error)) {
		t.Errorf("error is %v, want the context's cause", err)
	}
}

// What was installed is found by the build. TestInstallForCGO has more of this, in Wine.
func TestInstalledIsFound(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a trial for windows/arm64 compiles Go's runtime for it first")
	}
	cfg := withoutCompiler(t, plainPlugin)
	cfg.Bridge = manifest.CGO
	bin := filepath.Join(cfg.CacheDir, "tools", "x-1-arm64", "bin")
	cfg.Install = new(install.Config)
	cfg.installTool = func(context.Context, install.Config, install.Tool) (*install.Installed, error) {
		fakeTool(t, bin, "aarch64-w64-mingw32-gcc")
		return nil, nil
	}
	// It is no compiler, and that is what the error says of it.
	if _, err := Run(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), bin) {
		t.Errorf("error is %v, want one that names %s", err, bin)
	}
}

// fakeTool puts a program that does nothing where package install would.
func fakeTool(t *testing.T, bin, name string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	path := filepath.Join(bin, name)
	write(t, path, string(program))
	if err := os.Chmod(path, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, path+".forward", filepath.Join(bin, "nothing"))
	marker := fmt.Sprintf(`{"tool":"x","goos":%q,"goarch":%q,"bin":"bin","program":%q}`, runtime.GOOS, runtime.GOARCH, strings.TrimSuffix(name, ".exe"))
	write(t, filepath.Join(filepath.Dir(bin), "go-winplugin.json"), marker)
}
