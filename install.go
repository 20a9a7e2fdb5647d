package winplugin

import (
	"log/slog"
	"os"
	"runtime"

	"github.com/RamanSharma100/go-winplugin/internal/toolchain/install"
)

// WithoutInstall keeps builds from installing anything, as does the environment variable
// WINPLUGIN_NO_INSTALL=1.
//
// Without it, a build on Windows installs Go into the cache folder if there is none, and a C
// compiler if it needs one. It changes nothing else on the machine. The first event of
// [StageInstall] says what is fetched, how large it is, from where, and how to refuse.
// Without [WithProgress] a warning says so, in the log of [WithLogger] or else of
// [slog.Default]. On other systems nothing is installed.
func WithoutInstall() Option {
	return func(c *config) error { c.noInstall = true; return nil }
}

// WithMirror sets where installations fetch archives from, instead of their authors'
// servers: an https URL, an http URL of this machine, or a folder. An archive has the same
// file name there, and must have the same SHA-256. The default is the environment variable
// WINPLUGIN_MIRROR.
func WithMirror(place string) Option {
	return func(c *config) error { c.mirror = place; return nil }
}

// installs says how a build installs what is missing; nil if it may not.
func (c *config) installs() *install.Config {
	if runtime.GOOS != "windows" || c.noInstall || install.Forbidden() {
		return nil
	}
	into := &install.Config{Mirror: c.mirror, Log: c.log, Watched: c.progress != nil}
	if into.Mirror == "" {
		into.Mirror = os.Getenv(install.MirrorVariable)
	}
	if into.Log == nil && c.progress == nil {
		into.Log = slog.Default() // an installation is announced somewhere
	}
	return into
}
