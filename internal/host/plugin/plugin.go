// Package plugin puts an opened plugin together: its exports, its objects, and the
// backend that runs it.
package plugin

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/host/inproc"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/host/nesting"
	"github.com/RamanSharma100/go-winplugin/internal/host/object"
	"github.com/RamanSharma100/go-winplugin/internal/host/process"
	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Options say how a plugin is opened.
type Options struct {
	NoBinding bool // see native.Options
	NoUnload  bool // see native.Options

	NoSurvival  bool          // see native.Options
	CrashOutput io.Writer     // gets what a plugin has printed that has ended; nil: nothing does
	KillAfter   time.Duration // after the end of a call's context; 0: never

	Process        bool            // the plugin runs in a process of its own
	ProcessOptions process.Options // of that process, but for Name and Handle

	// Of a plugin with several generations: see package reload.
	Bound  *call.Bound  // keeps what the host binds; nil: that does not last for other generations
	Again  *Plugin      // it has ended, and its library is loaded again; nil: the library may be any
	Closed *atomic.Bool // set when the host closes the plugin, for all generations
	Own    bool         // the library is loaded for this plugin alone

	// Check, if not nil, gets the exports of the library before it is loaded, and whose functions
	// cannot be called yet. It is not loaded if Check returns an error.
	Check func(*call.Exports) error

	Stored   bool         // the library is in the build cache; see native.OpenFile
	MaxDepth int          // how many callbacks may be nested on a goroutine; 0: nesting.DefaultLimit
	Log      *slog.Logger // nil: none

	Limits backend.Limits

	Slog slog.Handler // for what the plugin itself logs; nil: its own default

	// Proxies make proxies for objects of the plugin where the host wants an
	// interface, by the interface.
	Proxies map[reflect.Type]func(*object.Object) (any, error)
}

// A Plugin is one opened plugin. All methods are safe for concurrent use.
type Plugin struct {
	*call.Exports
	backend backend.Backend
	objects *object.Attachment
	library library
	sum     [sha256.Size]byte // of the manifest, if the plugin may have several generations
	path    string
	closing closing
	closed  *atomic.Bool // see Options.Closed
	ending  ending
	log     *slog.Logger // nil: none

	separate bool // the plugin is in a process of its own
}

// Open loads the library at path. A file that cannot be used gives a
// *manifest.LoadError; a process that can take no more, native.ErrTooManyLibraries.
func Open(ctx context.Context, path string, opt Options) (*Plugin, error) {
	file, err := native.OpenFile(path, opt.Stored, opt.Own)
	if err != nil {
		return nil, err
	}
	return open(ctx, file, path, opt)
}

// OpenMemory is Open for a library in memory. The name is for messages.
func OpenMemory(ctx context.Context, name string, library []byte, opt Options) (*Plugin, error) {
	file, err := native.OpenMemory(name, library, opt.Own)
	if err != nil {
		return nil, err
	}
	return open(ctx, file, name, opt)
}

// open loads the file and closes it.
func open(ctx context.Context, file *native.File, path string, opt Options) (_ *Plugin, err error) {
	defer file.Close()
	m := file.Manifest
	if err := usable(path, m); err != nil {
		return nil, err
	}
	unknown := func(err error) error {
		return &manifest.LoadError{Path: path, Reason: manifest.LoadWrongBridge, Err: err}
	}
	p := &Plugin{log: opt.Log, closed: opt.Closed, separate: opt.Process}
	if opt.Bound != nil {
		p.sum = sha256.Sum256(file.Raw)
	}
	if opt.Again != nil && opt.Again.sum != p.sum {
		return nil, &manifest.LoadError{Path: path, Reason: manifest.LoadMismatch, Err: errors.New("the file has been replaced by another library; close the plugin and open it again to use that")}
	}
	p.closing.released = make(chan struct{})
	done := make(chan struct{})
	p.ending.done, p.ending.begun = done, sync.OnceFunc(func() { close(done) })
	if p.Exports, err = call.NewExports(m); err != nil {
		return nil, unknown(err)
	}
	if opt.Bound != nil {
		p.SetBound(opt.Bound)
	}
	if opt.Check != nil {
		e, err := call.NewExports(m)
		if err != nil {
			return nil, unknown(err)
		}
		object.Prepare(e, opt.Proxies)
		if err := opt.Check(e); err != nil {
			return nil, err
		}
	}
	handle()
	b, err := p.run(ctx, file, opt)
	if err != nil {
		return nil, err
	}
	p.backend, p.path = b, p.library.Path()
	if opt.Bound != nil {
		b.SetClosed(opt.Closed)
	}
	p.SetBackend(b)
	if opt.MaxDepth > 0 {
		p.SetMaxDepth(opt.MaxDepth)
	}
	if p.objects, err = object.New(b.Session(), b, p.Exports, opt.Proxies); err != nil {
		b.Release(nil, nil)
		return nil, unknown(err)
	}
	if l := opt.Limits; l.Callbacks > 0 || l.Result > 0 || l.HeapTarget > 0 || l.Window > 0 {
		p.objects.SetLimits(l.Callbacks, l.Result, l.HeapTarget, l.Window)
	}
	b.SetNews(p.objects.News())
	if opt.Slog != nil {
		p.objects.SetLog(opt.Slog)
	}
	p.watchEnd(opt)
	if opt.Log != nil {
		opt.Log.Debug("plugin loaded", "plugin", m.Package, "bridge", m.Bridge.Kind, "library", path, "go", m.GoVersion, "bound", p.library.Bound(), "separate", p.separate, "stays", b.Unloadable(), p.logUsage())
	}
	return p, nil
}

