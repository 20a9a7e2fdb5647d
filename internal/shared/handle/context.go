//go:build go1.22

package handle

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Contexts makes contexts end on one side when they end on the other. Their deadlines and
// ends cross, and their values do not: a side has the values that it has set itself. It is
// safe for concurrent use.
type Contexts struct {
	// Cancel tells the other side how an exported context has ended. It is set before the first
	// Export.
	Cancel func(ref wire.Ref, how End)

	// Expired makes the other side tell the cause of one of its contexts whose deadline has
	// passed here, if there is one. It is set before the first Import.
	Expired func(ref wire.Ref)

	// Base asks the other side for the context of this side from which one of its own
	// derives, nil if there is none. It is set before the first Import.
	Base func(ref wire.Ref) context.Context

	mu       sync.Mutex
	watched  map[wire.Ref]*watch // exported contexts
	recent   []*watch            // the last of them that had not ended when Tell looked
	some     atomic.Bool         // recent is not empty
	imported map[wire.Ref]*Signal
	early    map[wire.Ref]End // contexts of the other side that ended before they were imported
	aborted  error            // the cause of Abort
}

// An End is how a context has ended.
type End struct {
	Cause   error // nil if it is the context's error
	Expired bool  // the deadline has passed
}

// A watch tells the other side that a context has ended.
type watch struct {
	ctx  context.Context
	tell func()      // tells it, once
	stop func() bool // ends watching
}

// maxRecent bounds the contexts that Tell looks at.
const maxRecent = 64

// Pending reports whether Tell may have something to tell. The compiler inlines it.
func (c *Contexts) Pending() bool { return c.some.Load() }

// Tell tells the other side which of the contexts that were exported last have ended, and returns
// when it knows. It runs before control goes to the other side: the goroutine of
// context.AfterFunc may be late.
func (c *Contexts) Tell() {
	if !c.Pending() {
		return
	}
	var ended []*watch
	c.mu.Lock()
	c.recent = slices.DeleteFunc(c.recent, func(w *watch) bool {
		if w.ctx.Err() == nil {
			return false
		}
		ended = append(ended, w)
		return true
	})
	c.some.Store(len(c.recent) > 0)
	c.mu.Unlock()
	for _, w := range ended {
		w.tell()
	}
}

// Export returns what the other side gets for a context: the reference that put returns, or
// 0 if the context never ends and has no values, and the deadline, or 0 if there is none.
func (c *Contexts) Export(ctx context.Context, put func() wire.Ref) (ref wire.Ref, deadline int64) {
	t, limited := ctx.Deadline()
	if limited {
		// 0 stands for none.
		if deadline = t.UnixNano(); deadline == 0 {
			deadline = 1
		}
	}
	ends := ctx.Done() != nil
	if !ends && (ctx == context.Background() || ctx == context.TODO()) {
		return 0, deadline
	}
	ref = put()
	if !ends {
		return ref, deadline
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	// A context that has ended is watched again, because the other side may have forgotten
	// it.
	if c.watched[ref] == nil || ctx.Err() != nil {
		if c.watched == nil {
			c.watched = make(map[wire.Ref]*watch)
		}
		tell := sync.OnceFunc(func() {
			how := endOf(ctx)
			how.Expired = how.Expired && limited
			if how.Expired && how.Cause == nil {
				return // the other side has its own timer
			}
			c.Cancel(ref, how)
		})
		w := &watch{ctx, tell, context.AfterFunc(ctx, tell)}
		c.watched[ref] = w
		if len(c.recent) == maxRecent {
			c.recent = slices.Delete(c.recent, 0, 1)
		}
		c.recent = append(c.recent, w)
		c.some.Store(true)
	}
	return ref, deadline
}

// Watched returns a func that tells the other side that the contexts which are exported now have
// ended, as far as they are still there, but not the context except.
func (c *Contexts) Watched(except context.Context) (end func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := make(map[wire.Ref]*watch)
	for ref, w := range c.watched {
		if w.ctx != except {
			now[ref] = w
		}
	}
	return func() {
		c.mu.Lock()
		for ref, w := range now {
			if c.watched[ref] != w {
				delete(now, ref)
			}
		}
		c.mu.Unlock()
		for ref, w := range now {
			c.Cancel(ref, End{Cause: endOf(w.ctx).Cause})
		}
	}
}

// endOf returns how a context has ended.
func endOf(ctx context.Context) (how End) {
	err := ctx.Err()
	if cause := context.Cause(ctx); cause != err {
		how.Cause = cause
	}
	how.Expired = errors.Is(err, context.DeadlineExceeded)
	return how
}

// Released ends watching an exported context when all references to it were released.
func (c *Contexts) Released(ref wire.Ref) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w := c.watched[ref]; w != nil {
		w.stop()
		delete(c.watched, ref)
		c.recent = slices.DeleteFunc(c.recent, func(other *watch) bool { return other == w })
		c.some.Store(len(c.recent) > 0)
	}
}

