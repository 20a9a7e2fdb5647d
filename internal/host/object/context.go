package object

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"unsafe"
	"weak"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/handle"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// contexts are those that cross between host and library.
type contexts struct {
	handle.Contexts
	session *Session

	mu       sync.Mutex
	imported map[wire.Ref]weak.Pointer[remoteContext]
}

// export exports a context to the plugin. A context of the plugin goes back as itself.
func (c *contexts) export(ctx context.Context) (ref wire.Ref, deadline int64) {
	if ctx == nil {
		return 0, 0
	}
	if f, ok := ctx.(*remoteContext); ok && f.session == c.session {
		return f.ref | wire.Owner, 0
	}
	return c.Export(ctx, func() wire.Ref {
		if err := c.session.checkObjects(); err != nil {
			c.session.breach(err)
		}
		ref := c.session.table.Export(ctx)
		c.session.grant(ref, grant{context: true})
		return ref
	})
}

// A remoteContext is a context of the plugin. Contexts that are derived from it refer to it, so
// it is collected only when none of them is used any more.
type remoteContext struct {
	*handle.Signal
	session *Session
	ref     wire.Ref
}

// Done implements context.Context. From here on the context is kept until it ends: a
// goroutine that waits for the channel need not refer to the context.
func (f *remoteContext) Done() <-chan struct{} {
	f.Keep(f)
	return f.Signal.Done()
}

// String implements fmt.Stringer: package context prints derived contexts with it.
func (f *remoteContext) String() string { return "context.Context of the plugin" }

// importRef returns the context of a reference: one of the plugin's, or one of the host's that
// comes back.
func (c *contexts) importRef(ref wire.Ref, deadline int64) (context.Context, error) {
	switch {
	case ref == wire.NoContext:
		return nil, nil
	case ref == 0 && deadline == 0:
		return context.Background(), nil
	case ref == 0 && c.session.guarded:
		return nil, errors.New("a context that has a deadline and never ends") // its timer would stay
	case ref == 0:
		return c.Import(0, deadline), nil
	case ref.ForOwner():
		v, err := c.session.table.Get(ref)
		if err != nil {
			return nil, err
		}
		ctx, ok := v.(context.Context)
		if !ok {
			return nil, errors.New("the object that came back is no context")
		}
		return ctx, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.imported[ref].Value(); f != nil {
		c.session.release(ref, 1) // one reference is enough
		return f, nil
	}
	if err := c.session.exceeds(c.Imported(), c.session.bounds.contexts, "contexts of the plugin"); err != nil {
		return nil, err
	}
	f := &remoteContext{c.Import(ref, deadline), c.session, ref}
	if c.imported == nil {
		c.imported = make(map[wire.Ref]weak.Pointer[remoteContext])
	}
	c.imported[ref] = weak.Make(f)
	runtime.AddCleanup(f, func(s *handle.Signal) { c.collected(ref, s) }, f.Signal)
	return f, nil
}

// base returns the context of the host's from which one of the library derives, or nil.
func (p *Session) base(ref wire.Ref) context.Context {
	words := []uint64{uint64(ref)}
	if status, _ := p.gate.Operate(wire.OpBase, words, nil); status != wire.StatusOK {
		return nil
	}
	v, _ := p.table.Get(wire.Ref(words[0]))
	ctx, _ := v.(context.Context)
	return ctx
}

// cancel tells the library how a context of the host has ended.
func (p *Session) cancel(ref wire.Ref, how handle.End) {
	var b []byte
	if how.Cause != nil {
		b = codec.MarshalError(how.Cause, p.errorScope())
	}
	words := []uint64{uint64(ref), uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b)))), uint64(len(b)), 0}
	if how.Expired {
		words[3] = 1
	}
	p.gate.Operate(wire.OpCancel, words, nil)
	runtime.KeepAlive(b)
}

// cause decodes the cause of the end of a context of the library. It is nil if it cannot.
func (p *Session) cause(b []byte) (err error) {
	_ = codec.UnmarshalError(b, p.errorScope(), &err)
	return err
}

// errorScope returns the scope of errors that belong to no plugin of several: that of the first
// over the library, nil if all are closed.
func (p *Session) errorScope() codec.Scope {
	if list := p.open.Load(); list != nil && len(*list) > 0 {
		return (*list)[0].scope
	}
	return nil
}

// collected forgets a context of the plugin that is no longer used.
func (c *contexts) collected(ref wire.Ref, s *handle.Signal) {
	c.mu.Lock()
	if c.imported[ref].Value() == nil { // not imported again
		delete(c.imported, ref)
	}
	c.mu.Unlock()
	c.Forget(ref, s)
	c.session.releaseLater(ref, 1)
}
