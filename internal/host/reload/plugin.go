// Package reload keeps a plugin usable beyond the end of its library. A generation of the plugin
// is a loaded library with all that belongs to it. What the host has bound goes to the current
// generation.
package reload

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
)

// A Plugin is an opened plugin, which has one generation after another. All methods are safe for
// concurrent use.
type Plugin struct {
	current   atomic.Pointer[plugin.Plugin]
	load      func(context.Context, plugin.Options) (*plugin.Plugin, error)
	options   plugin.Options // of the next generation
	restarter *restarter     // nil: it has one generation

	mu      sync.Mutex
	stopped bool             // it was closed or killed
	old     []*plugin.Plugin // generations that have ended, and may not have been released
}

// Open opens the library at path. If policy is not nil, it is opened again when it has ended.
func Open(ctx context.Context, path string, opt plugin.Options, policy *Policy) (*Plugin, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		absolute = path
	}
	return open(ctx, opt, policy, func(ctx context.Context, opt plugin.Options) (*plugin.Plugin, error) {
		if opt.Again != nil {
			path = absolute // the process may have another working directory
		}
		return plugin.Open(ctx, path, opt)
	})
}

// OpenMemory is Open for a library in memory. The name is for messages.
func OpenMemory(ctx context.Context, name string, library []byte, opt plugin.Options, policy *Policy) (*Plugin, error) {
	if policy != nil {
		library = bytes.Clone(library) // it may be needed again
	}
	return open(ctx, opt, policy, func(ctx context.Context, opt plugin.Options) (*plugin.Plugin, error) {
		return plugin.OpenMemory(ctx, name, library, opt)
	})
}

func open(ctx context.Context, opt plugin.Options, policy *Policy, load func(context.Context, plugin.Options) (*plugin.Plugin, error)) (*Plugin, error) {
	opt.Closed = new(atomic.Bool)
	p := &Plugin{load: load, options: opt}
	if policy != nil {
		p.options.Bound = &call.Bound{Await: p.await}
	}
	g, err := load(ctx, p.options)
	if err != nil {
		return nil, err
	}
	p.current.Store(g)
	if policy == nil {
		return p, nil
	}
	if err := p.options.Bound.Switch(g.Exports); err != nil {
		return nil, errors.Join(err, g.Close(context.Background()))
	}
	if err := g.Survives(); err != nil && opt.Log != nil {
		opt.Log.Warn("plugin cannot be opened again after a fatal end", "plugin", g.Manifest().Package, "reason", err)
	}
	logged := *policy
	logged.Report = report(opt.Log, g.Manifest().Package, policy.Report)
	p.restarter = newRestarter(logged, p.openAgain, p.watch)
	p.watch()
	return p, nil
}

// Current returns the current generation, which may have ended.
func (p *Plugin) Current() *plugin.Plugin { return p.current.Load() }

// watch notes the end of the current generation.
func (p *Plugin) watch() {
	g := p.Current()
	g.OnEnd(func(crash error) { p.ended(g, crash) })
}

func (p *Plugin) ended(g *plugin.Plugin, crash error) {
	p.restarter.ended(crash, func() bool { return p.Current() == g })
}

// Ready returns the current generation. If it has ended, Ready waits for another one as long as
// the policy says, unless the plugin was closed.
func (p *Plugin) Ready(ctx context.Context) (*plugin.Plugin, error) {
	for {
		g := p.Current()
		crash := g.Crash()
		if crash == nil || p.restarter == nil || p.options.Closed.Load() {
			return g, nil
		}
		if err := p.await(ctx, g.Backend(), crash); err != nil {
			return nil, err
		}
	}
}

// await is Await of a call.Bound.
func (p *Plugin) await(ctx context.Context, gone backend.Backend, err error) error {
	if p.options.Closed.Load() {
		if errors.Is(err, call.ErrClosed) {
			return err
		}
		return nil // it was closed a moment ago: the next attempt fails with ErrClosed
	}
	g := p.Current()
	if g.Backend() != gone {
		return nil
	}
	crash := g.Crash()
	if crash == nil {
		return err // it was closed
	}
	p.ended(g, crash)
	return p.restarter.await(ctx, err)
}

var errClosing = errors.New("the plugin was closed or killed while it was being opened again")

// openAgain makes another instance of the library the current generation.
func (p *Plugin) openAgain(ctx context.Context) error {
	opt := p.options
	opt.Again = p.Current()
	g, err := p.load(ctx, opt)
	if err != nil {
		return err
	}
	if err := p.become(g); err != nil {
		return errors.Join(err, g.Close(context.Background()))
	}
	return nil
}

// become makes g the current generation, unless the plugin was closed.
func (p *Plugin) become(g *plugin.Plugin) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return errClosing
	}
	if err := p.options.Bound.Switch(g.Exports); err != nil {
		return err
	}
	p.old = append(slices.DeleteFunc(p.old, (*plugin.Plugin).Released), p.Current())
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
	if p.restarter == nil {
		return
	}
	p.mu.Lock()
	p.stopped = true
	p.mu.Unlock()
	p.restarter.stop()
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
		errs = append(errs, g.Close(ctx))
	}
	return errors.Join(errs...)
}

// generations returns the generations that may not have been released.
func (p *Plugin) generations() []*plugin.Plugin {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append(slices.Clone(p.old), p.Current())
}

// within returns the generation in whose callback the goroutine is, or nil.
func (p *Plugin) within() *plugin.Plugin {
	for _, g := range p.generations() {
		if g.Within() {
			return g
		}
	}
	return nil
}

// Stats returns counts of restarts. They are zero without a policy.
func (p *Plugin) Stats() Stats {
	if p.restarter == nil {
		return Stats{}
	}
	return p.restarter.Stats()
}

// report returns a func that logs an event and passes it on.
func report(log *slog.Logger, name string, next func(Event)) func(Event) {
	return func(e Event) {
		if log != nil {
			switch e.Stage {
			case Crashed: // the generation has logged it
			case Restarting:
				log.Info("plugin is opened again", "plugin", name, "attempt", e.Attempt, "delay", e.Delay)
			case Failed:
				log.Warn("plugin could not be opened again", "plugin", name, "attempt", e.Attempt, "error", e.Err)
			case Restarted:
				log.Info("plugin was opened again", "plugin", name, "attempt", e.Attempt, "took", e.Took)
			case GaveUp:
				log.Error("plugin is not opened again, the limit of restarts is reached", "plugin", name, "error", e.Err)
			}
		}
		if next != nil {
			next(e)
		}
	}
}
