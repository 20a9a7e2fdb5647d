package winplugin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/RamanSharma100/go-winplugin/internal/host/reload"
	"github.com/RamanSharma100/go-winplugin/internal/sys/watch"
)

// A Registry has the plugins in a folder, and keeps up with it: see [OpenDir]. Its methods are
// safe for concurrent use.
type Registry struct {
	dir  string
	opts []Option
	poll WatchPolicy

	slots  chan struct{} // of builds
	system *watch.System // of all watchers
	end    context.CancelFunc
	ended  chan struct{} // closed when nothing of the registry is left

	mu          sync.Mutex
	entries     map[string]*entry // by name
	subscribers map[*subscriber]bool
	closed      bool
	closing     sync.WaitGroup // plugins that were removed
	closeErr    error          // of all of them
}

// A RegistryEntry is a plugin of a [Registry].
type RegistryEntry struct {
	Name   string  // the name of its folder, or of its library with the extension
	Path   string  // absolute
	Plugin *Plugin // nil until it could be opened
	Err    error   // why the last attempt to open or to reload it failed; nil if it did not
}

// An entry is a RegistryEntry that is being kept up to date.
type entry struct {
	RegistryEntry
	cancel context.CancelFunc // ends the attempts to open it
	ended  chan struct{}      // closed when there are no more
	tried  chan struct{}      // closed after the first attempt
	once   sync.Once          // closes tried
}

// OpenDir opens all plugins in dir: each folder in it with Go files, and each library. It returns
// when all have been tried once. A plugin that cannot be opened is no error of OpenDir: it is
// listed with its error, and tried again when it changes. If ctx ends before, all are closed.
//
// Until the registry is closed, plugins are added, reloaded and removed as their folders and
// libraries appear, change and disappear. A plugin that was removed is closed. The options apply
// to all plugins; [WithWatch] and [WithReload] say how they are watched and reloaded. At most
// GOMAXPROCS plugins are built at a time.
//
// Plugins are named by their folders, so packages may have the same name. Names that the go
// command ignores are ignored: testdata, and those that begin with "." or "_".
func OpenDir(ctx context.Context, dir string, opts ...Option) (*Registry, error) {
	ctx = orBackground(ctx)
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("failed to find the folder of plugins %s: %w", dir, err)
	}
	switch info, err := os.Stat(abs); {
	case err != nil:
		return nil, fmt.Errorf("failed to open the folder of plugins: %w; create it, or name another", err)
	case !info.IsDir():
		return nil, fmt.Errorf("failed to open the folder of plugins: %s is a file; name the folder that it is in", abs)
	}
	r := &Registry{
		dir: abs, opts: opts, slots: make(chan struct{}, runtime.GOMAXPROCS(0)), system: watch.NewSystem(), ended: make(chan struct{}),
		entries: make(map[string]*entry), subscribers: make(map[*subscriber]bool),
	}
	if c.watch != nil {
		r.poll = c.watch.policy
	}
	r.poll.KeepTrying = true
	var life context.Context
	life, r.end = context.WithCancel(context.Background())
	first := scanPlugins(abs)
	r.update(first)
	go func() {
		defer close(r.ended)
		n := watch.NewNotifier(watch.Options{PollOnly: r.poll.Poll > 0, Poll: r.poll.Poll, Log: c.log, System: r.system})
		defer n.Close()
		loop := &watch.Loop{Notifier: n, Quiet: r.poll.Quiet, Inputs: first, Action: func(_ context.Context, _ string, seen func(watch.Inputs)) bool {
			now := scanPlugins(abs)
			seen(now)
			r.update(now)
			return false
		}}
		loop.Run(life)
	}()
	for _, e := range r.all() {
		select {
		case <-e.tried:
		case <-ctx.Done():
			return nil, errors.Join(fmt.Errorf("failed to open the plugins in %s: %w", abs, context.Cause(ctx)), r.Close())
		}
	}
	return r, nil
}

// update begins to open what is new, and closes what has gone.
func (r *Registry) update(now pluginNames) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	for name, e := range r.entries {
		if _, ok := now.names[name]; !ok {
			delete(r.entries, name)
			r.publish(RegistryEvent{PluginRemoved, RegistryEntry{Name: e.Name, Path: e.Path, Plugin: e.Plugin}})
			r.close(context.Background(), e)
		}
	}
	for name := range now.names {
		if r.entries[name] != nil {
			continue
		}
		ctx, cancel := context.WithCancel(context.Background())
		e := &entry{
			RegistryEntry: RegistryEntry{Name: name, Path: filepath.Join(r.dir, name)},
			cancel:        cancel, ended: make(chan struct{}), tried: make(chan struct{}),
		}
		r.entries[name] = e
		go r.open(ctx, e)
	}
}

