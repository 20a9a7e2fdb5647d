package winplugin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/RamanSharma100/go-winplugin/internal/builder/build"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
	"github.com/RamanSharma100/go-winplugin/internal/host/reload"
)

// A Plugin is an opened plugin. Its methods are safe for concurrent use, and any number of
// goroutines may call it at once.
type Plugin struct {
	backend *reload.Plugin
	watcher *watcher // nil: it is not watched
}

// current returns the generation of the plugin that takes calls.
func (p *Plugin) current() *plugin.Plugin { return p.backend.Current() }

// ready is current for a plugin that may be being opened again: see WithRestart.
func (p *Plugin) ready() (*plugin.Plugin, error) { return p.backend.Ready(context.Background()) }

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

// OpenContext opens the plugin at path, which is one of these:
//
//   - A folder with a Go package, or a Go file in it. The package is built if anything
//     changed since the last time.
//   - A finished library.
//   - If there is no such file or folder, the import path of a package, as in
//     "github.com/yuin/goldmark" or "github.com/yuin/goldmark@v1.7.8".
//
// The package's init functions run before OpenContext returns.
//
// A package without a version is taken from the module of the current folder, with the
// versions that its go.mod and workspace choose. If that module does not provide it, or if
// the version is one such as latest, the go command downloads the package, and asks for its
// version each time. A package with a version like v1.7.8 is looked up once: as long as its
// library is in the cache, opening it starts no process.
//
// Opening the same library again gives another Plugin over the same loaded
// library, with the same package variables, unless one of them is opened [WithReload].
//
// If the context ends, a build is stopped with all its processes. Init functions
// cannot be stopped: OpenContext returns, and they keep running.
func OpenContext(ctx context.Context, path string, opts ...Option) (*Plugin, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	return c.watched(ctx, path, func(ctx context.Context) (*Plugin, error) { return c.openPath(ctx, path) })
}

// openPath opens the plugin at path.
func (c *config) openPath(ctx context.Context, path string) (*Plugin, error) {
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
	return c.openFile(ctx, path)
}

// open builds a package and loads it.
func (c *config) open(ctx context.Context, source build.Config) (*Plugin, error) {
	if err := c.native(); err != nil {
		return nil, err
	}
	source.NoManifest = true // loading reads it from the library
	if _, imported := build.ImportPath(source.Dir); !imported {
		if dir, err := filepath.Abs(source.Dir); err == nil {
			source.Dir = dir // it may be built again in another working directory
		}
	}
	newest := func(ctx context.Context, separate bool) (reload.Artifact, error) {
		source := source
		if separate && c.isolation != Process { // see ReloadPolicy.MoveToProcess
			source.Bridge = string(Pure)
		}
		a, err := build.Run(ctx, source)
		if err != nil {
			return reload.Artifact{}, err
		}
		return reload.Artifact{Path: a.Path, Stored: true}, nil
	}
	a, err := newest(orBackground(ctx), c.isolation == Process)
	if err != nil {
		return nil, public(err)
	}
	return c.openArtifact(ctx, a, newest)
}

// openFile loads a finished library.
func (c *config) openFile(ctx context.Context, path string) (*Plugin, error) {
	if c.reload == nil {
		return c.openArtifact(ctx, reload.Artifact{Path: path}, nil)
	}
	newest := reload.File(path)
	a, err := newest(orBackground(ctx), c.isolation == Process)
	if err != nil {
		return nil, public(err)
	}
	return c.openArtifact(ctx, a, newest)
}

// openArtifact loads a library. newest finds those that replace it.
func (c *config) openArtifact(ctx context.Context, a reload.Artifact, newest reload.Source) (*Plugin, error) {
	p, err := reload.Open(orBackground(ctx), a, c.load(), c.restart, c.reload, newest)
	if err != nil {
		return nil, public(err)
	}
	return &Plugin{backend: p}, nil
}

// Call calls an exported function of the plugin. Arguments are converted to the
// parameters' types if no information is lost, and any value that has the methods of an
// interface can be passed for it. Arguments that do not match are a [*SignatureError].
//
// Results of predeclared types, and of well-known types of the standard library such as
// [time.Time], have these types. A result of a type that the plugin declares without methods
// has the underlying type. A result of a declared type with methods, a pointer to a declared
// type, and a struct that cannot be copied are an [*Object]. Other values that cannot be copied
// are funcs, channels, or well-known interfaces such as [io.Reader].
//
// A last result of type error is returned as err, an [*ErrorResult] or an error of the standard
// library, and the other results are returned with it. A panic in the function is a
// [*PanicError].
//
// If the context has ended, Call returns its error. If the function takes a context first
// and args do not begin with one, it gets ctx. A call that has begun runs to its end.
func (p *Plugin) Call(ctx context.Context, function string, args ...any) ([]any, error) {
	return p.current().Call(orBackground(ctx), function, args)
}

// Manifest describes the plugin: its functions, their types, and what it was built
// from. It must not be changed.
func (p *Plugin) Manifest() *Manifest { return p.current().Manifest() }