// A Signal ends when a context of the other side does.
type Signal struct {
	context.Context
	cancel context.CancelCauseFunc
	limit  *expiry // nil if it has no deadline
	keep   sync.Once

	of   *Contexts
	ref  wire.Ref // of the context on the other side, 0 if it has none
	ask  sync.Once
	base context.Context
}

// Keep keeps v reachable until the signal has ended. A goroutine that waits for the channel
// of Done does not refer to its context, and the signal would end if v were collected.
func (s *Signal) Keep(v any) {
	s.keep.Do(func() { context.AfterFunc(s.Context, func() { runtime.KeepAlive(v) }) })
}

// A signalKey is the key under which a context has the Signal that it derives from.
type signalKey struct{}

// Value implements context.Context. The values are those of the context of this side from
// which the one of the other side derives.
func (s *Signal) Value(key any) any {
	if key == (signalKey{}) {
		return s
	}
	if v := s.Context.Value(key); v != nil || s.ref == 0 {
		return v
	}
	s.ask.Do(func() { s.base = s.of.Base(s.ref) })
	if s.base == nil {
		return nil
	}
	return s.base.Value(key)
}

// base returns the other side's handle of the context from which an exported one derives.
func (s *Side) base(ref wire.Ref) wire.Ref {
	v, _ := s.Exported.Get(ref)
	if key, ok := v.(interface{ Context() context.Context }); ok {
		v = key.Context()
	}
	ctx, ok := v.(context.Context)
	if !ok {
		return 0
	}
	if signal, ok := ctx.Value(signalKey{}).(*Signal); ok && signal.of == s.Contexts {
		return signal.ref
	}
	return 0
}

// Import returns the signal of a context of the other side, which must not be imported
// already. A context without a reference ends only by its deadline.
func (c *Contexts) Import(ref wire.Ref, deadline int64) *Signal {
	s := &Signal{of: c, ref: ref}
	parent := context.Background()
	if deadline != 0 {
		s.limit = newExpiry(time.Unix(0, deadline))
		parent = s.limit
		defer func() { s.limit.start(s.passed) }()
	}
	s.Context, s.cancel = context.WithCancelCause(parent)
	if ref == 0 {
		return s
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.imported == nil {
		c.imported = make(map[wire.Ref]*Signal)
	}
	c.imported[ref] = s
	if how, ok := c.early[ref]; ok {
		delete(c.early, ref)
		s.end(how)
	}
	if c.aborted != nil {
		s.end(End{Cause: c.aborted})
	}
	return s
}

// end ends the signal as the context of the other side has ended.
func (s *Signal) end(how End) {
	switch {
	case s.limit == nil:
		s.cancel(how.Cause)
	case how.Expired:
		s.limit.end(how.Cause)
	default:
		s.cancel(how.Cause)
		s.limit.stop()
	}
}

// Imported returns how many contexts of the other side are in use.
func (c *Contexts) Imported() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.imported)
}

// Forget removes the signal of a context to which nothing refers any more, and stops its
// timer.
func (c *Contexts) Forget(ref wire.Ref, s *Signal) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.imported[ref] == s { // not imported again
		delete(c.imported, ref)
	}
	s.end(End{})
}

// maxEarly bounds how many early ends are recorded. A record may remain for ever: a context
// that ends while its reference is released is not imported again.
const maxEarly = 1 << 12

// Cancelled is the operation wire.OpCancel. It may arrive before the context itself, which a
// call under way may still pass.
func (c *Contexts) Cancelled(ref wire.Ref, how End) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.imported[ref]; s != nil {
		s.end(how)
		return
	}
	if c.early == nil || len(c.early) >= maxEarly {
		c.early = make(map[wire.Ref]End)
	}
	c.early[ref] = how
}

// Abort ends all imported contexts with a cause, also those that a call under way imports
// later.
func (c *Contexts) Abort(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.aborted = cause
	for _, s := range c.imported {
		s.end(End{Cause: cause})
	}
}

// Clear ends all imported contexts, and ends watching exported ones.
func (c *Contexts) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, w := range c.watched {
		w.stop()
	}
	for _, s := range c.imported {
		s.end(End{})
	}
	clear(c.watched)
	c.recent = nil
	c.some.Store(false)
	clear(c.early)
}
