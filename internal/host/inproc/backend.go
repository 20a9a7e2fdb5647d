// Package inproc is the backend that runs a plugin in this process.
package inproc

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A Backend is one opened plugin over a loaded library. It is safe for concurrent use.
type Backend struct {
	library     library
	idle        idle
	invocations sync.Pool // of *invocation
	maxCalls    int64
	unchecked   int64 // the number of invocations that a shard may have without a check of the limits
	maxResult   uint64
	before      func()       // runs before each invocation; nil: nothing does
	asked       *atomic.Bool // the host has closed the plugin; nil: it is not told

	shards  [8]shard
	next    atomic.Uint32 // the next shard for an invocation
	closed  atomic.Bool   // the state is not open
	wake    chan struct{} // gets a value, if there is room, when an invocation ends after closed was set
	drained chan struct{} // closed after Drain, when no invocation is under way

	mu       sync.Mutex    // guards changes of state
	state    atomic.Int32  // see the constants
	late     atomic.Int64  // invocations under way that were begun by Held
	replaced bool          // it was in the state replaced
	over     chan struct{} // closed when the state is not held any more
}

// The states of a Backend.
const (
	open     = iota
	held     // until it is open again or replaced
	replaced // for those who use Held
	drained  // for good
)

var _ backend.Backend = (*Backend)(nil)

// A library is the part of a *native.Library that a Backend uses. Tests replace it.
type library interface {
	Session() uint64
	Unloadable() error
	NewTransition() *native.Transition
	Enter(*native.Transition)
	Crash() *native.CrashError
	Release(shutdown func() error, detach func()) *native.Unloading
}

// defaultCalls bounds the invocations that are under way at once. Each holds a thread,
// and Go ends a process that has 10,000 of them.
const defaultCalls = 4000

// Open loads the library that was read as file.
func Open(ctx context.Context, file *native.File, opt native.Options, limits backend.Limits) (*Backend, error) {
	loaded, err := file.Load(ctx, opt)
	if err != nil {
		return nil, err
	}
	return newBackend(loaded, limits), nil
}

func newBackend(l library, limits backend.Limits) *Backend {
	b := &Backend{library: l, idle: newIdle(), maxCalls: defaultCalls, maxResult: wire.MaxSize}
	if limits.Calls > 0 {
		b.maxCalls = int64(limits.Calls)
	}
	b.unchecked = min(uncounted, b.maxCalls/int64(len(b.shards)))
	if limits.ProcessCalls > 0 {
		backend.SetProcessCalls(limits.ProcessCalls)
	}
	if limits.ProcessCallbacks > 0 {
		native.SetMaxCallbacks(limits.ProcessCallbacks)
	}
	if limits.Result > 0 {
		b.maxResult = min(uint64(limits.Result), wire.MaxSize)
	}
	b.wake, b.drained = make(chan struct{}, 1), make(chan struct{})
	b.invocations.New = func() any { return newInvocation(b) }
	return b
}

// SetBefore sets a func that runs before each invocation. It must be called before the first one.
func (b *Backend) SetBefore(f func()) { b.before = f }

// SetClosed sets where the host says that it has closed the plugin. From then on calls fail with
// ErrClosed, also if the library has ended. Without it they fail with the library's end. It must
// be called before the first invocation.
func (b *Backend) SetClosed(asked *atomic.Bool) { b.asked = asked }

// Gone implements backend.Backend.
func (b *Backend) Gone() error {
	if b.asked == nil || !b.asked.Load() {
		if crash := b.library.Crash(); crash != nil {
			return crash
		}
	}
	if b.state.Load() != drained {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.replaced && (b.asked == nil || !b.asked.Load()) {
		return backend.ErrReplaced
	}
	return backend.ErrClosed
}

// Library is the loaded library.
func (b *Backend) Library() *native.Library { return b.library.(*native.Library) }

// Session implements backend.Backend.
func (b *Backend) Session() uint64 { return b.library.Session() }

// Unloadable implements backend.Backend. The error wraps native.ErrNotUnloadable.
func (b *Backend) Unloadable() error { return b.library.Unloadable() }

// Stats implements backend.Backend.
func (b *Backend) Stats() (s backend.Stats) {
	for i := range b.shards {
		s.InFlight += b.shards[i].count.Load()
	}
	s.InFlight -= b.idle.count()
	return s
}

// enter changes the state, if it is one of those given.
func (b *Backend) enter(to int32, from ...int32) (entered bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	was := b.state.Load()
	if !slices.Contains(from, was) {
		return false
	}
	if to == held {
		b.over = make(chan struct{})
	}
	b.replaced = b.replaced || to == replaced
	b.state.Store(to)
	b.closed.Store(to != open)
	if was == held {
		close(b.over)
	}
	if was == open {
		b.dropIdle()
	}
	return true
}

// Hold implements backend.Backend.
func (b *Backend) Hold() { b.enter(held, open) }

// Unhold implements backend.Backend.
func (b *Backend) Unhold() { b.enter(open, held) }

// Replace implements backend.Backend.
func (b *Backend) Replace() { b.enter(replaced, open, held) }

// Drain implements backend.Backend.
func (b *Backend) Drain() <-chan struct{} {
	if b.enter(drained, open, held, replaced) {
		if b.Stats().InFlight == 0 {
			close(b.drained)
		} else {
			go func() {
				_ = b.wait(context.Background(), func() int64 { return b.Stats().InFlight })
				close(b.drained)
			}()
		}
	}
	return b.drained
}

// Idle implements backend.Backend.
func (b *Backend) Idle(ctx context.Context) error {
	return b.wait(ctx, func() int64 { return b.Stats().InFlight - b.late.Load() })
}

// wait waits until no invocations are left, or the context has ended.
func (b *Backend) wait(ctx context.Context, left func() int64) error {
	for left() > 0 {
		select {
		case <-b.wake:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	b.wakeUp() // another goroutine may wait, too
	return nil
}

// wakeUp wakes a goroutine that waits until the backend is idle.
func (b *Backend) wakeUp() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Undrained implements backend.Backend.
func (b *Backend) Undrained() backend.Backend { return undrained{b} }

type undrained struct{ *Backend }

func (b undrained) Begin(function uint64, words int) (backend.Invocation, *wire.Frame, error) {
	v := b.invocations.Get().(*invocation)
	v.shard.add()
	return v, v.begin(function, words), nil
}

// Held implements backend.Backend.
func (b *Backend) Held() backend.Backend { return whileHeld{b} }

type whileHeld struct{ *Backend }

func (b whileHeld) Begin(function uint64, words int) (backend.Invocation, *wire.Frame, error) {
	v := b.invocations.Get().(*invocation)
	n, all := v.shard.add()
	if err := b.check(n, all, drained); err != nil {
		b.leave(v.shard)
		b.invocations.Put(v)
		return nil, nil, err
	}
	v.late = true
	b.late.Add(1)
	return v, v.begin(function, words), nil
}

// Release implements backend.Backend.
func (b *Backend) Release(shutdown func() error, detach func()) backend.Exit {
	if u := b.library.Release(shutdown, detach); u != nil {
		return u
	}
	return nil
}
