package call

import (
	"context"
	"fmt"
	"reflect"
	"sync"
	"time"
)

// SetKillAfter makes a call end the plugin by kill if it has not returned when its context has
// been over for the time grace. It is called before the first call.
func (t *target) SetKillAfter(grace time.Duration, kill func(cause error)) {
	t.killAfter, t.kill = grace, kill
}

// An overdue waits for the end of a call after that of its context.
type overdue struct {
	forget func() bool

	mu    sync.Mutex
	ended bool
	timer *time.Timer
}

// watch returns nil if the plugin is not to be killed after the end of ctx, which may be nil.
func (t *target) watch(ctx context.Context) *overdue {
	if t.killAfter <= 0 || ctx == nil || ctx.Done() == nil {
		return nil
	}
	o, grace, kill := new(overdue), t.killAfter, t.kill
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
	return o
}

func (o *overdue) hasEnded() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.ended
}

// watchFirst is watch for the context that the plugin's function takes as the first argument,
// if it takes one.
func (b *Binding) watchFirst(args []reflect.Value) *overdue {
	if b.target.killAfter <= 0 || len(args) == 0 || args[0].Type() != contextType {
		return nil
	}
	ctx, _ := args[0].Interface().(context.Context)
	return b.target.watch(ctx)
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
