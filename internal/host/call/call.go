package call

import (
	"context"
	"fmt"
	"sync"
	"time"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/nesting"
	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Receiver is an object of the plugin on which a method is called.
type Receiver interface {
	// Ref returns the reference of the object, or an error if the object was closed. The
	// reference is valid as long as the Receiver is alive.
	Ref() (wire.Ref, error)
}

// A Call is one call under way: an invocation of the backend together with what the
// host's types need. It is not safe for concurrent use. Exports.Begin starts it.
type Call struct {
	Frame     *wire.Frame
	Signature *Signature

	words      unsafe.Pointer // of the frame
	invocation backend.Invocation
	scope      *typemap.Scope
	receiver   Receiver // kept alive
	refused    error    // of an argument: see putFunc
	message    *message // of arguments that are encoded; nil: there are none
	target     *target
	overdue    *overdue // kills the plugin if the call does not end; nil: nothing does
}

// A message holds the encoded arguments of a call, and decodes its results. Its memory is kept
// between calls.
type message struct {
	decoder wire.Decoder
	encoder wire.Encoder
	memory  []byte
	pieces  []piece // arguments in the encoder's memory, which moves as it grows
}

// A piece is an argument that was encoded: its place in the frame and in the message.
type piece struct{ at, from, to int }

var messages = sync.Pool{New: func() any { return new(message) }}

const keepMessage = 1 << 20 // bytes; more is not kept between calls

// A target is the plugin that calls go to.
type target struct {
	backend  backend.Backend
	simple   backend.Simple // the backend, if it may make simple calls; else nil
	scope    *typemap.Scope
	maxDepth int  // of callbacks on a goroutine
	objects  bool // calls are of objects of the plugin, and are made also after it was replaced

	killAfter time.Duration // see SetKillAfter
	kill      func(cause error)

	constants []manifest.Constant // that arguments may name
}

// begin starts a call of a method of r, or of a function if r is nil. If ctx has ended, it
// returns the error of ctx, which may be nil.
func (c *Call) begin(ctx context.Context, to *target, s *Signature, r Receiver) error {
	if ctx != nil && ctx.Err() != nil {
		return notCalled(s, ctx)
	}
	if nesting.Special() {
		if nesting.TooDeep(to.maxDepth) {
			return s.wrap(nesting.ErrTooDeep)
		}
		nesting.Settle()
	}
	var ref wire.Ref
	if r != nil {
		var err error
		if ref, err = r.Ref(); err != nil {
			return s.wrap(err)
		}
	}
	v, f, err := to.backend.Begin(s.Index, s.Words)
	if err != nil {
		if v, f, err = to.beginHeld(ctx, s, err); err != nil {
			return fmt.Errorf("plugin %s: %w", s.Plugin, err)
		}
	}
	c.words = unsafe.Pointer(f.Word(0))
	c.invocation, c.Frame, c.Signature, c.scope, c.receiver = v, f, s, to.scope, r
	if c.target = to; to.killAfter > 0 {
		c.watch(ctx)
	}
	if r != nil {
		f.SetRef(0, ref|wire.Owner)
	}
	return nil
}

// releaseArgs releases the references of the first n arguments, because the call is not
// made. References within messages stay until the plugin is closed.
func (c *Call) releaseArgs(n int) {
	for _, p := range c.Signature.Params[:n] {
		if p.Form == manifest.FormObject || p.Form == manifest.FormContext {
			c.scope.Objects().Release(c.Frame.Ref(p.At))
		}
	}
}

// SetBytes makes the n bytes at p the argument in words at and at+1. They must be kept
// alive until Do has returned.
func (c *Call) SetBytes(at int, p unsafe.Pointer, n int) { c.invocation.SetBytes(at, p, n) }

// Results returns the bytes of the results. They are valid until End.
func (c *Call) Results() []byte { return c.invocation.Results() }

// Do makes the call and waits for its end.
func (c *Call) Do() error {
	if c.refused != nil {
		c.releaseArgs(len(c.Signature.Params))
		return c.refused
	}
	if err := c.invocation.Invoke(); err != nil {
		return c.Signature.notReturned(err)
	}
	if c.Frame.Status != wire.StatusOK {
		return c.Signature.failure(c.Frame.Status, c.Results(), c.scope)
	}
	return nil
}

// End ends the call. Nothing of it may be used afterwards.
func (c *Call) End() {
	c.invocation.Release()
	for ; c.overdue != nil; c.overdue = c.overdue.next {
		c.overdue.stop()
	}
	if c.message != nil {
		c.message.drop()
	}
}

func (m *message) drop() {
	m.encoder.Reset(nil)
	m.encoder.Scope = nil
	m.decoder.Reset(nil)
	m.decoder.Scope = nil
	m.pieces = m.pieces[:0]
	if cap(m.memory) > keepMessage {
		m.memory = nil
	}
	messages.Put(m)
}
