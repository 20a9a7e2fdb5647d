package backend

import (
	"context"
	"errors"
	"testing"
)

// Idle waits for an invocation that is not a late one, also when late ones begin and end while the
// invocations under way are counted.
func TestIdleWithLateInvocations(t *testing.T) {
	late := func(g *Gate) {
		if err := g.Check(true); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name           string
		before, during func(*Gate)
		counted        int64
		idle           bool
	}{
		{"none", func(*Gate) {}, func(*Gate) {}, 1, false},
		{"begins and is not counted", func(*Gate) {}, late, 1, false},
		{"begins and is counted", func(*Gate) {}, late, 2, false},
		{"ends and is not counted", late, (*Gate).LateEnded, 1, false},
		{"ends and another begins", late, func(g *Gate) { late(g); g.LateEnded() }, 1, false},
		{"is counted", late, func(*Gate) {}, 2, false},
		{"is the only one", late, func(*Gate) {}, 1, true},
		{"has ended", func(g *Gate) { late(g); g.LateEnded() }, func(*Gate) {}, 0, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := new(Gate)
			g.Init(func() error { return ErrClosed }, nil)
			g.Hold()
			test.before(g)
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			err := g.Idle(ctx, func() int64 {
				test.during(g)
				return test.counted
			})
			if idle := err == nil; idle != test.idle || !idle && !errors.Is(err, context.Canceled) {
				t.Errorf("got error %v, want idle %t", err, test.idle)
			}
		})
	}
}
