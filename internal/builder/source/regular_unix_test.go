//go:build unix

package source

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// The go command would hang on these files, or read until memory is out.
func TestIrregularFiles(t *testing.T) {
	const archive = `
-- go.mod --
module example.com/m

go 1.22
-- plugin/a.go --
package plugin

import "example.com/m/dep"

func F() int { return dep.N }
-- dep/dep.go --
package dep

const N = 1
`
	pipe := func(path string) error { return syscall.Mkfifo(path, 0o600) }
	device := func(path string) error { return os.Symlink("/dev/zero", path) }
	large := func(path string) error {
		return errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, 3<<30))
	}
	link := func(path string) error {
		return errors.Join(pipe(filepath.Join(filepath.Dir(path), "elsewhere")), os.Symlink("elsewhere", path))
	}
	key := func(path string) error { // errors of parsers and compilers would quote it
		return errors.Join(os.WriteFile(filepath.Join(filepath.Dir(path), "key"), []byte("secret\n"), 0o600), os.Symlink("key", path))
	}
	source := func(path string) error {
		return errors.Join(os.WriteFile(filepath.Join(filepath.Dir(path), "_real.go"), []byte("package plugin\n"), 0o600), os.Symlink("_real.go", path))
	}
	tests := []struct {
		name, file string
		make       func(path string) error
		want       string // the diagnostic; "" for none
	}{
		{"Go file links to a file that is no Go", "plugin/b.go", key, "b.go: is a link to a file of another kind"},
		{"header links to a file that is no C", "dep/x.h", key, "dep/x.h: is a link to a file of another kind"},
		{"go.work links to a file that is none", "go.work", key, "go.work: is a link to a file of another kind"},
		{"Go file links to a Go file", "plugin/b.go", source, ""},
		{"Go file is a pipe", "plugin/b.go", pipe, "b.go: is a named pipe"},
		{"Go file links to a pipe", "plugin/b.go", link, "b.go: is a named pipe"},
		{"test is a pipe", "plugin/b_test.go", pipe, "b_test.go: is a named pipe"},
		{"header is a pipe", "plugin/x.h", pipe, "x.h: is a named pipe"},
		{"header is a device", "plugin/x.h", device, "x.h: is a device"},
		{"Go file is a device", "plugin/x.go", device, "x.go: is a device"},
		{"Go file is too large", "plugin/x.go", large, "x.go: has 3221225472 bytes"},
		{"object is too large", "plugin/x.syso", large, "x.syso: has 3221225472 bytes"},
		{"imported file is a pipe", "dep/b.go", pipe, "dep/b.go: is a named pipe"},
		{"go.mod is a pipe", "plugin/go.mod", pipe, "go.mod: is a named pipe"},
		{"go.sum is a device", "go.sum", device, "go.sum: is a device"},
		{"go.work is a pipe", "go.work", pipe, "go.work: is a named pipe"},
		{"ignored name", "plugin/_b.go", pipe, ""},
		{"other name", "plugin/socket", pipe, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := write(t, archive)
			if err := test.make(filepath.Join(root, filepath.FromSlash(test.file))); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			_, err := Load(ctx, config(t, filepath.Join(root, "plugin")))
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var e *BuildError
			if !errors.As(err, &e) || len(e.Diagnostics) != 1 || !strings.Contains(e.Diagnostics[0].String(), test.want) {
				t.Errorf("error is %v, want one diagnostic with %q", err, test.want)
			}
		})
	}
}

