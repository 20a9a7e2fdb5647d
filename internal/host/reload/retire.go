package reload

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// retire closes a generation that gets no more calls, when its calls have ended and the host uses
// none of its objects.
func (p *Plugin) retire(g *generation) {
	u, began := p.updater, time.Now()
	p.awaitCalls(g)
	if !u.policy.EndObjects {
		_ = g.Attachment().AwaitUnused(g.alive)
	}
	if g.SharesMemory() {
		<-p.life.Done() // the host may read the library's memory until then
	}
	g.end()
	err := g.close()
	p.options.Bound.Retire(g.Exports)
	g.ended()
	u.left(g)
	u.mu.Lock()
	u.stats.Retired++
	u.mu.Unlock()
	u.report(UpdateEvent{Stage: Retired, Generation: g.info, Took: time.Since(began), Err: err})
}

// awaitCalls waits until the calls have ended that were under way at the switch. It ends their
// contexts when the time for them is over, and later the library.
func (p *Plugin) awaitCalls(g *generation) {
	b, policy := g.Backend(), p.updater.policy
	wait := func(limit time.Duration) bool {
		ctx, cancel := g.alive, func() {}
		if limit > 0 {
			ctx, cancel = context.WithTimeout(ctx, limit)
		}
		defer cancel()
		return b.Idle(ctx) == nil || g.alive.Err() != nil
	}
	end := g.Attachment().CallContexts(g.life)
	if wait(policy.Deadline) {
		return
	}
	end()
	if grace := policy.grace(); grace > 0 && !wait(grace) {
		if err := g.Kill(fmt.Errorf("a call had not returned %v after the plugin was replaced", policy.Deadline+grace)); err != nil && p.options.Log != nil {
			p.options.Log.Warn("calls of a plugin that was replaced do not return", "plugin", g.Manifest().Package, "generation", g.info.Number, "error", err)
		}
	}
	wait(0)
}

// close closes the generation and waits for its end.
func (g *generation) close() error {
	for {
		err := g.Close(context.Background())
		if !isRetired(err) {
			return errors.Join(g.Crash(), err)
		}
	}
}