// close ends an entry in the background. The caller holds the lock.
func (r *Registry) close(ctx context.Context, e *entry) {
	r.closing.Go(func() {
		e.cancel()
		<-e.ended
		if e.Plugin == nil {
			return
		}
		err := e.Plugin.CloseContext(ctx)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.closeErr = errors.Join(r.closeErr, err)
	})
}

// open opens a plugin, as soon as it can be opened.
func (r *Registry) open(ctx context.Context, e *entry) {
	defer close(e.ended)
	p, err := r.attempt(ctx, e)
	if err != nil {
		if ctx.Err() == nil { // a tool is missing
			r.happened(e, PluginFailed, nil, err)
		}
	} else {
		r.happened(e, PluginAdded, p, nil)
	}
	e.once.Do(func() { close(e.tried) })
}

func (r *Registry) attempt(ctx context.Context, e *entry) (*Plugin, error) {
	c, err := newConfig(r.opts)
	if err != nil {
		return nil, err
	}
	c.watch = &watcher{policy: r.poll, slots: r.slots, system: r.system}
	if c.reload == nil {
		if err := WithReload(ReloadPolicy{})(c); err != nil {
			return nil, err
		}
	}
	next := c.reload.Report
	c.reload.Report = func(event reload.UpdateEvent) {
		if next != nil {
			next(event)
		}
		switch event.Stage {
		case reload.BuildFailed, reload.Refused:
			r.happened(e, PluginFailed, nil, public(event.Err))
		case reload.Switched:
			r.happened(e, PluginChanged, nil, nil)
		case reload.Unchanged:
			r.happened(e, "", nil, nil)
		}
	}
	return c.watched(ctx, e.Path, func(ctx context.Context) (*Plugin, error) { return c.openPath(ctx, e.Path) })
}

// happened records what has happened to an entry. p is its plugin if that is new.
func (r *Registry) happened(e *entry, change RegistryChange, p *Plugin, err error) {
	defer e.once.Do(func() { close(e.tried) })
	if err != nil && !isPlugin(e.Path) {
		return // it is being removed
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	e.Err = err
	if p != nil {
		e.Plugin = p
	}
	added := e.Plugin != nil || err != nil // else the event of its addition follows
	if change != "" && added && r.entries[e.Name] == e {
		r.publish(RegistryEvent{change, e.RegistryEntry})
	}
}

// all returns the entries by their names.
func (r *Registry) all() []*entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.SortedFunc(maps.Values(r.entries), func(a, b *entry) int { return cmp.Compare(a.Name, b.Name) })
}

// List returns the plugins by their names. It is empty when the registry is closed.
func (r *Registry) List() []RegistryEntry {
	var list []RegistryEntry
	for _, e := range r.all() {
		r.mu.Lock()
		list = append(list, e.RegistryEntry)
		r.mu.Unlock()
	}
	return list
}

// Get returns the plugin of that name. If there is none, the error wraps [ErrNotFound]. If it could
// not be opened so far, the error wraps that of the last attempt.
func (r *Registry) Get(name string) (*Plugin, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.entries[name]
	switch {
	case r.closed:
		return nil, fmt.Errorf("plugins in %s: %w", r.dir, ErrClosed)
	case e == nil:
		return nil, fmt.Errorf("plugin %s: %w: there is no folder with Go files and no library of that name in %s", name, ErrNotFound, r.dir)
	case e.Plugin != nil:
		return e.Plugin, nil
	case e.Err != nil:
		return nil, fmt.Errorf("plugin %s cannot be opened: %w", name, e.Err)
	}
	return nil, fmt.Errorf("plugin %s is being opened; try again, or wait for its event", name)
}

// Close is [Registry.CloseContext] with [context.Background].
func (r *Registry) Close() error { return r.CloseContext(context.Background()) }

// CloseContext ends the watching and all builds, and closes all plugins, each as
// [Plugin.CloseContext] does. It joins their errors, and those of plugins that were removed.
func (r *Registry) CloseContext(ctx context.Context) error {
	r.end()
	<-r.ended
	r.mu.Lock()
	if !r.closed {
		r.closed = true
		for _, e := range r.entries {
			r.close(orBackground(ctx), e)
		}
		clear(r.entries)
	}
	r.mu.Unlock()
	r.closing.Wait()
	r.system.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	for s := range r.subscribers {
		s.wake()
	}
	return r.closeErr
}
