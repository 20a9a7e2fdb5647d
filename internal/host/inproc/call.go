package inproc

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A carried is a call of this backend: the carrier of a call.Call.
type carried struct {
	call     call.Call
	plugin   *Plugin
	shard    *shard
	crossing *native.Transition
	ticket   [1]uint64
}

func newCall(p *Plugin) *carried {
	c := &carried{
		plugin:   p,
		shard:    &p.shards[p.next.Add(1)%uint32(len(p.shards))],
		crossing: p.library.NewTransition(),
	}
	c.call.Init(c, &c.crossing.Frame, p.Scope())
	return c
}

// Begin implements call.Line.
func (p *Plugin) Begin(s *call.Signature) (*call.Call, error) {
	c := p.calls.Get().(*carried)
	if err := p.enter(c.shard); err != nil {
		p.calls.Put(c)
		return nil, err
	}
	c.call.Begin(s)
	return &c.call, nil
}

// Carry implements call.Carrier.
func (c *carried) Carry() error {
	c.plugin.library.Enter(c.crossing)
	if f := &c.crossing.Frame; f.Status != wire.StatusOK || f.Held != 0 || f.Len > f.Cap {
		return c.finish(f)
	}
	return nil
}

// finish is the rest of Carry for calls that left more than their words.
func (c *carried) finish(f *wire.Frame) error {
	status := f.Status
	if f.Held != 0 {
		if err := c.fetch(f.Held, f.Len); err != nil {
			return err
		}
	}
	if f.Len > f.Cap {
		return c.call.Signature.Damaged()
	}
	if status == wire.StatusOK {
		return nil
	}
	return c.call.Signature.Failure(status, c.call.Data())
}

var errFetch = errors.New("the plugin did not give up the results that it holds")

// fetch gets results that the plugin holds because the buffer was too small, and
// keeps the larger buffer. It crosses once more, with a frame of its own: the
// words of the call's frame hold results.
func (c *carried) fetch(ticket, size uint64) error {
	s := c.call.Signature
	if size > wire.MaxSize {
		c.operate(c.plugin.library.NewTransition(), wire.OpDrop, ticket)
		return fmt.Errorf("plugin %s: %s: its results have %d bytes, more than the limit of %d; return less at a time", s.Plugin, s.Name, size, uint64(wire.MaxSize))
	}
	c.call.Grow(int(max(size, 2*uint64(c.call.Size()))))
	get := c.plugin.library.NewTransition()
	get.Frame.Buf, get.Frame.Cap = c.crossing.Frame.Buf, c.crossing.Frame.Cap
	c.operate(get, wire.OpFetch, ticket)
	if get.Frame.Status != wire.StatusOK || get.Frame.Len != size {
		return fmt.Errorf("plugin %s: %s: %w", s.Plugin, s.Name, errFetch)
	}
	return nil
}

// operate crosses for an operation that takes a ticket. The ticket's word is part
// of the call, because it must be on the heap like a frame.
func (c *carried) operate(x *native.Transition, op, ticket uint64) {
	c.ticket[0] = ticket
	x.Frame.Func = op
	x.Frame.Words, x.Frame.NWords = uintptr(unsafe.Pointer(&c.ticket)), 1
	c.plugin.library.Enter(x)
}

// Release implements call.Carrier.
func (c *carried) Release() {
	p := c.plugin
	p.leave(c.shard)
	p.calls.Put(c)
}
