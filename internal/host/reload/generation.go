package reload

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
)

// A generation is a loaded library of the plugin with all that belongs to it.
type generation struct {
	*plugin.Plugin
	info     Generation
	artifact Artifact
	life     context.Context // that Init got
	end      context.CancelFunc
	alive    context.Context // ends when the library has ended, or the plugin is closed
	ended    context.CancelFunc
	began    bool // its Init has succeeded
}

// A Generation describes one.
type Generation struct {
	Number     int // from 1 on; opening the plugin again after its end does not change it
	SourceHash string
	Path       string // of the library
	Opened     time.Time
	Separate   bool // it is in a process of its own
}

// make loads a generation and prepares it for calls. separate says that it gets a process of its
// own.
func (p *Plugin) make(ctx context.Context, a Artifact, separate bool) (*generation, error) {
	opt := p.options
	opt.Process = separate
	if p.updater == nil {
		if before := p.current.Load(); before != nil {
			opt.Again = before.Plugin
		}
		l, err := a.open(ctx, opt)
		if err != nil {
			return nil, err
		}
		return p.newGeneration(l, a, separate), nil
	}
	opt.Own, opt.Check = true, opt.Bound.Check
	return within(ctx, func() (*generation, error) {
		// An own library whose start is not waited for would stay in the process.
		l, err := a.open(context.WithoutCancel(ctx), opt)
		if err != nil {
			return nil, err
		}
		g := p.newGeneration(l, a, separate)
		if err := g.prepare(ctx, p.updater.policy.InitArgs); err != nil {
			p.discard(g)
			return nil, err
		}
		return g, nil
	}, p.discard)
}

func (p *Plugin) newGeneration(l *plugin.Plugin, a Artifact, separate bool) *generation {
	g := &generation{Plugin: l, artifact: a.absolute()}
	g.alive, g.ended = context.WithCancel(p.life)
	g.life, g.end = context.WithCancel(context.Background())
	g.info = Generation{SourceHash: l.Manifest().SourceHash, Path: l.Path(), Opened: time.Now(), Separate: separate}
	return g
}

// within returns what f returns. If ctx ends before, it returns, and discard gets that later.
func within[T any](ctx context.Context, f func() (T, error), discard func(T)) (T, error) {
	type result struct {
		v   T
		err error
	}
	done := make(chan result, 1)
	go func() {
		v, err := f()
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.v, r.err
	case <-ctx.Done():
		go func() {
			if r := <-done; r.err == nil {
				discard(r.v)
			}
		}()
		var none T
		return none, context.Cause(ctx)
	}
}

// prepare calls what the plugin has for the beginning of a generation.
func (g *generation) prepare(ctx context.Context, args []any) error {
	if err := g.Init(g.life, args); err != nil {
		return fmt.Errorf("plugin %s: Init has failed: %w", g.Manifest().Package, err)
	}
	g.began = true
	if err := g.SelfTest(ctx); err != nil {
		return fmt.Errorf("plugin %s: SelfTest has failed: %w", g.Manifest().Package, err)
	}
	return nil
}

// discardLimit is how long a generation that was refused is waited for. It ends in the
// background after that.
const discardLimit = time.Second

// discard closes a generation that has got no calls.
func (p *Plugin) discard(g *generation) {
	ctx, cancel := context.WithTimeout(context.Background(), discardLimit)
	defer cancel()
	g.end()
	closing := g.Close
	if !g.began {
		closing = g.Discard
	}
	err := closing(ctx)
	if p.options.Log != nil {
		p.options.Log.Debug("plugin generation was refused and closed", "plugin", g.Manifest().Package, "error", err)
	}
	p.updater.left(g)
}

// size returns the size of the library's file.
func (a Artifact) size() int64 {
	if a.Library != nil {
		return int64(len(a.Library))
	}
	info, err := os.Stat(a.Path)
	if err != nil {
		return 0
	}
	return info.Size()
}
