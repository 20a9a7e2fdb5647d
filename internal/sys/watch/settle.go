package watch

import (
	"context"
	"time"
)

// settle returns when nothing has changed for a while, or when that takes too long. Meanwhile it
// calls early for what has changed, and it returns when that has returned.
func (l *Loop) settle(ctx context.Context, early func(context.Context)) {
	limit := time.NewTimer(maxQuiet * l.Quiet)
	defer limit.Stop()
	quiet := time.NewTimer(l.Quiet)
	defer quiet.Stop()
	soon := time.NewTimer(l.Quiet / earlyQuiet)
	defer soon.Stop()
	p := &preparation{loop: l, early: early}
	defer p.stop()
	for settled := false; ; {
		select {
		case <-l.Notifier.C:
			if settled {
				settled = false
				limit.Reset(maxQuiet * l.Quiet)
			}
			quiet.Reset(l.Quiet)
			soon.Reset(l.Quiet / earlyQuiet)
		case <-soon.C:
			p.begin(ctx)
		case <-quiet.C:
			if p.done == nil {
				return
			}
			settled = true
		case <-p.done:
			p.done = nil
			if settled {
				return
			}
		case <-limit.C:
			if !settled {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// A preparation is a call of Loop.Early.
type preparation struct {
	loop   *Loop
	early  func(context.Context)
	inputs Inputs // that it began with; nil: it has not begun
	cancel context.CancelCauseFunc
	done   chan struct{} // closed when it has returned; nil: it does not run
}

// begin calls Early for the inputs as they are now, unless it was called for these.
func (p *preparation) begin(ctx context.Context) {
	if p.early == nil || p.inputs != nil && p.inputs.Changed() == "" {
		return
	}
	p.stop()
	p.inputs = nil
	last := p.loop.inputs()
	if last.Changed() == "" {
		return
	}
	p.inputs = last.Now()
	ctx, p.cancel = context.WithCancelCause(ctx)
	done := make(chan struct{})
	p.done = done
	go func() {
		defer close(done)
		p.early(ctx)
	}()
}

// stop ends Early, and returns when it has returned.
func (p *preparation) stop() {
	if p.cancel == nil {
		return
	}
	p.cancel(ErrSuperseded)
	if p.done != nil {
		<-p.done
		p.done = nil
	}
}
