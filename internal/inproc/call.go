package inproc

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/call"
	"github.com/RamanSharma100/go-winplugin/internal/native"
	"github.com/RamanSharma100/go-winplugin/internal/wire"
)

const (
	inlineWords = 16      // enough for nearly every function
	firstBuffer = 4 << 10 // bytes; grows with the results that come
	keepBuffer  = 1 << 20 // a larger one is not kept between calls
)

// A Call is one call under way. It is pooled: everything in it, the frame, the
// words and the buffer, is on the heap and stays where it is, as long as the
// plugin may write to it. Not safe for concurrent use.
type Call struct {
	plugin    *Plugin
	shard     *shard
	signature *call.Signature
	crossing  *native.Crossing
	words     []uint64
	buffer    []byte
	ticket    [1]uint64
}

func newCall(p *Plugin) *Call {
	c := &Call{
		plugin:   p,
		shard:    &p.shards[p.next.Add(1)%uint32(len(p.shards))],
		crossing: p.library.NewCrossing(),
	}
	c.setWords(inlineWords)
	c.setBuffer(firstBuffer)
	return c
}

func (c *Call) setWords(n int) {
	c.words = make([]uint64, n)
	c.crossing.Frame.Words = uintptr(unsafe.Pointer(unsafe.SliceData(c.words)))
	c.crossing.Frame.NWords = uint64(n)
}

func (c *Call) setBuffer(n int) {
	c.buffer = make([]byte, n)
	c.crossing.Frame.Buf = uintptr(unsafe.Pointer(unsafe.SliceData(c.buffer)))
	c.crossing.Frame.Cap = uint64(n)
}

// Begin starts a call of the function. The caller fills the frame's words, calls
// Do, reads the results, and calls End in any case.
func (p *Plugin) Begin(s *call.Signature) (*Call, error) {
	c := p.calls.Get().(*Call)
	if err := p.enter(c.shard); err != nil {
		p.calls.Put(c)
		return nil, err
	}
	if s.Words > len(c.words) {
		c.setWords(s.Words)
	}
	c.signature = s
	return c, nil
}

// Frame is where arguments go before Do, and where results are after it.
func (c *Call) Frame() *wire.Frame { return &c.crossing.Frame }

// Data is the bytes of the results. They are the call's until End.
func (c *Call) Data() []byte { return c.buffer[:c.crossing.Frame.Len] }

// Do carries the call over and waits for its end. Strings and slices whose
// addresses are in the frame must be kept alive until it returns.
func (c *Call) Do() error {
	f := &c.crossing.Frame
	f.Func, f.Status, f.Len, f.Held = c.signature.Index, 0, 0, 0
	c.plugin.library.Cross(c.crossing)
	if f.Status == wire.StatusOK && f.Held == 0 && f.Len <= f.Cap {
		return nil
	}
	return c.finish(f)
}

// finish is the rest of Do for calls that left more than their words.
func (c *Call) finish(f *wire.Frame) error {
	status := f.Status
	if f.Held != 0 {
		if err := c.fetch(f.Held, f.Len); err != nil {
			return err
		}
	}
	if f.Len > f.Cap {
		return fmt.Errorf("plugin %s: %s: %w", c.signature.Plugin, c.signature.Name, wire.ErrDamaged)
	}
	if status == wire.StatusOK {
		return nil
	}
	return c.signature.Failure(status, c.Data())
}

// maxResult bounds what one call may return, so that a damaged length cannot
// take all memory.
const maxResult = 1 << 31

var errFetch = errors.New("the plugin did not give up the results that it holds")

// fetch gets results that the plugin holds because the buffer was too small, and
// keeps the larger buffer. It crosses once more, with a frame of its own: the
// words of the call's frame hold results.
func (c *Call) fetch(ticket, size uint64) error {
	if size > maxResult {
		drop := c.plugin.library.NewCrossing()
		c.operate(drop, wire.OpDrop, ticket)
		return fmt.Errorf("plugin %s: %s: its results have %d bytes, more than the limit of %d", c.signature.Plugin, c.signature.Name, size, uint64(maxResult))
	}
	c.setBuffer(int(max(size, 2*uint64(len(c.buffer)))))
	get := c.plugin.library.NewCrossing()
	get.Frame.Buf, get.Frame.Cap = c.crossing.Frame.Buf, c.crossing.Frame.Cap
	c.operate(get, wire.OpFetch, ticket)
	if get.Frame.Status != wire.StatusOK || get.Frame.Len != size {
		return fmt.Errorf("plugin %s: %s: %w", c.signature.Plugin, c.signature.Name, errFetch)
	}
	return nil
}

// operate crosses for an operation that takes a ticket. The ticket's word is part
// of the call, because it must be on the heap like a frame.
func (c *Call) operate(x *native.Crossing, op, ticket uint64) {
	c.ticket[0] = ticket
	x.Frame.Func = op
	x.Frame.Words, x.Frame.NWords = uintptr(unsafe.Pointer(&c.ticket)), 1
	c.plugin.library.Cross(x)
}

// End gives the call's frame back. Nothing of it may be used afterwards.
func (c *Call) End() {
	p := c.plugin
	p.leave(c.shard)
	if len(c.buffer) > keepBuffer {
		c.setBuffer(firstBuffer)
	}
	p.calls.Put(c)
}
