package object

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"
	"weak"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// contexts are those that one side was given by the other. Deadline and cancellation
// cross, values do not.
type contexts struct {
	session *Session

	mu      sync.Mutex
	watched map[wire.Ref]func() bool // of the host's, lent: what ends watching them
	foreign map[wire.Ref]*arrival    // of the plugin's
	early   map[wire.Ref]bool        // of the plugin's: ended before they came
}

// put lends a context to the plugin.
func (c *contexts) put(ctx context.Context) (ref wire.Ref, deadline int64) {
	if ctx == nil {
		return 0, 0
	}
	t, limited := ctx.Deadline()
	if limited {
		// The plugin takes 0 for none.
		if deadline = t.UnixNano(); deadline == 0 {
			deadline = 1
		}
	}
	if ctx.Done() == nil {
		return 0, deadline
	}
	if f, ok := ctx.(*foreign); ok && f.session == c.session {
		return f.ref | wire.Owner, deadline
	}
	ref = c.session.table.Put(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.watched[ref] == nil {
		if c.watched == nil {
			c.watched = make(map[wire.Ref]func() bool)
		}
		c.watched[ref] = context.AfterFunc(ctx, func() {
			// The plugin has a timer of its own.
			if limited && errors.Is(ctx.Err(), context.DeadlineExceeded) {
				return
			}
			c.session.gate.Operate(wire.OpCancel, []uint64{uint64(ref)}, nil)
		})
	}
	return ref, deadline
}

// forget ends watching a context that the plugin has given back.
func (c *contexts) forget(ref wire.Ref) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if stop := c.watched[ref]; stop != nil {
		stop()
		delete(c.watched, ref)
	}
}

// A foreign is a context of the plugin's. What is derived from it refers to it, so its
// collection says that nobody looks at it any more.
type foreign struct {
	context.Context
	session *Session
	ref     wire.Ref
	pin     sync.Once
}

// Done returns the channel that tells the end. Whoever waits for it may not refer to
// the context, so from here on the context is kept until its end.
func (f *foreign) Done() <-chan struct{} {
	f.pin.Do(func() { context.AfterFunc(f.Context, func() { runtime.KeepAlive(f) }) })
	return f.Context.Done()
}

// String names it where it is printed.
func (f *foreign) String() string { return "context.Context of the plugin" }

// An arrival is a foreign that came.
type arrival struct {
	now    weak.Pointer[foreign]
	cancel context.CancelFunc
}

// take returns the context that the plugin has lent, or that came home.
func (c *contexts) take(ref wire.Ref, deadline int64) (context.Context, error) {
	switch {
	case ref == wire.NoContext:
		return nil, nil
	case ref == 0 && deadline == 0:
		return context.Background(), nil
	case ref.ForOwner():
		v, err := c.session.table.Get(ref)
		if err != nil {
			return nil, err
		}
		ctx, ok := v.(context.Context)
		if !ok {
			return nil, errors.New("the object that came home is no context")
		}
		return ctx, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if known := c.foreign[ref]; known != nil {
		if f := known.now.Value(); f != nil {
			c.session.releases.add(ref) // one reference is enough
			return f, nil
		}
	}
	ctx, cancel := limited(deadline)
	if ref == 0 {
		return ctx, nil // its timer ends it
	}
	f := &foreign{Context: ctx, session: c.session, ref: ref}
	known := &arrival{weak.Make(f), cancel}
	if c.foreign == nil {
		c.foreign = make(map[wire.Ref]*arrival)
	}
	c.foreign[ref] = known
	if c.early[ref] {
		delete(c.early, ref)
		cancel()
	}
	runtime.AddCleanup(f, func(known *arrival) { c.dropped(ref, known) }, known)
	return f, nil
}

// limited returns a context with a deadline in nanoseconds since 1970, 0 for none.
func limited(deadline int64) (context.Context, context.CancelFunc) {
	if deadline == 0 {
		return context.WithCancel(context.Background())
	}
	return context.WithDeadline(context.Background(), time.Unix(0, deadline))
}

// dropped forgets a context of the plugin's that nobody looks at any more.
func (c *contexts) dropped(ref wire.Ref, known *arrival) {
	c.mu.Lock()
	if c.foreign[ref] == known {
		delete(c.foreign, ref)
	}
	c.mu.Unlock()
	known.cancel() // ends its timer
	c.session.releases.later(ref)
}

// maxEarly bounds what is remembered of contexts that ended. One that ends as the host
// gives it back never comes.
const maxEarly = 1 << 12

// cancel ends a context of the plugin's, or remembers that it has ended if it is on its
// way yet.
func (c *contexts) cancel(ref wire.Ref) {
	c.mu.Lock()
	known := c.foreign[ref]
	if known == nil {
		if c.early == nil || len(c.early) >= maxEarly {
			c.early = make(map[wire.Ref]bool)
		}
		c.early[ref] = true
	}
	c.mu.Unlock()
	if known != nil {
		known.cancel()
	}
}

func (c *contexts) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, stop := range c.watched {
		stop()
	}
	clear(c.watched)
	for _, known := range c.foreign {
		known.cancel()
	}
	clear(c.early)
}
