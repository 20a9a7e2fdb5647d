//go:build go1.22

package pluginrt

import (
	"context"
	"sync"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A contextKey is a context that the host refers to.
type contextKey struct{ ctx context.Context }

// watched are the functions that end the watching of contexts that are exported.
var watched = struct {
	sync.Mutex
	stop map[wire.Ref]func() bool
}{stop: make(map[wire.Ref]func() bool)}

// exportContext returns what goes to the host for a context.
func exportContext(ctx context.Context) (ref wire.Ref, deadline int64) {
	if ctx == nil {
		return 0, 0
	}
	if at, ok := ctx.Deadline(); ok {
		deadline = at.UnixNano()
	}
	if c, ok := ctx.(*remoteContext); ok {
		return c.remote.ownerRef(), deadline
	}
	if ctx.Done() == nil {
		return 0, deadline
	}
	watched.Lock()
	defer watched.Unlock()
	ref = exported.Put(contextKey{ctx})
	if watched.stop[ref] == nil {
		watched.stop[ref] = context.AfterFunc(ctx, func() {
			if deadline != 0 && ctx.Err() == context.DeadlineExceeded {
				return // the host has a timer of its own
			}
			c := BeginHost(wire.OpCancel, 1)
			c.Frame().SetRef(0, ref)
			c.Do()
			c.End()
		})
	}
	return ref, deadline
}

// unwatch ends the watching of a context that the host let go.
func unwatch(ref wire.Ref) {
	watched.Lock()
	stop := watched.stop[ref]
	delete(watched.stop, ref)
	watched.Unlock()
	if stop != nil {
		stop()
	}
}

// A remoteContext is a context of the host's.
type remoteContext struct {
	context.Context // ends when the host's does
	remote          *Remote
}

// Done returns the channel that tells the end. Whoever waits for it may not refer to
// the context, so from here on the context is kept until its end.
func (c *remoteContext) Done() <-chan struct{} {
	c.remote.pin()
	return c.Context.Done()
}

// pin keeps a context until it has ended.
func (r *Remote) pin() {
	if r.signal.ctx.Err() != nil {
		return
	}
	remotes.Lock()
	defer remotes.Unlock()
	if remotes.pinned[r.ref] != nil {
		return
	}
	remotes.pinned[r.ref] = r
	ref := r.ref
	context.AfterFunc(r.signal.ctx, func() {
		remotes.Lock()
		delete(remotes.pinned, ref)
		remotes.Unlock()
	})
}

// Context returns argument i of the host's call, a context, in words at and at+1.
func Context(f *wire.Frame, i, at int) context.Context {
	return importContext(Ref(f, i, at), f.Int64(at+1))
}

// SetContext puts a result, a context, into words at and at+1.
func SetContext(f *wire.Frame, at int, ctx context.Context) {
	ref, deadline := wire.NoContext, int64(0)
	if ctx != nil {
		ref, deadline = exportContext(ctx)
	}
	f.SetRef(at, ref)
	f.SetInt64(at+1, deadline)
}

// importContext returns the context that came from the host.
func importContext(ref wire.Ref, deadline int64) context.Context {
	ctx := context.Background()
	switch {
	case ref == wire.NoContext:
		return nil
	case ref.ForOwner():
		key, ok := owned(ref).(contextKey)
		if !ok {
			reject("a %T was given for a context", owned(ref))
		}
		return key.ctx
	case ref == 0 && deadline != 0:
		ctx, cancel := context.WithDeadline(ctx, time.Unix(0, deadline))
		context.AfterFunc(ctx, cancel) // the deadline frees everything
		return ctx
	case ref == 0:
		return ctx
	}
	remotes.Lock()
	defer remotes.Unlock()
	r := importLocked(ref)
	if r.signal == nil {
		s := new(signal)
		if deadline != 0 {
			s.ctx, s.cancel = context.WithDeadline(ctx, time.Unix(0, deadline))
		} else {
			s.ctx, s.cancel = context.WithCancel(ctx)
		}
		if _, ok := remotes.early[ref]; ok {
			delete(remotes.early, ref)
			s.cancel()
		}
		r.signal = s
	}
	return &remoteContext{r.signal.ctx, r}
}

// maxEarly bounds what is remembered of contexts that ended and never arrived.
const maxEarly = 1 << 16

// cancelled is the operation OpCancel: a context of the host's has ended. It may do so
// while the call that brings it is still on its way.
func cancelled(ref wire.Ref) {
	remotes.Lock()
	r := find(ref)
	var s *signal
	if r != nil {
		s = r.signal
	}
	if s == nil {
		if len(remotes.early) >= maxEarly {
			clear(remotes.early)
		}
		remotes.early[ref] = struct{}{}
	}
	remotes.Unlock()
	if s != nil {
		s.cancel()
	}
}
