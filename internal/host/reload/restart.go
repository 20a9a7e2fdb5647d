package reload

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// ErrRestarting reports a call of a plugin that has ended and is being opened again.
var ErrRestarting = errors.New("it is being opened again")

// A restarter opens a plugin again after it has ended. It is safe for concurrent use.
type restarter struct {
	policy Policy
	open   func(context.Context) error // makes another generation the current one

	// opened is called when a generation takes calls, after that was reported. From here on it
	// is watched, and not earlier.
	opened func()

	mu      sync.Mutex
	stats   Stats
	times   []time.Time   // of the attempts within the window
	changed chan struct{} // closed when the state is not Away any more
	failed  bool          // the last attempt has failed
	stopped bool          // it stays down for good
	reason  string        // why it stays away, if it gave up
	cancel  func()        // ends the attempts
	opening chan struct{} // closed when no attempt is under way; nil: none is
	running chan struct{} // closed when the goroutine of the last end has returned; nil: there was none
}

func newRestarter(policy Policy, open func(context.Context) error, opened func()) *restarter {
	return &restarter{policy: policy.withDefaults(), open: open, opened: opened, stats: Stats{Since: time.Now()}}
}

// ended begins to open the plugin again, unless that has begun, or it is down. current reports
// whether the generation that has ended is the current one. It may be reported late, when
// another one takes its calls.
func (r *restarter) ended(cause error, current func() bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stats.State != Up || !current() {
		return
	}
	r.enter(Away)
	r.stats.Last = cause
	ctx, cancel := context.WithCancel(context.Background())
	before, running := r.running, make(chan struct{})
	r.changed, r.cancel, r.running = make(chan struct{}), cancel, running
	go func() {
		defer close(running)
		if before != nil {
			<-before // events are reported in their order
		}
		defer cancel()
		r.run(ctx, cause)
	}()
}

// enter changes the state. The caller holds the lock.
func (r *restarter) enter(s State) {
	if r.stats.State == Away {
		close(r.changed)
	}
	r.stats.State, r.stats.Since = s, time.Now()
}

func (r *restarter) report(e Event) {
	if r.policy.Report != nil {
		r.policy.Report(e)
	}
}

// run makes attempts until one has succeeded, or the limit is reached, or ctx has ended.
func (r *restarter) run(ctx context.Context, cause error) {
	r.report(Event{Stage: Crashed, Err: cause})
	for {
		n, delay := r.admit(cause)
		if n < 0 {
			return // it is down
		}
		if n == 0 {
			r.report(Event{Stage: GaveUp, Err: cause})
			return
		}
		r.report(Event{Stage: Restarting, Attempt: n, Delay: delay})
		timer := time.NewTimer(delay)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		began := time.Now()
		err := r.attempt(ctx)
		if ctx.Err() != nil {
			return
		}
		if err == nil {
			r.report(Event{Stage: Restarted, Attempt: n, Took: time.Since(began)})
			r.opened()
			return
		}
		cause = err
		r.report(Event{Stage: Failed, Attempt: n, Took: time.Since(began), Err: err})
	}
}

// admit returns the number of the next attempt within the window, and the time to wait before
// it. cause is why it is away. The number is 0 if the limit is reached, and negative if the plugin is down.
func (r *restarter) admit(cause error) (n int, delay time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stats.State != Away {
		return -1, 0
	}
	now := time.Now()
	r.times = slices.DeleteFunc(r.times, func(t time.Time) bool { return now.Sub(t) >= r.policy.Window })
	if limit := r.policy.MaxRestarts; limit >= 0 && len(r.times) >= limit {
		r.reason = fmt.Sprintf("it is not opened again: the limit of WithRestart is reached, %d times within %v", limit, r.policy.Window)
		if r.failed {
			r.reason += fmt.Sprintf("; the last time failed: %v", cause)
		}
		r.enter(Down)
		return 0, 0
	}
	delay = r.policy.delay(len(r.times))
	r.times = append(r.times, now)
	return len(r.times), delay
}

// attempt opens the plugin.
func (r *restarter) attempt(ctx context.Context) error {
	opening := make(chan struct{})
	r.mu.Lock()
	if r.stats.State != Away {
		r.mu.Unlock()
		return nil
	}
	r.opening = opening
	r.mu.Unlock()
	err := r.open(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	close(opening)
	switch {
	case r.stats.State != Away:
	case err != nil:
		r.stats.Failures++
		r.stats.Last, r.failed = err, true
	default:
		r.stats.Restarts++
		r.failed = false
		r.enter(Up)
	}
	return err
}

// stop ends the restarts for good, and returns when no attempt is under way.
func (r *restarter) stop() {
	r.mu.Lock()
	r.stopped = true
	if r.stats.State != Down {
		r.enter(Down)
	}
	if r.cancel != nil {
		r.cancel()
	}
	opening := r.opening
	r.mu.Unlock()
	if opening != nil {
		<-opening
	}
}

// replaced ends an attempt to open the plugin again, because another generation takes its calls.
func (r *restarter) replaced() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stats.State == Up || r.stopped {
		return
	}
	r.cancel()
	r.reason, r.failed = "", false
	r.enter(Up)
}

// await returns nil if a call that was not begun because of err can begin now. While the plugin
// is away, it waits as long as the policy says. ctx may be nil.
func (r *restarter) await(ctx context.Context, err error) error {
	r.mu.Lock()
	state, changed, reason := r.stats.State, r.changed, r.reason
	r.mu.Unlock()
	switch {
	case state == Up:
		return nil
	case state == Down && reason != "":
		return &awayError{err: err, text: reason}
	case state == Down:
		return err
	case r.policy.Wait == 0:
		return &awayError{err, ErrRestarting, ErrRestarting.Error()}
	}
	var limit <-chan time.Time
	if r.policy.Wait > 0 {
		timer := time.NewTimer(r.policy.Wait)
		defer timer.Stop()
		limit = timer.C
	}
	var done <-chan struct{}
	if ctx != nil {
		done = ctx.Done()
	}
	select {
	case <-changed:
		return nil
	case <-limit:
		return &awayError{err, ErrRestarting, fmt.Sprintf("%v, and was not after %v", ErrRestarting, r.policy.Wait)}
	case <-done:
		return &awayError{err, errors.Join(ErrRestarting, context.Cause(ctx)), fmt.Sprintf("%v: %v", ErrRestarting, context.Cause(ctx))}
	}
}

// An awayError is why a plugin has ended, and what is being done about it.
type awayError struct {
	err, state error
	text       string
}

func (e *awayError) Error() string { return e.err.Error() + "; " + e.text }

func (e *awayError) Unwrap() []error {
	if e.state == nil {
		return []error{e.err}
	}
	return []error{e.err, e.state}
}

// Stats returns counts.
func (r *restarter) Stats() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stats
}
