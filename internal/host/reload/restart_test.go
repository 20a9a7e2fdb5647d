package reload

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	errCrash = errors.New("plugin test: it has ended")
	errOpen  = errors.New("its init function panics")
)

// A trial is a restarter whose attempts end as the test says.
type trial struct {
	*restarter
	began  time.Time
	events []string
	opens  int
	fails  func(n int) error // of attempt n, from 1 on
	takes  time.Duration     // each attempt
}

// newTrial must be called in a bubble of synctest.
func newTrial(policy Policy) *trial {
	r := &trial{began: time.Now(), fails: func(int) error { return nil }}
	policy.Report = func(e Event) {
		text := []string{"crashed", "restarting", "failed", "restarted", "gave up"}[e.Stage]
		if e.Attempt > 0 {
			text = fmt.Sprint(text, " ", e.Attempt)
		}
		if e.Stage == Restarting {
			text = fmt.Sprint(text, " in ", e.Delay)
		}
		r.events = append(r.events, text)
	}
	r.restarter = newRestarter(policy, r.open, func() {})
	return r
}

func (r *trial) open(ctx context.Context) error {
	r.opens++
	select {
	case <-time.After(r.takes):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return r.fails(r.opens)
}

// crash ends the plugin, and returns when nothing happens any more, or after the time.
func (r *trial) crash(after time.Duration) {
	r.ended(errCrash, func() bool { return true })
	time.Sleep(after)
	synctest.Wait()
}

func TestRestarts(t *testing.T) {
	for _, test := range []struct {
		name   string
		policy Policy
		fails  func(n int) error
		run    func(r *trial)
		events []string
		state  State
	}{
		{
			name: "once", run: func(r *trial) { r.crash(time.Second) },
			events: []string{"crashed", "restarting 1 in 100ms", "restarted 1"}, state: Up,
		},
		{
			name:   "delays double up to the largest, and the limit is reached",
			policy: Policy{MaxDelay: 300 * time.Millisecond, MaxRestarts: 4},
			fails:  func(int) error { return errOpen },
			run:    func(r *trial) { r.crash(time.Minute) },
			events: []string{
				"crashed", "restarting 1 in 100ms", "failed 1", "restarting 2 in 200ms", "failed 2",
				"restarting 3 in 300ms", "failed 3", "restarting 4 in 300ms", "failed 4", "gave up",
			}, state: Down,
		},
		{
			name:   "without a limit",
			policy: Policy{FirstDelay: time.Second, MaxDelay: time.Second, MaxRestarts: -1},
			fails: func(n int) error {
				if n < 100 {
					return errOpen
				}
				return nil
			},
			run: func(r *trial) {
				r.crash(time.Hour)
				r.events = r.events[len(r.events)-1:]
			},
			events: []string{"restarted 60"}, state: Up,
		},
		{
			name:   "old restarts do not count",
			policy: Policy{MaxRestarts: 1, Window: time.Minute},
			run: func(r *trial) {
				r.crash(2 * time.Minute)
				r.crash(30 * time.Second)
				r.crash(0)
			},
			events: []string{"crashed", "restarting 1 in 100ms", "restarted 1", "crashed", "restarting 1 in 100ms", "restarted 1", "crashed", "gave up"},
			state:  Down,
		},
		{
			name: "an end that is reported twice counts once", run: func(r *trial) {
				r.ended(errCrash, func() bool { return true })
				r.crash(time.Second)
				r.ended(errCrash, func() bool { return false }) // of the generation before
				synctest.Wait()
			},
			events: []string{"crashed", "restarting 1 in 100ms", "restarted 1"}, state: Up,
		},
		{
			name: "stopped before the attempt", run: func(r *trial) {
				r.crash(50 * time.Millisecond)
				r.stop()
				time.Sleep(time.Second)
			},
			events: []string{"crashed", "restarting 1 in 100ms"}, state: Down,
		},
		{
			name: "stopped in the attempt", run: func(r *trial) {
				r.takes = time.Hour
				r.crash(time.Second)
				r.stop()
				time.Sleep(time.Second)
			},
			events: []string{"crashed", "restarting 1 in 100ms"}, state: Down,
		},
		{
			name: "stopped before the end", run: func(r *trial) {
				r.stop()
				r.crash(time.Second)
			},
			state: Down,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // fails if a goroutine is left
				r := newTrial(test.policy)
				if test.fails != nil {
					r.fails = test.fails
				}
				test.run(r)
				if diff := cmp.Diff(test.events, r.events); diff != "" {
					t.Errorf("events (-want +got):\n%s", diff)
				}
				if got := r.Stats().State; got != test.state {
					t.Errorf("got state %d, want %d", got, test.state)
				}
			})
		})
	}
}

// What a call gets that was not begun because the plugin is away.
func TestAwait(t *testing.T) {
	ended, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("enough"))
	for _, test := range []struct {
		name   string
		policy Policy
		fails  error
		ctx    context.Context
		takes  time.Duration
		want   string // "": the call can begin
		away   bool   // the error is ErrRestarting
	}{
		{name: "fails at once", want: "it is being opened again", away: true},
		{name: "waits", policy: Policy{Wait: time.Second}, takes: 100 * time.Millisecond},
		{name: "waits too long", policy: Policy{Wait: time.Second, FirstDelay: time.Minute}, takes: time.Second, want: "was not after 1s", away: true},
		{name: "waits for its context", policy: Policy{Wait: -1}, ctx: ended, want: "enough", away: true},
		{name: "waits without end", policy: Policy{Wait: -1, FirstDelay: 5 * time.Minute}, takes: 5 * time.Minute},
		{name: "it stays away", policy: Policy{Wait: -1, MaxRestarts: 1}, fails: errOpen, takes: 100 * time.Millisecond, want: "1 times within 1m0s; the last time failed: its init function panics"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newTrial(test.policy)
				r.fails = func(int) error { return test.fails }
				r.ended(errCrash, func() bool { return true })
				err := r.await(test.ctx, errCrash)
				if took := time.Since(r.began); took != test.takes {
					t.Errorf("got an answer after %v, want %v", took, test.takes)
				}
				if err == nil { // the caller tries again, and asks again if it fails
					err = r.await(test.ctx, errCrash)
				}
				switch {
				case test.want == "" && err != nil:
					t.Errorf("got %v, want none", err)
				case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || !errors.Is(err, errCrash)):
					t.Errorf("got %v, want the crash and %q", err, test.want)
				}
				if got := errors.Is(err, ErrRestarting); got != test.away {
					t.Errorf("got an ErrRestarting: %t, want %t", got, test.away)
				}
				r.stop()
			})
		})
	}
}

func TestStats(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newTrial(Policy{})
		r.fails = func(n int) error {
			if n == 1 {
				return errOpen
			}
			return nil
		}
		r.crash(time.Minute)
		want := Stats{Restarts: 1, Failures: 1, State: Up, Since: r.began.Add(300 * time.Millisecond), Last: errOpen}
		if got := r.Stats(); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		r.stop()
	})
}