// Path returns the absolute path of the loaded library, or the name of one that was opened
// by [OpenBytes].
func (p *Plugin) Path() string { return p.current().Path() }

// Close is [Plugin.CloseContext] with [context.Background].
func (p *Plugin) Close() error { return p.CloseContext(context.Background()) }

// CloseContext makes later calls fail with [ErrClosed], and waits until the calls in
// flight have ended or the context has. If the plugin has ended fatally, calls keep failing with
// the [*CrashError], unless it was opened [WithRestart]. In a callback of the same plugin, where it would
// wait for itself, it returns [ErrWithinCallback], and the plugin stays open.
//
// Then, if no other Plugin is open over the same library, the plugin's function Shutdown
// is called, if it has one of the type func() or func() error. CloseContext returns its
// error or panic, and continues in any case.
//
// If [Plugin.Unloadable] returns nil, the library is unloaded next: the plugin's
// goroutines stop where they are, its threads end, its resources are released, and
// its file can be deleted. An idle plugin takes some milliseconds.
//
// If the plugin does not end in time, by the context's deadline or within five seconds if
// there is none, the error is a [*RetiredError]. The plugin then ends in the background.
//
// Closing again waits for the same end. It is no error if the library stays in the process.
func (p *Plugin) CloseContext(ctx context.Context) error {
	err := p.backend.Close(orBackground(ctx))
	if p.watcher != nil && !errors.Is(err, ErrWithinCallback) {
		p.watcher.stop()
	}
	return public(err)
}

// Lookup returns an exported function, variable or constant of the plugin: a func or a
// pointer to the variable, as the standard library's package plugin does, or the value of
// the constant. It can be asserted to its type. Types that the plugin declares are replaced
// by their underlying types; well-known types of the standard library, such as
// time.Duration, are kept. A func without an error result panics with a [*PanicError] if
// its call fails. The error of an unknown name wraps [ErrNotFound].
//
// For a variable of numbers or bools, or of arrays or structs of these, the pointer is the
// variable's address: both sides use the same memory while the plugin is open. After a fatal
// end, the plugin then stays in memory until Close. For other variables it points to a copy. When a func that Lookup returned is called, the plugin
// first gets the host's changes to the copy, and afterwards the copy is refreshed. Changes
// between calls, or during concurrent calls, do not reach the other side. [Var] has no such
// limits.
func (p *Plugin) Lookup(name string) (any, error) {
	current, err := p.ready()
	if err != nil {
		return nil, err
	}
	return current.Symbol(name)
}

// Unloadable returns nil if closing the plugin unloads its library. Otherwise the error
// wraps [ErrNotUnloadable] and says why the library stays. Libraries of the bridge [Pure]
// can be unloaded on windows/amd64 and linux/amd64, unless [WithoutUnload] is given, or the
// plugin has done something that cannot be undone. So the result may change while the plugin
// is used. docs/unload.md has the details.
func (p *Plugin) Unloadable() error { return p.current().Unloadable() }

// Survives returns nil if the process survives when the plugin ends fatally: by [os.Exit], by
// a panic in a goroutine of its own, and by other errors that end a Go program. Calls then
// fail with a [*CrashError]. Otherwise the error wraps [ErrNotSurvivable] and has the reason.
//
// Plugins of the bridge [Pure] on linux/amd64 and windows/amd64 survive, unless
// [WithoutSurvival] is given. [WithRestart] opens them again. docs/survival.md has the details,
// and what cannot be survived.
func (p *Plugin) Survives() error { return p.current().Survives() }

// Done returns a channel that is closed when the plugin takes no calls any more, because it has
// ended or Close was called. A send to a channel of the plugin's blocks from then on when the
// channel is full, so wait for both. With [WithRestart] and [WithReload] the channel is that of
// the library that takes calls when Done is called.
func (p *Plugin) Done() <-chan struct{} { return p.current().Done() }

// Kill ends the plugin, wherever it is: also in an endless loop or a system call that
// blocks. Calls in flight fail with a [*CrashError] that wraps the cause, and so do later
// ones. A call that is in a callback of the host ends when the callback returns. All Plugins
// over the same library end. The plugin's Shutdown is not called.
//
// Kill does not wait. Close waits until the library was unloaded. [WithRestart] does not open a
// plugin again that was killed. The error wraps [ErrNotSurvivable] if the plugin cannot be
// killed, and [ErrClosed] after Close. If the context of CloseContext has ended before the calls
// in flight, Kill still ends them. With [WithIsolation], it also ends a process that Close did
// not wait for.
func (p *Plugin) Kill(cause error) error { return p.backend.Kill(cause) }

// Ping enters the plugin and does nothing there. It returns an error if the plugin was closed or has
// ended, or if it has not answered when the context ends: a process of its own may be stopped.
func (p *Plugin) Ping(ctx context.Context) error {
	return p.current().Ping(orBackground(ctx))
}