// The same holds for modules around the plugin's own.
func TestIrregularFilesOfOtherModules(t *testing.T) {
	const replaced = `
-- plugin/go.mod --
module example.com/m

go 1.22

require example.com/other v1.0.0

replace example.com/other => ../other
-- plugin/a.go --
package plugin

import "example.com/other/dep"

func F() int { return dep.N }
-- other/go.mod --
module example.com/other

go 1.22
-- other/dep/dep.go --
package dep

import "example.com/other/inner"

const N = inner.N
-- other/inner/inner.go --
package inner

const N = 1
-- other/unused/unused.go --
package unused
`
	work := strings.NewReplacer("replace example.com/other => ../other", "", "require example.com/other v1.0.0", "").Replace(replaced) + `
-- go.work --
go 1.22

use (
	./plugin
	./other
)
`
	elsewhere := strings.NewReplacer("-- go.work --", "-- elsewhere/go.work --", "./plugin", "../plugin", "./other", "../other").Replace(work)
	workReplaced := strings.Replace(replaced, "replace example.com/other => ../other", "", 1) + `
-- go.work --
go 1.22

use ./plugin

replace example.com/other v1.0.0 => ./other
`
	vendored := `
-- plugin/go.mod --
module example.com/m

go 1.22

require example.com/other v1.0.0
-- plugin/a.go --
package plugin

import "example.com/other/inner"

func F() int { return inner.N }
-- plugin/vendor/modules.txt --
# example.com/other v1.0.0
## explicit; go 1.22
example.com/other/inner
-- plugin/vendor/example.com/other/inner/inner.go --
package inner

const N = 1
`
	pipe := func(path string) error { return syscall.Mkfifo(path, 0o600) }
	device := func(path string) error { return os.Symlink("/dev/zero", path) }
	link := func(path string) error {
		return errors.Join(pipe(filepath.Join(filepath.Dir(path), "elsewhere")), os.Symlink("elsewhere", path))
	}
	tests := []struct {
		name, archive, file string
		make                func(path string) error
		want                string // the diagnostic; "" for none
	}{
		{"package of a replacement", replaced, "other/dep/b.go", pipe, "other/dep/b.go: is a named pipe"},
		{"header of a replacement", replaced, "other/dep/x.h", device, "other/dep/x.h: is a device"},
		{"link in a replacement", replaced, "other/inner/b.go", link, "other/inner/b.go: is a named pipe"},
		{"header of a workspace's module", work, "other/inner/x.h", device, "other/inner/x.h: is a device"},
		{"link in a workspace's module", work, "other/dep/b.go", link, "other/dep/b.go: is a named pipe"},
		{"package that one of a replacement imports", replaced, "other/inner/b.go", pipe, "other/inner/b.go: is a named pipe"},
		{"go.mod of a replacement", strings.Replace(replaced, "-- other/go.mod", "-- other/x.txt", 1), "other/go.mod", pipe, "other/go.mod: is a named pipe"},
		{"unused package of a replacement", replaced, "other/unused/b.go", pipe, ""},
		{"package of a workspace's module", work, "other/dep/b.go", pipe, "other/dep/b.go: is a named pipe"},
		{"go.sum of a workspace's module", work, "other/go.sum", pipe, "other/go.sum: is a named pipe"},
		{"go.mod of a workspace's module", strings.Replace(work, "-- other/go.mod", "-- other/x.txt", 1), "other/go.mod", pipe, "other/go.mod: is a named pipe"},
		{"go.work.sum", work, "go.work.sum", pipe, "go.work.sum: is a named pipe"},
		{"package of a workspace's replacement", workReplaced, "other/inner/b.go", pipe, "other/inner/b.go: is a named pipe"},
		{"workspace that go env -w names", elsewhere, "other/dep/b.go", pipe, "other/dep/b.go: is a named pipe"},
		{"vendored package", vendored, "plugin/vendor/example.com/other/inner/b.go", pipe, "vendor/example.com/other/inner/b.go: is a named pipe"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			root := write(t, test.archive)
			if err := test.make(filepath.Join(root, filepath.FromSlash(test.file))); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cfg := config(t, filepath.Join(root, "plugin"))
			if work := filepath.Join(root, "elsewhere", "go.work"); fsutil.IsRegular(work) {
				settings := filepath.Join(root, "settings")
				writeFile(t, settings, "GOWORK="+work+"\n")
				cfg.Env = append(cfg.Env, "GOENV="+settings)
			}
			_, err := Load(ctx, cfg)
			if test.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			var e *BuildError
			if !errors.As(err, &e) || len(e.Diagnostics) != 1 || !strings.Contains(e.Diagnostics[0].String(), test.want) {
				t.Errorf("error is %v, want one diagnostic with %q", err, test.want)
			}
		})
	}
}

