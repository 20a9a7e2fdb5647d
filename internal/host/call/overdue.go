package call

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// SetKillAfter makes a call end the plugin by kill if it has not returned when its context has
// been over for the time grace. It is called before the first call.
func (e *Exports) SetKillAfter(grace time.Duration, kill func(cause error)) {
	for _, t := range []*target{&e.target, &e.objects} {
		t.killAfter, t.kill = grace, kill
		if grace > 0 {
			t.simple = nil
		}
	}
}

// An overdue waits for the end of a call after that of a context.
type overdue struct {
	next   *overdue // of another context of the call
	forget func() bool

	mu    sync.Mutex
	ended bool
	timer *time.Timer
}

// watch makes the call end the plugin if it does not return after the end of ctx, which may be
// nil. It is called for each context that the call has.
func (c *Call) watch(ctx context.Context) {
	grace, kill := c.target.killAfter, c.target.kill
	if grace <= 0 || ctx == nil || ctx.Done() == nil {
		return
	}
	o := &overdue{next: c.overdue}
	c.overdue = o
	o.forget = context.AfterFunc(ctx, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if !o.ended {
			o.timer = time.AfterFunc(grace, func() {
				if o.hasEnded() { // while this func waited for a processor
					return
				}
				kill(fmt.Errorf("a call had not returned %v after its context had ended: %w", grace, context.Cause(ctx)))
			})
		}
	})
}

func (o *overdue) hasEnded() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ended
}

// stop is called when the call has ended.
func (o *overdue) stop() {
	o.forget()
	o.mu.Lock()
	defer o.mu.Unlock()
	o.ended = true
	if o.timer != nil {
		o.timer.Stop()
	}
}
