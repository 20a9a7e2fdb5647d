package reload

import (
	"context"
	"fmt"
	"time"
)

// A residence counts the generations that were replaced and are in one place.
type residence struct {
	stay    int  // have left, and their libraries stay
	used    int  // have not left
	leaving bool // one of those is about to leave
}

// residence counts the generations in the process, or, if separate, those in processes of their own.
func (p *Plugin) residence(separate bool) (r residence) {
	if !separate {
		p.updater.mu.Lock()
		r.stay = p.updater.stats.Resident
		p.updater.mu.Unlock()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, g := range p.old {
		if g.info.Separate != separate || g.Released() {
			continue
		}
		r.used++
		r.leaving = r.leaving || g.Unloadable() == nil && g.Backend().Stats().InFlight == 0 && g.Attachment().InUse() == 0
	}
	return r
}

// leaveLimit is how long a generation that is about to leave is waited for, if it takes the
// place of another one.
const leaveLimit = time.Second

// checkResident returns an error if no further generation may be loaded into the process, or, if
// separate, get a process of its own.
func (p *Plugin) checkResident(ctx context.Context, separate bool) error {
	limit := p.updater.policy.maxResident()
	for began := time.Now(); ; time.Sleep(time.Millisecond) {
		r := p.residence(separate)
		if limit < 0 || r.stay+r.used < limit {
			return nil
		}
		if !r.leaving || ctx.Err() != nil || time.Since(began) > leaveLimit {
			return p.named(fmt.Errorf("%w: the libraries of %d stay, and %d have calls under way or objects that the host uses; the limit is %d, see ReloadPolicy.MaxResident", ErrTooManyGenerations, r.stay, r.used, limit))
		}
	}
}

// moves reports whether the next generation gets a process of its own because of the limit.
func (p *Plugin) moves(ctx context.Context) bool {
	return p.updater.policy.Move && p.checkResident(ctx, false) != nil
}

// notMoved is the error of a plugin that is at the limit and cannot run in a process of its own.
func (p *Plugin) notMoved(err error) error {
	return p.named(fmt.Errorf("%w, and it cannot be moved to a process of its own: %w", ErrTooManyGenerations, err))
}
