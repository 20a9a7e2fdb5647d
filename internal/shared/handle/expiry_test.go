package handle

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A context whose deadline has passed has the error and the cause of the other side's, and so have
// contexts that derive from it.
func TestContextsExpire(t *testing.T) {
	slow := errors.New("too slow")
	const soon = -1 // a few milliseconds from now
	for _, test := range []struct {
		name     string
		deadline int64
		end      func(c *Contexts)
		err      error
		cause    error
	}{
		{"with a cause", time.Now().Add(time.Hour).UnixNano(), func(c *Contexts) { c.Cancelled(1, End{slow, true}) }, context.DeadlineExceeded, slow},
		{"cancelled", time.Now().Add(time.Hour).UnixNano(), func(c *Contexts) { c.Cancelled(1, End{slow, false}) }, context.Canceled, slow},
		{"by its own timer", soon, func(*Contexts) {}, context.DeadlineExceeded, context.DeadlineExceeded},
		{"while it is asked for", soon, func(c *Contexts) { c.Expired = func(ref wire.Ref) { c.Cancelled(ref, End{slow, true}) } }, context.DeadlineExceeded, slow},
		{"without an answer", soon, func(c *Contexts) { c.Expired = func(wire.Ref) { select {} } }, context.DeadlineExceeded, context.DeadlineExceeded},
		{"long ago", 1, func(*Contexts) {}, context.DeadlineExceeded, context.DeadlineExceeded},
		{"before it arrives", soon, func(*Contexts) {}, context.DeadlineExceeded, slow},
	} {
		t.Run(test.name, func(t *testing.T) {
			var c Contexts
			if test.name == "before it arrives" {
				c.Cancelled(1, End{slow, true})
			}
			if test.deadline == soon {
				test.end(&c)
				test.deadline = time.Now().Add(5 * time.Millisecond).UnixNano()
			}
			s := c.Import(1, test.deadline)
			if at, ok := s.Deadline(); !ok || at.UnixNano() != test.deadline {
				t.Errorf("got the deadline %v, want %v", at, time.Unix(0, test.deadline))
			}
			if test.deadline == 1 && s.Err() == nil {
				t.Error("got no error, want one at once")
			}
			inner, cancel := context.WithCancel(context.WithValue(s, test.name, 1))
			defer cancel()
			if test.deadline > time.Now().Add(time.Minute).UnixNano() {
				test.end(&c)
			}
			<-inner.Done()
			late, stop := context.WithTimeout(s, time.Hour)
			defer stop()
			for name, ctx := range map[string]context.Context{"itself": s, "derived before": inner, "derived after": late} {
				if ctx.Err() != test.err || context.Cause(ctx) != test.cause {
					t.Errorf("%s: got error %v and cause %v, want %v and %v", name, ctx.Err(), context.Cause(ctx), test.err, test.cause)
				}
			}
		})
	}
}

// The side that a context is from tells its cause before it answers that the deadline has passed.
func TestContextsTellTheCauseOfADeadline(t *testing.T) {
	slow := errors.New("too slow")
	for name, want := range map[string]*End{"cause": {slow, true}, "none": nil} {
		t.Run(name, func(t *testing.T) {
			told := make(chan End, 2)
			c := Contexts{Cancel: func(_ wire.Ref, how End) { told <- how }}
			ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
			if want != nil {
				ctx, cancel = context.WithTimeoutCause(context.Background(), time.Millisecond, want.Cause)
			}
			defer cancel()
			c.Export(ctx, func() wire.Ref { return 7 })
			c.expired(7)
			select {
			case got := <-told:
				if want == nil || got != *want {
					t.Errorf("got %v, want %v", got, want)
				}
			default:
				if want != nil {
					t.Errorf("got no end, want %v before expired returns", *want)
				}
			}
			c.expired(8) // unknown
		})
	}
}
