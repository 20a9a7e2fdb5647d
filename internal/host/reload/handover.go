package reload

import (
	"context"
	"fmt"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
)

// A handover is what happens to the state of a generation when another one replaces it.
type handover struct {
	snapshot, restore *call.State // nil: the generation has none
	lost              []string    // parts of the state, and why
	calls             int64       // that were under way when the state was taken
}

// newHandover looks for the functions of the generations. A Restore without a Snapshot has another
// purpose.
func newHandover(old, next *generation) (*handover, error) {
	snapshot, err := old.Snapshot()
	switch {
	case err != nil:
		return &handover{lost: []string{"all: " + err.Error()}}, nil // the old generation stays as it is
	case snapshot == nil:
		return new(handover), nil
	case old.Crash() != nil:
		return &handover{lost: []string{"all: the old generation has ended"}}, nil
	}
	restore, err := next.Restore()
	if restore == nil && err == nil {
		return &handover{lost: []string{"all: the new generation has no func Restore(T) error"}}, nil
	}
	return &handover{snapshot: snapshot, restore: restore}, err
}

// run hands the state over. No call begins in the old generation meanwhile. It waits at most for
// the time pause until the calls have ended that are under way, and then again for the handover.
func (h *handover) run(ctx context.Context, old *generation, pause time.Duration) error {
	if h.snapshot == nil {
		return nil
	}
	name := old.Manifest().Package
	quiet, cancel := context.WithTimeout(ctx, pause)
	defer cancel()
	if old.Backend().Idle(quiet) != nil {
		h.calls = old.Backend().Stats().InFlight
	}
	tooLong := fmt.Errorf("Snapshot and Restore have not returned within %v: give them less to do, or give ReloadPolicy.Pause more time", pause)
	limited, cancel := context.WithTimeoutCause(ctx, pause, tooLong)
	defer cancel()
	lost, err := within(limited, func() (lost []string, err error) {
		state, err := h.snapshot.Take()
		if err != nil {
			return nil, fmt.Errorf("Snapshot has failed: %w", err)
		}
		err = h.restore.Put(state, func(place string, reason error) {
			lost = append(lost, fmt.Sprintf("%s: %v", place, reason))
		})
		if err != nil {
			err = fmt.Errorf("Restore has failed: %w", err)
		}
		return lost, err
	}, func([]string) {})
	if err != nil {
		return fmt.Errorf("plugin %s: the state was not handed over: %w", name, err)
	}
	h.lost = append(h.lost, lost...)
	return nil
}

// switchTo makes g the current generation in place of old.
func (p *Plugin) switchTo(ctx context.Context, old, g *generation, h *handover) error {
	b := old.Backend()
	b.Hold()
	defer b.Unhold() // unless it is replaced
	if err := h.run(ctx, old, p.updater.policy.pause()); err != nil {
		return err
	}
	if crash := g.Crash(); crash != nil {
		return crash
	}
	if err := p.become(g); err != nil {
		return err
	}
	b.Replace()
	if p.updater.policy.EndObjects {
		b.Drain()
		old.Attachment().End()
	}
	return nil
}
