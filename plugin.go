package winplugin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/RamanSharma100/go-winplugin/internal/builder/build"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
)

// A Plugin is an opened plugin. All methods are safe for concurrent use, and calls
// may run from any number of goroutines at once.
type Plugin struct {
	backend *plugin.Plugin
}

// orBackground returns ctx, or a context that never ends for nil.
func orBackground(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}

// Open is [OpenContext] with [context.Background].
func Open(path string, opts ...Option) (*Plugin, error) {
	return OpenContext(context.Background(), path, opts...)
}

// OpenContext opens the plugin at path: a folder with a Go package, which is built
// if anything changed since the last time, a finished library, or, if nothing of that
// name is on the disk, a package by its import path, as "github.com/yuin/goldmark" or
// "github.com/yuin/goldmark@v1.7.8". The package's init functions run before it returns.
//
// A package without a version is taken from the module that the current folder is in,
// with the versions that its go.mod and workspace choose. If that does not provide it,
// and with a version such as latest, the go command asks for the package and downloads
// it, each time. A package with a version like v1.7.8 is looked for once: as long as
// its library is in the cache, opening it starts no process.
//
// Opening the same library again gives another Plugin over the same loaded
// library, with the same package variables.
//
// If the context ends, a build is stopped with all its processes. Init functions
// cannot be stopped: OpenContext returns, and they run on.
func OpenContext(ctx context.Context, path string, opts ...Option) (*Plugin, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	_, imported := build.ImportPath(path)
	switch {
	case imported, isGoFile(path):
		return c.open(ctx, c.build(path))
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("failed to open plugin: %w; name a folder with a Go package, a library, or a package by its import path", err)
	case err != nil:
		return nil, fmt.Errorf("failed to open plugin: %w", err)
	case info.IsDir():
		return c.open(ctx, c.build(path))
	}
	return c.openLibrary(ctx, path, false)
}

// open builds a package and loads it.
func (c *config) open(ctx context.Context, source build.Config) (*Plugin, error) {
	if err := c.native(); err != nil {
		return nil, err
	}
	source.NoManifest = true // loading reads it from the library
	a, err := build.Run(orBackground(ctx), source)
	if err != nil {
		return nil, public(err)
	}
	return c.openLibrary(ctx, a.Path, true)
}

// openLibrary loads a finished library. stored says that it is in the build cache.
func (c *config) openLibrary(ctx context.Context, path string, stored bool) (*Plugin, error) {
	opt := c.load()
	opt.Stored = stored
	p, err := plugin.Open(orBackground(ctx), path, opt)
	if err != nil {
		return nil, public(err)
	}
	return &Plugin{backend: p}, nil
}

// Call calls an exported function of the plugin. Arguments are converted to the
// parameters' types where that loses nothing. The results have the plugin's own
// types, or the predeclared type under a named one; a last result of type error
// comes as err, an [*ErrorResult], beside the others.
//
// Values that cannot be copied come as funcs, channels, well-known interfaces such as
// [io.Reader], or an [*Object]. For an interface any value that has its methods will do.
//
// The context is looked at before the call, and is passed on to a function that takes
// one first, if args do not begin with a context. A call that has begun runs to its
// end.
func (p *Plugin) Call(ctx context.Context, function string, args ...any) ([]any, error) {
	return p.backend.Call(orBackground(ctx), function, args)
}

// Manifest describes the plugin: its functions, their types, and what it was built
// from. It must not be changed.
func (p *Plugin) Manifest() *Manifest { return p.backend.Manifest() }

// Path returns the absolute path of the loaded library, or the name of one that was opened
// by [OpenBytes].
func (p *Plugin) Path() string { return p.backend.Path() }

// Close is [Plugin.CloseContext] with [context.Background].
func (p *Plugin) Close() error { return p.CloseContext(context.Background()) }

// CloseContext makes later calls fail with [ErrClosed], and waits until those in
// flight have ended or the context has. Within a callback of the same plugin it would
// wait for itself: there it returns [ErrWithinCallback], and the plugin stays open.
//
// Then, if no other Plugin is open over the same library, the plugin's function Shutdown
// is called, if it has one of the type func() or func() error. Its error or panic is
// returned, and stops nothing else.
//
// If [Plugin.Unloadable] returns nil, the library is unloaded next: the plugin's
// goroutines stop where they are, its threads end, its resources are released, and
// its file can be deleted. An idle plugin takes some milliseconds.
//
// If the plugin does not end in time, by the context's deadline or within five seconds if
// there is none, the error is a [*RetiredError]. The plugin then ends in the background.
//
// Closing again waits again. A library that stays in the process is no error.
func (p *Plugin) CloseContext(ctx context.Context) error {
	return public(p.backend.Close(orBackground(ctx)))
}

// Lookup returns what an exported name of the plugin stands for, with the types that
// the plugin's have in this host: a func for a function, which can be asserted to its
// type as with the standard library's package plugin, a pointer for a variable, and the
// value of a constant.
// Declared types are those under their names, but for well-known ones of the standard
// library, as time.Duration. A func without an error result panics with a
// [*PanicError] if its call fails.
//
// The pointer to a variable of numbers or bools, arrays and structs of numbers among
// them, is the variable's address: both sides use one memory, as long as the plugin is
// open. Of other variables it is a copy. Before a call of a func that Lookup returned,
// the plugin gets what the host has changed in the copy, and afterwards the copy is
// refreshed; changes between calls, or in calls at the same
// time, do not reach the other side. [Var] has no such limits.
func (p *Plugin) Lookup(name string) (any, error) { return p.backend.Symbol(name) }

// Unloadable returns nil if the library leaves the process as the plugin is closed, else
// an error that wraps [ErrNotUnloadable] and says why it stays. Libraries of the bridge
// [Pure] can be unloaded on windows/amd64 and linux/amd64, unless [WithoutUnload]
// is given, or the plugin has done something that cannot be undone. So the result may change
// while the plugin is used. docs/unload.md has the details.
func (p *Plugin) Unloadable() error { return p.backend.Unloadable() }
