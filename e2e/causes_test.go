package e2e

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/e2e/testdata/faults"
)

// A context has one cause on both sides.
func TestContextsHaveTheirCause(t *testing.T) {
	p := open(t, built(t, "faults"))
	type waiter = func(context.Context, func()) (err, cause error)
	for _, name := range []string{"sql.ErrNoRows", "open", "json type", "private", "context.Canceled"} {
		t.Run(name, func(t *testing.T) {
			want := faults.Make(name)
			for _, function := range []string{"Wait", "WaitWithin"} {
				for _, limited := range []bool{false, true} {
					parent, cancel := context.WithCancelCause(context.Background())
					ctx, stop := context.WithCancel(parent)
					if limited {
						ctx, stop = context.WithTimeout(parent, time.Hour)
					}
					err, cause := bound[waiter](t, p, function)(ctx, func() { cancel(want) })
					stop()
					if err != context.Canceled {
						t.Errorf("%s, with a deadline %t: got error %v, want %v", function, limited, err, context.Canceled)
					}
					if cause != want {
						t.Errorf("%s, with a deadline %t: got the cause %v, want the host's own %v", function, limited, cause, want)
					}
				}
			}
			ctx, end := bound[func(string) (context.Context, func())](t, p, "Ended")(name)
			end()
			<-ctx.Done()
			if diff := cmp.Diff(faults.Report(want), faults.Report(context.Cause(ctx))); diff != "" {
				t.Errorf("the cause of a context of the plugin (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("none", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		err, cause := bound[waiter](t, p, "Wait")(ctx, cancel)
		if err != context.Canceled || cause != context.Canceled {
			t.Errorf("got error %v and cause %v, want %v", err, cause, context.Canceled)
		}
	})
	t.Run("after its deadline", func(t *testing.T) {
		want := errors.New("too slow")
		ctx, cancel := context.WithTimeoutCause(context.Background(), 50*time.Millisecond, want)
		defer cancel()
		for _, function := range []string{"Wait", "WaitWithin"} {
			err, cause := bound[waiter](t, p, function)(ctx, func() {})
			if err != context.DeadlineExceeded || cause != want {
				t.Errorf("%s: got error %v and cause %v, want %v and %v", function, err, cause, context.DeadlineExceeded, want)
			}
			ctx, cancel = context.WithTimeoutCause(context.Background(), 50*time.Millisecond, want)
			defer cancel()
		}
	})
}