// What Approve refuses is neither compiled nor makes the go command use the network.
func TestApproveComesFirst(t *testing.T) {
	root := write(t, `
-- go.mod --
module example.com/m

go 1.22

require example.invalid/missing v1.0.0
-- a.go --
package plugin

import (
	"os"

	_ "example.com/m/dep"
	_ "example.invalid/missing"
)

func F() { os.Exit(1) }
-- cgo.go --
package plugin

import "C"
-- x_windows.h --
-- x.c --
-- dep/dep.go --
package dep

// #include "/etc/hostname"
import "C"
-- cc.sh --
#!/bin/sh
echo compiled > "$(dirname "$0")/compiled"
exit 1
`)
	compiler := filepath.Join(root, "cc.sh")
	if err := os.Chmod(compiler, 0o700); err != nil {
		t.Fatal(err)
	}
	refused := errors.New("refused")
	var seen []string
	cfg := config(t, root)
	cfg.GOOS, cfg.GOARCH = "linux", "amd64"
	cfg.Env = append(cfg.Env, "CGO_ENABLED=1", "CC="+compiler, "GOPROXY=http://127.0.0.1:1", "GONOSUMDB=*", "GOFLAGS=-mod=mod")
	cfg.Approve = func(m *Model) error {
		seen = append(seen, m.ImportPath)
		for _, f := range m.Files {
			seen = append(seen, filepath.Base(f.Path))
		}
		for _, path := range m.OtherFiles {
			seen = append(seen, filepath.Base(path))
		}
		seen = append(seen, m.StdImports...)
		return refused
	}
	if _, err := Load(t.Context(), cfg); !errors.Is(err, refused) {
		t.Errorf("error is %v, want the one of Approve", err)
	}
	if diff := cmp.Diff([]string{"example.com/m", "a.go", "cgo.go", "x.c", "os"}, seen); diff != "" {
		t.Errorf("Approve saw (-want +got):\n%s", diff)
	}
	if _, err := os.Stat(filepath.Join(root, "compiled")); err == nil {
		t.Error("got a run of the C compiler, want none")
	}
}

// A dependency may use C, and include any file: nothing of it is shown.
func TestIncludedFileIsNotShown(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		t.Skip(err)
	}
	root := write(t, "-- go.mod --\nmodule example.com/m\n\ngo 1.22\n-- a.go --\npackage plugin\n\nimport \"example.com/m/dep\"\n\nfunc F() int { return dep.N }\n"+
		"-- dep/dep.go --\npackage dep\n\n// #include \"../key\"\nimport \"C\"\n\nconst N = 1\n-- key --\nsecret\n")
	cfg := config(t, root)
	cfg.Env = append(cfg.Env, "CGO_ENABLED=1", "CC=gcc")
	_, err := Load(t.Context(), cfg)
	if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "its text is not shown") {
		t.Errorf("got %v, want an error without the file's text", err)
	}
}

// A second call of Approve comes before the imports are compiled, and sees what the
// go command lists.
func TestApproveBeforeCompiling(t *testing.T) {
	m, calls := (*Model)(nil), 0
	refused := errors.New("refused")
	_, _, err := loadArchive(t, "-- a.go --\npackage p\nimport \"fmt\"\nfunc F() { fmt.Println() }\n", "", func(cfg *Config) {
		cfg.Approve = func(now *Model) error {
			m = now
			if calls++; calls == 2 {
				return refused
			}
			return nil
		}
	})
	if !errors.Is(err, refused) {
		t.Errorf("error is %v, want that of the second call", err)
	}
	if m == nil || m.Name != "p" || m.Uses != nil {
		t.Errorf("Approve got the model %+v, want one whose imports are not compiled yet: without Uses", m)
	}
}
