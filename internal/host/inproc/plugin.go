// Package inproc is the backend that runs a plugin in this process.
package inproc

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/host/object"
	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Options govern how a plugin is opened.
type Options struct {
	NoBinding bool         // see native.Options
	NoUnload  bool         // see native.Options
	Stored    bool         // the library is in the build cache; see native.OpenFile
	Log       *slog.Logger // nil: none

	Slog slog.Handler // for what the plugin itself logs; nil: its own default

	// Proxies make proxies for objects of the plugin where the host wants an
	// interface, by the interface.
	Proxies map[reflect.Type]func(*object.Object) (any, error)
}

// A Plugin is one opened library. All methods are safe for concurrent use.
type Plugin struct {
	*call.Exports
	library *native.Library
	objects *object.Attachment
	calls   sync.Pool // of *carried

	shards  [8]shard
	next    atomic.Uint32 // hands out shards
	closed  atomic.Bool
	drained chan struct{} // gets a value, if there is room, when a call ends after closed was set
	closing closing
	log     *slog.Logger // nil: none
}

// A shard counts calls in flight. There are several so that processors do not
// fight for one cache line.
type shard struct {
	calls atomic.Int64
	_     [56]byte
}

// Open loads the library at path. A file that cannot be used gives a
// *manifest.LoadError; a process that can take no more, native.ErrTooManyLibraries.
func Open(ctx context.Context, path string, opt Options) (*Plugin, error) {
	file, err := native.OpenFile(path, opt.Stored)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	m := file.Manifest
	if err := usable(path, m); err != nil {
		return nil, err
	}
	p := &Plugin{drained: make(chan struct{}, 1), log: opt.Log}
	p.closing.released = make(chan struct{})
	if p.Exports, err = call.NewExports(m, p); err != nil {
		return nil, &manifest.LoadError{Path: path, Reason: manifest.LoadWrongBridge, Err: err}
	}
	handle()
	p.library, err = file.Load(ctx, native.Options{NoBinding: opt.NoBinding, NoUnload: opt.NoUnload})
	if err != nil {
		return nil, err
	}
	p.objects, err = object.New(p.library.Session(), operator{p.library}, p.Exports, opt.Proxies)
	if err != nil {
		p.library.Release(nil, nil)
		return nil, &manifest.LoadError{Path: path, Reason: manifest.LoadWrongBridge, Err: err}
	}
	if opt.Slog != nil {
		p.objects.SetLog(opt.Slog)
	}
	p.calls.New = func() any { return newCall(p) }
	if opt.Log != nil {
		opt.Log.Debug("plugin loaded", "plugin", m.Package, "bridge", m.Bridge.Kind, "library", path, "go", m.GoVersion, "bound", p.library.Bound(), "stays", p.library.Unloadable())
	}
	return p, nil
}

// handle makes the process's callbacks those of package object.
var handle = sync.OnceFunc(func() { native.SetHandler(object.Handle) })

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
	case m.Bridge.Kind != manifest.CGO && m.Bridge.Kind != manifest.Pure || m.Bridge.Version != abi.Version:
		return refuse(manifest.LoadWrongBridge, "it has bridge %s version %d, this host knows version %d; build the plugin again", m.Bridge.Kind, m.Bridge.Version, abi.Version)
	}
	return nil
}

// Objects are what is lent to the plugin, and what it has lent.
func (p *Plugin) Objects() *object.Attachment { return p.objects }

// Library is the loaded library behind the plugin.
func (p *Plugin) Library() *native.Library { return p.library }

func (p *Plugin) inFlight() (n int64) {
	for i := range p.shards {
		n += p.shards[i].calls.Load()
	}
	return n
}

func (p *Plugin) wake() {
	select {
	case p.drained <- struct{}{}:
	default:
	}
}

// enter counts a call in, or fails if the plugin is closed.
func (p *Plugin) enter(s *shard) error {
	s.calls.Add(1)
	if p.closed.Load() {
		p.leave(s)
		return fmt.Errorf("plugin %s: %w", p.Manifest().Package, call.ErrClosed)
	}
	return nil
}

func (p *Plugin) leave(s *shard) {
	s.calls.Add(-1)
	if p.closed.Load() {
		p.wake()
	}
}
