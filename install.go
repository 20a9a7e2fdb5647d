package winplugin

import (
	"context"
	"log/slog"
	"os"
	"runtime"

	"github.com/RamanSharma100/go-winplugin/internal/builder/build"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/install"
)

// WithoutInstall forbids to install anything. Without it, a build on Windows that is
// impossible otherwise installs what is missing into the cache folder: Go, or a C
// compiler for the bridge [CGO] and for plugins that need cgo. It changes nothing else
// on the machine, and first logs what it fetches, from where, and how large it is; if
// there is no [WithLogger], to [slog.Default]. On other systems nothing is installed.
//
// The environment variable WINPLUGIN_NO_INSTALL=1 does the same.
func WithoutInstall() Option {
	return func(c *config) error { c.noInstall = true; return nil }
}

// WithMirror sets where archives are fetched from instead of their authors' servers: an
// https URL, an http URL of this machine, or a folder; below it they have their own
// file names. They must have the same SHA-256. The default is the environment variable
// WINPLUGIN_MIRROR.
func WithMirror(place string) Option {
	return func(c *config) error { c.mirror = place; return nil }
}

// installer returns what installs for a build of the plugin in dir; nil if nothing may
// be installed.
func (c *config) installer(dir string) func(context.Context, string, build.Missing) error {
	if runtime.GOOS != "windows" || c.noInstall || install.Forbidden() {
		return nil
	}
	return func(ctx context.Context, cacheDir string, missing build.Missing) error {
		tool := install.Go
		if missing == build.MissingCompiler {
			tool = install.LLVMMinGW
		}
		into := install.Config{Dir: cacheDir, Mirror: c.mirror, Log: c.log}
		if into.Mirror == "" {
			into.Mirror = os.Getenv(install.MirrorVariable)
		}
		if into.Log == nil {
			into.Log = slog.Default() // nobody is to be surprised
		}
		if c.progress != nil {
			into.Progress = func(e install.Event) {
				c.progress(build.Event{Stage: build.StageInstall, Package: dir, Detail: string(e.Step) + " " + e.Tool, Done: e.Done, Total: e.Total})
			}
		}
		_, err := install.Need(ctx, into, tool)
		return err
	}
}