// A runner is a backend as this package sets it up.
type runner interface {
	backend.Backend
	SetNews(*backend.News)
	SetClosed(*atomic.Bool)
}

// A library is what runs the plugin's code: a library in this process, or another process.
type library interface {
	Path() string
	Bound() bool
	Survives() error
	Kill(cause error) error
	Crash() *native.CrashError
	OnCrash(func()) (stop func())
}

// run starts the plugin's code.
func (p *Plugin) run(ctx context.Context, file *native.File, opt Options) (runner, error) {
	if opt.Process {
		p.SetSeparate()
		o := opt.ProcessOptions
		o.Name, o.Handle = "plugin "+file.Manifest.Package, native.HandleCallback
		if o.Log != nil {
			o.Log = o.Log.WithAttrs([]slog.Attr{slog.String("plugin", file.Manifest.Package)})
		}
		if opt.Log != nil && o.Reattach != "" {
			opt.Log.Info("waiting for a plugin that somebody starts", "plugin", file.Manifest.Package, "folder", o.Reattach, "library", file.Path())
		}
		b, err := process.Open(ctx, file, o, opt.Limits)
		if err != nil {
			return nil, err
		}
		p.library = b
		return b, nil
	}
	if file.Manifest.Bridge.Kind == manifest.Program {
		return nil, &manifest.LoadError{Path: file.Path(), Reason: manifest.LoadNotLibrary, Err: errProgram}
	}
	b, err := inproc.Open(ctx, file, native.Options{NoBinding: opt.NoBinding, NoUnload: opt.NoUnload, NoSurvival: opt.NoSurvival, Again: opt.Again != nil}, opt.Limits)
	if err != nil {
		return nil, err
	}
	p.library = b.Library()
	return b, nil
}

var errProgram = fmt.Errorf("it is a program, which cannot be loaded into this process; open it by WithIsolation(Process): %w", errors.ErrUnsupported)

// handle sets package object's handler for all callbacks of the process, once.
var handle = sync.OnceFunc(func() {
	native.SetHandler(func(f *wire.Frame) {
		c := nesting.Enter(f.Session)
		defer c.Leave()
		object.Handle(f)
	})
})

// usable compares the manifest with this host, before anything is loaded.
func usable(path string, m *manifest.Manifest) error {
	refuse := func(reason manifest.LoadReason, format string, args ...any) error {
		return &manifest.LoadError{Path: path, Reason: reason, Err: fmt.Errorf(format, args...)}
	}
	switch {
	case m.GOOS != runtime.GOOS:
		return refuse(manifest.LoadWrongSystem, "it was built for %s, this is %s; build it with target %s/%s", m.GOOS, runtime.GOOS, runtime.GOOS, runtime.GOARCH)
	case m.GOARCH != runtime.GOARCH:
		return refuse(manifest.LoadWrongArch, "it was built for %s, this is %s; build it with target %s/%s", m.GOARCH, runtime.GOARCH, runtime.GOOS, runtime.GOARCH)
	case m.Bridge.Kind != manifest.CGO && m.Bridge.Kind != manifest.Pure && m.Bridge.Kind != manifest.Program || m.Bridge.Version != abi.Version:
		return refuse(manifest.LoadWrongBridge, "it has bridge %s version %d, this host knows version %d; build the plugin again", m.Bridge.Kind, m.Bridge.Version, abi.Version)
	}
	return nil
}

// Attachment has the objects that host and plugin use of each other.
func (p *Plugin) Attachment() *object.Attachment { return p.objects }

// Backend is what runs the plugin.
func (p *Plugin) Backend() backend.Backend { return p.backend }

// Path is the absolute path of the library.
func (p *Plugin) Path() string { return p.path }
