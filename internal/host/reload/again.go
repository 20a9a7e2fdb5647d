package reload

import (
	"context"
	"errors"
	"log/slog"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
)

// watch notes the end of the current generation.
func (p *Plugin) watch() {
	g := p.current.Load()
	g.OnEnd(func(crash error) {
		g.ended()
		if p.updater != nil && p.current.Load() == g {
			p.updater.report(UpdateEvent{Stage: Ended, Generation: g.info, Err: crash})
		}
		p.ended(g.Plugin, crash)
	})
}

func (p *Plugin) ended(g *plugin.Plugin, crash error) {
	if p.restarter != nil {
		p.restarter.ended(crash, func() bool { return p.Current() == g })
	}
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
	if crash == nil || p.restarter == nil {
		return err // it was closed, or stays away
	}
	p.ended(g, crash)
	return p.restarter.await(ctx, err)
}

var errClosing = errors.New("the plugin was closed or killed while it was being opened again")

// openAgain makes another instance of the library the current generation.
func (p *Plugin) openAgain(ctx context.Context) error {
	select {
	case p.changing <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-p.changing }()
	ended := p.current.Load()
	if ended.Crash() == nil {
		return nil // it was updated meanwhile
	}
	ended.end()
	g, err := p.make(ctx, ended.artifact, ended.info.Separate)
	if err != nil {
		return err
	}
	g.info.Number = ended.info.Number
	if err := p.become(g); err != nil {
		return errors.Join(err, g.Close(context.Background()))
	}
	p.options.Bound.Retire(ended.Exports)
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
