//go:build go1.22

package handle

import (
	"context"
	"sync"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// maxExpiry bounds how long a context whose deadline has passed waits for its cause from the other
// side.
const maxExpiry = 100 * time.Millisecond

// An expiry is the parent of the Signal of a context with a deadline. It ends at the deadline, with
// the cause that the context has on the other side. A context of package context has a cause of
// that kind only if it is known from the beginning.
type expiry struct {
	deadline time.Time
	done     chan struct{}

	mu    sync.Mutex
	timer *time.Timer
	ended context.Context // has the error and the cause
	after map[*func()]bool
}

func newExpiry(deadline time.Time) *expiry {
	return &expiry{deadline: deadline, done: make(chan struct{}), after: make(map[*func()]bool)}
}

// start runs passed at the deadline, unless e has ended. A deadline that has passed already ends e.
func (e *expiry) start(passed func()) {
	left := time.Until(e.deadline)
	if left <= 0 {
		e.end(nil)
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ended == nil {
		e.timer = time.AfterFunc(left, passed)
	}
}

// stop stops the timer.
func (e *expiry) stop() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.timer != nil {
		e.timer.Stop()
	}
}

// end ends e with a cause, or without one if it is nil.
func (e *expiry) end(cause error) {
	e.mu.Lock()
	if e.ended != nil {
		e.mu.Unlock()
		return
	}
	ended, cancel := context.WithDeadlineCause(context.Background(), time.Time{}, cause)
	defer cancel()
	e.ended = ended
	close(e.done)
	after := e.after
	e.after = nil
	e.mu.Unlock()
	e.stop()
	for f := range after {
		(*f)()
	}
}

func (e *expiry) state() context.Context {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.ended
}

// Deadline implements context.Context.
func (e *expiry) Deadline() (time.Time, bool) { return e.deadline, true }

// Done implements context.Context.
func (e *expiry) Done() <-chan struct{} { return e.done }

// Err implements context.Context.
func (e *expiry) Err() error {
	if ended := e.state(); ended != nil {
		return ended.Err()
	}
	return nil
}

// Value implements context.Context. Package context finds the cause by it.
func (e *expiry) Value(key any) any {
	if ended := e.state(); ended != nil {
		return ended.Value(key)
	}
	return nil
}

// AfterFunc is called by package context, instead of waiting for Done in a goroutine.
func (e *expiry) AfterFunc(f func()) (stop func() bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ended != nil {
		go f()
		return func() bool { return false }
	}
	e.after[&f] = true
	return func() bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		waiting := e.after[&f]
		delete(e.after, &f)
		return waiting
	}
}

// passed ends the signal of a context whose deadline has passed. The other side tells the cause
// while it is asked, if there is one: see Contexts.Tell.
func (s *Signal) passed() {
	if s.ref != 0 && s.of.Expired != nil {
		asked := make(chan struct{})
		go func() {
			defer close(asked)
			s.of.Expired(s.ref)
		}()
		late := time.NewTimer(maxExpiry)
		defer late.Stop()
		select {
		case <-asked:
		case <-late.C: // the other side is busy, or has ended
		}
	}
	s.limit.end(nil)
}

// expired is the operation wire.OpExpired: the deadline of an exported context has passed on the
// other side. It tells the cause of the context, if there is one.
func (c *Contexts) expired(ref wire.Ref) {
	c.mu.Lock()
	w := c.watched[ref]
	c.mu.Unlock()
	if w == nil {
		return
	}
	late := time.NewTimer(maxExpiry)
	defer late.Stop()
	select {
	case <-w.ctx.Done():
		w.tell()
	case <-late.C: // its Deadline is not true
	}
}
