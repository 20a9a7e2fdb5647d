package backend

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// A Gate decides whether invocations of a Backend begin. A Backend embeds one.
type Gate struct {
	crash    func() error  // the error with which the library has ended, or nil
	asked    *atomic.Bool  // the host has closed the plugin; nil: it is not told
	drained  chan struct{} // closed after Drain, when no invocation is under way
	onShut   func()        // called when the gate is not open any more; nil: nothing is done
	shut     atomic.Bool   // the state is not open
	replaced atomic.Bool   // it was in the state replaced
	begun    atomic.Int64  // how many invocations Held has begun
	ended    atomic.Int64  // how many of them have ended
	wake     chan struct{} // gets a value, if there is room, when one has ended while the gate was shut

	mu    sync.Mutex // guards changes of state
	state atomic.Int32
	over  chan struct{} // closed when the state is not held any more
}

// The states of a Gate.
const (
	open     = iota
	held     // until it is open again or replaced
	replaced // for those who use Held
	drained  // for good
)

// Init is called before the gate is used. crash returns the error with which the library has
// ended, or nil.
func (g *Gate) Init(crash func() error, onShut func()) {
	g.crash, g.onShut, g.wake, g.drained = crash, onShut, make(chan struct{}, 1), make(chan struct{})
}

// SetClosed sets where the host says that it has closed the plugin. From then on calls fail with
// ErrClosed, also if the library has ended. Without it they fail with the library's end. It must
// be called before the first invocation.
func (g *Gate) SetClosed(asked *atomic.Bool) { g.asked = asked }

// Shut reports whether the gate is not open. It is cheap.
func (g *Gate) Shut() bool { return g.shut.Load() }

// Gone implements Backend.
func (g *Gate) Gone() error {
	closing := g.asked != nil && g.asked.Load()
	if !closing {
		if crash := g.crash(); crash != nil {
			return crash
		}
	}
	switch {
	case g.state.Load() != drained:
		return nil
	case g.replaced.Load() && !closing:
		return ErrReplaced
	}
	return ErrClosed
}

// enter changes the state, if it is one of those given.
func (g *Gate) enter(to int32, from ...int32) (entered bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	was := g.state.Load()
	if !slices.Contains(from, was) {
		return false
	}
	if to == held {
		g.over = make(chan struct{})
	}
	if to == replaced {
		g.replaced.Store(true)
	}
	g.state.Store(to)
	g.shut.Store(to != open)
	if was == held {
		close(g.over)
	}
	if was == open && g.onShut != nil {
		g.onShut()
	}
	return true
}

// Hold implements Backend, and so do Unhold and Replace.
func (g *Gate) Hold()    { g.enter(held, open) }
func (g *Gate) Unhold()  { g.enter(open, held) }
func (g *Gate) Replace() { g.enter(replaced, open, held) }

// Drain lets no invocation begin any more. The channel is closed when inFlight is 0.
func (g *Gate) Drain(inFlight func() int64) <-chan struct{} {
	if g.enter(drained, open, held, replaced) {
		if inFlight() == 0 {
			close(g.drained)
		} else {
			go func() {
				_ = g.Await(context.Background(), inFlight)
				close(g.drained)
			}()
		}
	}
	return g.drained
}

// Check returns why an invocation must not begin that was counted as under way, or nil. late says
// that it is begun by Held.
func (g *Gate) Check(late bool) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch s := g.state.Load(); {
	case s == drained:
		return &GoneError{Err: g.Gone()}
	case late:
		g.begun.Add(1)
	case s == held:
		return &HeldError{Over: g.over}
	case s == replaced:
		return &HeldError{}
	}
	return nil
}

// LateEnded is called when an invocation ends that Check has admitted as a late one, while it is
// still counted as under way.
func (g *Gate) LateEnded() { g.ended.Add(1) }

// Wake is called when an invocation has ended while the gate was shut.
func (g *Gate) Wake() {
	select {
	case g.wake <- struct{}{}:
	default:
	}
}

// Idle waits until inFlight is 0, without late ones. Of these it leaves out only those that were
// under way all the time while inFlight counted, because it may not have counted the others.
func (g *Gate) Idle(ctx context.Context, inFlight func() int64) error {
	return g.Await(ctx, func() int64 {
		begun := g.begun.Load()
		n := inFlight()
		return n - max(0, begun-g.ended.Load())
	})
}

// Await waits until inFlight is 0, or the context has ended.
func (g *Gate) Await(ctx context.Context, inFlight func() int64) error {
	for inFlight() > 0 {
		select {
		case <-g.wake:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	g.Wake() // another goroutine may wait, too
	return nil
}
