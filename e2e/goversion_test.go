package e2e

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// The plugin's own runtime and its manifest name the Go that built it, which is
// the one in WINPLUGIN_TEST_GOVERSION, if that is set. So with the bridge.
func TestGoVersion(t *testing.T) {
	p := openKitchen(t)
	got, want := call(t, p, "GoVersion")[0], p.Manifest().GoVersion
	if got != want {
		t.Errorf("the plugin's runtime is of %s, its manifest says %s", got, want)
	}
	if v := os.Getenv("WINPLUGIN_TEST_GOVERSION"); v != "" && want != v {
		t.Errorf("the plugin was built by %s, not by %s", want, v)
	}
	if kind, b := p.Manifest().Bridge.Kind, os.Getenv("WINPLUGIN_TEST_BRIDGE"); b != "" && kind != b {
		t.Errorf("the plugin was built with the bridge %s, not with %s", kind, b)
	}
}

// prebuild makes the libraries for tests that run elsewhere: for the system
// WINPLUGIN_TEST_TARGET, by the Go and with the bridge that the usual variables name,
// in the folder WINPLUGIN_TEST_PREBUILT. tools/goversions.sh uses it. The source is
// copied out of this module, which asks for a newer Go.
func init() {
	children["prebuild"] = func() error {
		target := os.Getenv("WINPLUGIN_TEST_TARGET")
		dir, err := os.MkdirTemp("", cachePrefix)
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		extension := ".so"
		if strings.HasPrefix(target, "windows/") {
			extension = ".dll"
		}
		for _, name := range []string{"kitchen", "types", "caller", "objects"} {
			if err := os.CopyFS(filepath.Join(dir, name), os.DirFS("testdata/"+name)); err != nil {
				return err
			}
			_, err := winplugin.Build(context.Background(), filepath.Join(dir, name), options(append(slices.Clone(wants[name]),
				winplugin.WithTarget(target),
				winplugin.WithBridge(winplugin.Bridge(os.Getenv("WINPLUGIN_TEST_BRIDGE"))),
				winplugin.WithOutput(filepath.Join(os.Getenv("WINPLUGIN_TEST_PREBUILT"), name+extension)),
			)...)...)
			if err != nil {
				return err
			}
		}
		return nil
	}
}
