package call

import (
	"fmt"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Line is what a backend offers: a way to run functions of one plugin.
type Line interface {
	// Begin starts a call of the function. It waits for nothing, and fails if the
	// plugin is closed.
	Begin(s *Signature) (*Call, error)
}

// A Receiver is an object of the plugin's that a method is called on.
type Receiver interface {
	// Ref returns what stands for the object, as long as it was not closed. It is the
	// plugin's for as long as the Receiver is alive.
	Ref() (wire.Ref, error)
}

// A Carrier takes a call over to the plugin. Backends implement it.
type Carrier interface {
	// Carry sends the frame and waits for its end. Strings and slices whose
	// addresses are in the frame must be kept alive until it returns. The call's
	// buffer then holds all of the results' bytes.
	Carry() error
	// Release gives the call back. Nothing of it may be used afterwards.
	Release()
}

// A Call is one call under way. It is pooled: everything in it, the frame, the words
// and the buffers, is on the heap and stays where it is as long as the plugin may
// write to it. Not safe for concurrent use.
type Call struct {
	Carrier   Carrier
	Frame     *wire.Frame
	Signature *Signature

	scope    codec.Scope
	receiver Receiver // kept alive
	refused  error    // of an argument: see lend
	words    []uint64
	buffer   []byte // for the results' bytes
	encoder  wire.Encoder
	pieces   []piece // arguments in the encoder's memory, which may yet move
	memory   []byte  // the encoder's, kept between calls
}

// A piece is an argument that was encoded: its place in the frame and in the message.
type piece struct{ at, from, to int }

const (
	inlineWords = 16      // enough for nearly every function
	firstBuffer = 4 << 10 // bytes; grows with the results that come
	keepBuffer  = 1 << 20 // a larger one is not kept between calls
)

// Init makes a call that was never used ready, around the backend's frame. scope is
// what package codec knows of the plugin.
func (c *Call) Init(carrier Carrier, f *wire.Frame, scope codec.Scope) {
	c.Carrier, c.Frame, c.scope = carrier, f, scope
	c.encoder.Scope = scope
	c.setWords(inlineWords)
	c.Grow(firstBuffer)
}

func (c *Call) setWords(n int) {
	c.words = make([]uint64, n)
	c.Frame.Words = uintptr(unsafe.Pointer(unsafe.SliceData(c.words)))
	c.Frame.NWords = uint64(n)
}

// Grow replaces the buffer by one of n bytes.
func (c *Call) Grow(n int) {
	c.buffer = make([]byte, n)
	c.Frame.Buf = uintptr(unsafe.Pointer(unsafe.SliceData(c.buffer)))
	c.Frame.Cap = uint64(n)
}

// Begin makes the call one of the function. Backends call it.
func (c *Call) Begin(s *Signature) {
	if s.Words > len(c.words) {
		c.setWords(s.Words)
	}
	c.Signature = s
	c.pieces = c.pieces[:0]
}

// beginOn begins a call of a method of r, or of a function if that is nil.
func beginOn(line Line, s *Signature, r Receiver) (*Call, error) {
	if r == nil {
		return line.Begin(s)
	}
	ref, err := r.Ref()
	if err != nil {
		return nil, fmt.Errorf("plugin %s: %s: %w", s.Plugin, s.Name, err)
	}
	c, err := line.Begin(s)
	if err != nil {
		return nil, err
	}
	c.receiver = r
	c.Frame.SetRef(0, ref|wire.Owner)
	return c, nil
}

// takeBack takes back what the first n arguments lent to the plugin, as the call is not
// carried. What is within messages stays lent until the plugin is closed.
func (c *Call) takeBack(n int) {
	for _, p := range c.Signature.Params[:n] {
		if p.Form == manifest.FormObject || p.Form == manifest.FormContext {
			c.scope.(*typemap.Scope).Objects().Release(c.Frame.Ref(p.At))
		}
	}
}

// Size is the size of the results' buffer in bytes.
func (c *Call) Size() int { return len(c.buffer) }

// Data is the bytes of the results. They are the call's until End.
func (c *Call) Data() []byte { return c.buffer[:c.Frame.Len] }

// Do carries the call over and waits for its end: see Carrier.
func (c *Call) Do() error {
	if c.refused != nil {
		c.takeBack(len(c.Signature.Params))
		return c.refused
	}
	f := c.Frame
	f.Func, f.Status, f.Len, f.Held = c.Signature.Index, 0, 0, 0
	return c.Carrier.Carry()
}

// End ends the call. Nothing of it may be used afterwards.
func (c *Call) End() {
	if len(c.buffer) > keepBuffer {
		c.Grow(firstBuffer)
	}
	if cap(c.memory) > keepBuffer {
		c.memory = nil
	}
	c.receiver, c.refused = nil, nil
	c.Carrier.Release()
}
