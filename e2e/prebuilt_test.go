package e2e

import (
	"bytes"
	"cmp"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

// prebuilt returns the library of a folder of testdata that was built before the tests, "" if
// there is none. There are two kinds:
//
// The folder WINPLUGIN_TEST_PREBUILT holds the libraries for one bridge, perhaps by another Go.
// Tests that build plugins themselves are not meant to run with it.
//
// The folder WINPLUGIN_TEST_FIXTURES holds a folder for each system and bridge. It saves time:
// tools/test.sh builds the libraries once on Linux, for all its steps. Building is slow in Wine.
func prebuilt(name string) string {
	if dir := os.Getenv("WINPLUGIN_TEST_PREBUILT"); dir != "" {
		return filepath.Join(dir, name+extension())
	}
	if dir := os.Getenv("WINPLUGIN_TEST_FIXTURES"); dir != "" {
		path := filepath.Join(dir, runtime.GOOS+"-"+string(bridge), name+extension())
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// evolved is a library of version 2 of testdata/evolving.
const evolved = "evolved"

// copySource copies the source of a library to dir: a folder of testdata, or evolved.
func copySource(dir, name string) error {
	if name == "caller" {
		return copyCaller(dir)
	}
	if name != evolved {
		return os.CopyFS(dir, os.DirFS(filepath.Join("testdata", name)))
	}
	if err := copySource(dir, "evolving"); err != nil {
		return err
	}
	path := filepath.Join(dir, "evolving.go")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strings.NewReplacer(to("2")...).Replace(string(text))), 0o600)
}

// copyCaller copies the source of testdata/caller to dir. Its linknames name the shared packages, whose place
// depends on the go command.
func copyCaller(dir string) error {
	text, err := os.ReadFile(filepath.Join("testdata", "caller", "caller.go"))
	if err != nil {
		return err
	}
	if sharedInPlugin() {
		text = bytes.ReplaceAll(text, []byte(" zz_winplugin/"), []byte(" caller/zz_winplugin/"))
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "caller.go"), text, 0o600)
}

// wanted returns the options without which a folder of testdata cannot be built.
func wanted(name string) []winplugin.Option {
	if name == "caller" && !sharedInPlugin() { // the linker protects packages of GOROOT
		return append(slices.Clone(wants[name]), winplugin.WithLinkerFlags("-checklinkname=0"))
	}
	return wants[name]
}

// sharedInPlugin reports whether builds have the shared packages in the plugin's folder, not in GOROOT.
var sharedInPlugin = sync.OnceValue(func() bool {
	cmd := exec.Command(cmp.Or(os.Getenv("WINPLUGIN_TEST_GO"), "go"), "env", "GOVERSION", "GOROOT")
	cmd.Dir = os.TempDir()
	out, _ := cmd.Output()
	goVersion, root, _ := strings.Cut(string(out), "\n")
	return !(&detect.Toolchain{GoVersion: strings.TrimSpace(goVersion), GOROOT: strings.TrimSpace(root)}).TakesOverlay()
})

// prebuild makes libraries for prebuilt: those that WINPLUGIN_TEST_LIBRARIES names, for the
// system WINPLUGIN_TEST_TARGET, by the Go and with the bridge that the usual variables name,
// in the folder WINPLUGIN_TEST_PREBUILT. tools/test.sh and tools/goversions.sh use it. The
// source is copied out of this module, which asks for a newer Go.
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
		for name := range strings.FieldsSeq(os.Getenv("WINPLUGIN_TEST_LIBRARIES")) {
			if err := copySource(filepath.Join(dir, name), name); err != nil {
				return err
			}
			_, err := winplugin.Build(context.Background(), filepath.Join(dir, name), options(append(slices.Clone(wanted(name)),
				winplugin.WithTarget(target),
				winplugin.WithOutput(filepath.Join(os.Getenv("WINPLUGIN_TEST_PREBUILT"), name+extension)),
			)...)...)
			if err != nil {
				return err
			}
		}
		return nil
	}
}
