//go:build go1.22

package pluginrt

import (
	"context"
	"runtime"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/handle"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A contextKey is a context that the host refers to.
type contextKey struct{ ctx context.Context }

// Context returns the context.
func (k contextKey) Context() context.Context { return k.ctx }

// contexts are those that cross between plugin and host.
var contexts = handle.Contexts{
	Cancel: func(ref wire.Ref, how handle.End) {
		var b []byte
		if how.Cause != nil {
			b = codec.MarshalError(how.Cause, scopeOrNil())
		}
		expired := uint64(0)
		if how.Expired {
			expired = 1
		}
		tellOf(wire.OpCancel, ref, b, expired)
	},
	Expired: func(ref wire.Ref) { tellOf(wire.OpExpired, ref, nil, 0) },
	Base: func(ref wire.Ref) context.Context {
		key, _ := exported.Get(tellOf(wire.OpBase, ref, nil, 0))
		base, _ := key.(contextKey)
		return base.ctx
	},
}

// cause decodes the cause of the end of a context of the host. It is nil if it cannot.
func cause(b []byte) (err error) {
	_ = codec.UnmarshalError(b, scopeOrNil(), &err)
	return err
}

// scopeOrNil returns the plugin's scope, nil if the plugin has none.
func scopeOrNil() codec.Scope {
	if pluginScope == nil {
		return nil
	}
	return pluginScope
}

// tellOf sends an operation with a handle, bytes and a word to the host, and returns the handle
// that the host answers with, 0 if it does not.
func tellOf(op uint64, ref wire.Ref, b []byte, word uint64) wire.Ref {
	c := BeginHost(op, 4)
	defer c.End()
	c.Frame().SetRef(0, ref)
	c.Argument(1, unsafe.Pointer(unsafe.SliceData(b)), len(b))
	c.Frame().SetUint64(3, word)
	defer runtime.KeepAlive(b)
	if c.Do() != wire.StatusOK {
		return 0
	}
	return c.Frame().Ref(0)
}

// exportContext exports a context to the host, or returns the host's own to it.
func exportContext(ctx context.Context) (ref wire.Ref, deadline int64) {
	if ctx == nil {
		return 0, 0
	}
	if c, ok := ctx.(*remoteContext); ok {
		return c.remote.ownerRef(), 0
	}
	return contexts.Export(ctx, func() wire.Ref { return exported.Export(contextKey{ctx}) })
}

// A remoteContext is a context of the host.
type remoteContext struct {
	*handle.Signal
	remote *Remote
}

// Done implements context.Context. From here on the context is kept until it ends: a
// goroutine that waits for the channel need not refer to the context.
func (c *remoteContext) Done() <-chan struct{} {
	c.Keep(c.remote)
	return c.Signal.Done()
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
	switch {
	case ref == wire.NoContext:
		return nil
	case ref.ForOwner():
		key, ok := owned(ref).(contextKey)
		if !ok {
			reject("a %T was given for a context", owned(ref))
		}
		return key.ctx
	case ref == 0 && deadline == 0:
		return context.Background()
	case ref == 0:
		return contexts.Import(0, deadline)
	}
	remotes.Lock()
	defer remotes.Unlock()
	r := importLocked(ref)
	if r.signal == nil {
		r.signal = contexts.Import(ref, deadline)
	}
	return &remoteContext{r.signal, r}
}
