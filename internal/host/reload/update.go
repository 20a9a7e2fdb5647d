package reload

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
)

var (
	// ErrNotReloadable reports a plugin that cannot be reloaded.
	ErrNotReloadable = errors.New("the plugin cannot be reloaded")

	// ErrPinned reports a plugin that is kept at its generation.
	ErrPinned = errors.New("the plugin is pinned to its generation; unpin it first")

	// ErrNoGeneration reports a plugin that has no generation before the current one.
	ErrNoGeneration = errors.New("there is no previous generation")

	// ErrTooManyGenerations reports a plugin too many of whose generations are in the process.
	ErrTooManyGenerations = errors.New("too many generations of the plugin are in the process")
)

// beginUpdate waits until no other update is under way. The new ctx ends also when the plugin is
// closed.
func (p *Plugin) beginUpdate(ctx context.Context) (_ context.Context, done func(), err error) {
	u := p.updater
	if u == nil {
		return nil, nil, p.named(fmt.Errorf("%w: open it WithReload", ErrNotReloadable))
	}
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(p.life, func() { cancel(call.ErrClosed) })
	end := func() { stop(); cancel(nil) }
	if p.life.Err() != nil {
		end()
		return nil, nil, p.named(call.ErrClosed)
	}
	select {
	case u.under <- struct{}{}:
	case <-ctx.Done():
		end()
		return nil, nil, p.named(fmt.Errorf("another update is under way: %w", context.Cause(ctx)))
	}
	done = func() { <-u.under; end() }
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.pinned {
		done()
		return nil, nil, p.named(ErrPinned)
	}
	return ctx, done, nil
}

// Reload makes a generation of the newest artifact the current one, unless that is current
// already. If it fails, the generation that was current remains it.
func (p *Plugin) Reload(ctx context.Context) (Generation, error) {
	ctx, done, err := p.beginUpdate(ctx)
	if err != nil {
		return Generation{}, err
	}
	defer done()
	u, began := p.updater, time.Now()
	if u.source == nil {
		return Generation{}, p.named(fmt.Errorf("%w: it was opened from memory, where nothing newer can be found", ErrNotReloadable))
	}
	u.report(UpdateEvent{Stage: Building, Generation: p.Generation()})
	separate := p.Generation().Separate
	a, err := u.source(ctx, separate)
	if err == nil {
		if old := p.current.Load(); old.artifact.same(a.absolute()) && old.Crash() == nil {
			u.report(UpdateEvent{Stage: Unchanged, Generation: old.info, Took: time.Since(began)})
			return old.info, nil
		}
		if !separate && p.moves(ctx) {
			separate = true
			if a, err = u.source(ctx, separate); err != nil {
				err = p.notMoved(err)
			}
		}
	}
	if err != nil {
		u.failed(ctx, BuildFailed, p.Generation(), began, err)
		return Generation{}, err
	}
	g, replaced, err := p.update(ctx, a, separate)
	if err != nil {
		return Generation{}, err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.history = append(u.history, replaced); len(u.history) > keepHistory {
		u.history = slices.Delete(u.history, 0, 1)
	}
	return g, nil
}

// Prepare makes the newest artifact, which the next Reload then finds. It reports nothing: if it
// fails, so does that.
func (p *Plugin) Prepare(ctx context.Context) {
	ctx, done, err := p.beginUpdate(ctx)
	if err != nil {
		return
	}
	defer done()
	if source := p.updater.source; source != nil {
		_, _ = source(ctx, p.Generation().Separate)
	}
}

// Rollback makes another generation of the artifact before the current one.
func (p *Plugin) Rollback(ctx context.Context) (Generation, error) {
	ctx, done, err := p.beginUpdate(ctx)
	if err != nil {
		return Generation{}, err
	}
	defer done()
	u := p.updater
	u.mu.Lock()
	last := len(u.history) - 1
	if last < 0 {
		u.mu.Unlock()
		return Generation{}, p.named(ErrNoGeneration)
	}
	a := u.history[last]
	u.mu.Unlock()
	g, _, err := p.update(ctx, a, p.Generation().Separate || p.moves(ctx))
	if err != nil {
		return Generation{}, err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.history = slices.Delete(u.history, last, last+1)
	return g, nil
}

// Pin keeps the plugin at its generation, or ends that.
func (p *Plugin) Pin(pinned bool) {
	if u := p.updater; u != nil {
		u.mu.Lock()
		u.pinned = pinned
		u.mu.Unlock()
	}
}

// Generation describes the current generation.
func (p *Plugin) Generation() Generation { return p.current.Load().info }

// update makes a generation of a, and then the current one. It returns the artifact of the one
// that it replaces. separate says that the generation gets a process of its own.
func (p *Plugin) update(ctx context.Context, a Artifact, separate bool) (_ Generation, replaced Artifact, err error) {
	u, began := p.updater, time.Now()
	select {
	case p.changing <- struct{}{}:
	case <-ctx.Done():
		return Generation{}, replaced, p.named(context.Cause(ctx))
	}
	defer func() { <-p.changing }()
	old := p.current.Load()
	defer func() {
		if err != nil {
			u.failed(ctx, Refused, old.info, began, err)
		}
	}()
	if err := p.checkResident(ctx, separate); err != nil {
		return Generation{}, replaced, err
	}
	defer p.options.Bound.Forget()
	g, err := p.make(ctx, a, separate)
	if err != nil && separate && !old.info.Separate {
		err = p.notMoved(err)
	}
	if err != nil {
		return Generation{}, replaced, err
	}
	defer func() {
		if err != nil {
			p.discard(g)
		}
	}()
	g.info.Number = old.info.Number + 1
	h, err := newHandover(old, g)
	if err == nil {
		err = p.options.Bound.Check(g.Exports)
	}
	if err != nil {
		return Generation{}, replaced, err
	}
	u.report(UpdateEvent{Stage: Checked, Generation: g.info, Took: time.Since(began)})
	began = time.Now()
	if err := p.switchTo(ctx, old, g, h); err != nil {
		return Generation{}, replaced, err
	}
	took := time.Since(began)
	u.mu.Lock()
	u.stats.Switches++
	u.mu.Unlock()
	if p.restarter != nil {
		p.restarter.replaced()
	}
	u.report(UpdateEvent{Stage: Switched, Generation: g.info, Took: took, Lost: h.lost, Calls: int(h.calls)})
	p.watch()
	go p.retire(old)
	return g.info, old.artifact, nil
}

// named adds the plugin to an error.
func (p *Plugin) named(err error) error {
	return fmt.Errorf("plugin %s: %w", p.Current().Manifest().Package, err)
}
