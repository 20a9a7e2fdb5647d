// Package inproc is the backend that runs a plugin in this process.
package inproc

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A Backend is one opened plugin over a loaded library. It is safe for concurrent use.
type Backend struct {
	backend.Gate
	library     library
	idle        idle
	invocations sync.Pool // of *invocation
	maxCalls    int64
	unchecked   int64 // the number of invocations that a shard may have without a check of the limits
	maxResult   uint64
	news        *backend.News

	shards [8]shard
	next   atomic.Uint32 // the next shard for an invocation
}

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
	b := &Backend{library: l, news: new(backend.News), idle: newIdle(), maxCalls: defaultCalls, maxResult: wire.MaxSize}
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
	b.Init(b.crashed, b.dropIdle)
	b.invocations.New = func() any { return newInvocation(b) }
	return b
}

// SetNews sets what the library is told before each invocation. It must be called before the
// first one.
func (b *Backend) SetNews(n *backend.News) { b.news = n }

// crashed returns the error with which the library has ended, or nil.
func (b *Backend) crashed() error {
	if crash := b.library.Crash(); crash != nil {
		return crash
	}
	return nil
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

// Drain implements backend.Backend.
func (b *Backend) Drain() <-chan struct{} { return b.Gate.Drain(b.inFlight) }

// Idle implements backend.Backend.
func (b *Backend) Idle(ctx context.Context) error { return b.Gate.Idle(ctx, b.inFlight) }

func (b *Backend) inFlight() int64 { return b.Stats().InFlight }

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
	err := b.Check(true)
	if v.late = err == nil; v.late {
		err = b.checkLimits(n, all)
	}
	if err != nil {
		v.drop()
		return nil, nil, err
	}
	return v, v.begin(function, words), nil
}

// Release implements backend.Backend.
func (b *Backend) Release(shutdown func() error, detach func()) backend.Exit {
	if u := b.library.Release(shutdown, detach); u != nil {
		return u
	}
	return nil
}
