// Package reload keeps a plugin usable beyond the end of its library. A generation of the plugin
// is a loaded library with all that belongs to it. What the host has bound goes to the current
// generation.
package reload

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
)

// A Plugin is an opened plugin, which has one generation after another. All methods are safe for
// concurrent use.
type Plugin struct {
	current   atomic.Pointer[generation]
	options   plugin.Options     // of all generations
	restarter *restarter         // nil: it is not opened again
	updater   *updater           // nil: it has one artifact
	changing  chan struct{}      // a lock, held while another generation becomes the current one
	life      context.Context    // ends when the plugin is closed or killed
	die       context.CancelFunc // ends life

	mu      sync.Mutex
	stopped bool          // it was closed or killed
	old     []*generation // generations that have ended, and may not have been released
}

// Open opens the library a. If restart is not nil, it is opened again when it has ended. If
// update is not nil, the plugin can get another library, from source if that is not nil.
func Open(ctx context.Context, a Artifact, opt plugin.Options, restart *Policy, update *UpdatePolicy, source Source) (*Plugin, error) {
	opt.Closed = new(atomic.Bool)
	p := &Plugin{options: opt, changing: make(chan struct{}, 1)}
	p.life, p.die = context.WithCancel(context.Background())
	if restart != nil || update != nil {
		p.options.Bound = &call.Bound{Await: p.await}
	}
	if update != nil {
		p.updater = &updater{policy: *update, source: source, under: make(chan struct{}, 1), log: opt.Log}
	}
	g, err := p.make(ctx, a, opt.Process)
	if err != nil {
		return nil, err
	}
	g.info.Number = 1
	p.current.Store(g)
	if p.updater != nil {
		p.updater.name = g.Manifest().Package
	}
	if p.options.Bound == nil {
		return p, nil
	}
	if err := p.options.Bound.Switch(g.Exports); err != nil {
		return nil, errors.Join(err, g.Close(context.Background()))
	}
	if restart != nil {
		if err := g.Survives(); err != nil && opt.Log != nil {
			opt.Log.Warn("plugin cannot be opened again after a fatal end", "plugin", g.Manifest().Package, "reason", err)
		}
		logged := *restart
		logged.Report = report(opt.Log, g.Manifest().Package, restart.Report)
		p.restarter = newRestarter(logged, p.openAgain, p.watch)
	}
	p.watch()
	return p, nil
}

// Current returns the current generation, which may have ended.
func (p *Plugin) Current() *plugin.Plugin { return p.current.Load().Plugin }

// become makes g the current generation, unless the plugin was closed.
func (p *Plugin) become(g *generation) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return errClosing
	}
	if err := p.options.Bound.Switch(g.Exports); err != nil {
		return err
	}
	before := p.current.Load()
	p.old = append(slices.DeleteFunc(p.old, func(g *generation) bool { return g.Released() }), before)
	p.current.Store(g)
	return nil
}

// Kill ends the plugin, which is not opened again.
func (p *Plugin) Kill(cause error) error {
	if err := p.Current().Survives(); err != nil {
		return err
	}
	p.stop()
	return p.Current().Kill(cause)
}

// stop ends the restarts. No other generation becomes the current one.
func (p *Plugin) stop() {
	p.mu.Lock()
	p.stopped = true
	p.mu.Unlock()
	p.die()
	if p.restarter != nil {
		p.restarter.stop()
	}
}

// Close closes the plugin: see plugin.Plugin.Close. It ends a restart that is under way. With a
// policy, later calls fail with call.ErrClosed, also if the plugin has ended before.
func (p *Plugin) Close(ctx context.Context) error {
	if g := p.within(); g != nil {
		return g.Close(ctx) // which fails
	}
	p.options.Closed.Store(true) // before stop, which lets calls go on that wait for the plugin
	p.stop()
	var errs []error
	for _, g := range p.generations() {
		g.end()
		errs = append(errs, g.Close(ctx))
	}
	return errors.Join(errs...)
}

// generations returns the generations that may not have been released.
func (p *Plugin) generations() []*generation {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append(slices.Clone(p.old), p.current.Load())
}

// within returns the generation in whose callback the goroutine is, or nil.
func (p *Plugin) within() *generation {
	for _, g := range p.generations() {
		if g.Within() {
			return g
		}
	}
	return nil
}
