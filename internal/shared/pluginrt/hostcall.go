//go:build go1.22

package pluginrt

import (
	"reflect"
	"runtime"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/coroutine"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

const (
	hostWords  = 16      // enough for nearly every callback
	hostBuffer = 4 << 10 // bytes, at first
	keepBuffer = 1 << 20 // a larger one is not kept between callbacks
)

// A HostCall is one callback under way: a frame, words and a buffer for the results. All
// are on the heap, so that they do not move. It is pooled, and not safe for concurrent use.
type HostCall struct {
	frame  wire.Frame
	words  []uint64
	buffer []byte
	spans  []span
}

// A span is an argument that is bytes: the word with their address, and how many there are. If the
// host fills them, filled is one more than the word that then says how many bytes.
type span struct{ at, size, filled int }

var hostCalls = sync.Pool{New: func() any {
	c := new(HostCall)
	c.grow(hostWords)
	c.Reserve(hostBuffer)
	return c
}}

// BeginHost starts a callback with the given operation and at least the given
// number of words. The caller fills the frame's words, calls Do, reads the results,
// and calls End in any case.
func BeginHost(op uint64, words int) *HostCall {
	c := hostCalls.Get().(*HostCall)
	if words > len(c.words) {
		c.grow(words)
	}
	c.frame.Func, c.spans = op, c.spans[:0]
	return c
}

// Argument puts the address and the length of an argument's bytes into words at and at+1.
func (c *HostCall) Argument(at int, p unsafe.Pointer, n int) { c.list(at, p, n, 1) }

// list puts the address and the length of n elements of the given size into words at and at+1.
func (c *HostCall) list(at int, p unsafe.Pointer, n, size int) {
	c.frame.SetArgument(at, p, n)
	c.spans = append(c.spans, span{at: at, size: n * size})
}

func (c *HostCall) grow(words int) {
	c.words = make([]uint64, words)
	c.frame.Words, c.frame.NWords = uintptr(unsafe.Pointer(unsafe.SliceData(c.words))), uint64(words)
}

// Reserve makes the buffer for the results at least n bytes large. Its content may be lost.
func (c *HostCall) Reserve(n int) {
	if n > len(c.buffer) {
		c.buffer = make([]byte, n)
		c.frame.Buf, c.frame.Cap = uintptr(unsafe.Pointer(unsafe.SliceData(c.buffer))), uint64(n)
	}
}

// Frame has the arguments' words before Do, and the results' words after it.
func (c *HostCall) Frame() *wire.Frame { return &c.frame }

// Do makes the callback, waits for its end, and returns the frame's status.
// Strings and slices whose addresses are in the frame must be kept alive until it
// returns.
func (c *HostCall) Do() uint64 {
	f := &c.frame
	f.Status, f.Len, f.Held = 0, 0, 0
	callHost(c)
	runtime.KeepAlive(c)
	return f.Status
}

// Data is the bytes of the results. They are valid until End.
func (c *HostCall) Data() []byte { return c.buffer[:min(c.frame.Len, c.frame.Cap)] }

// End returns the callback to the pool. Nothing of it may be used afterwards.
func (c *HostCall) End() {
	if len(c.buffer) > keepBuffer {
		c.buffer = nil
		c.Reserve(hostBuffer)
	}
	hostCalls.Put(c)
}

// Iterator returns an iterator of the host's for the goroutine that runs: see package
// coroutine.
func Iterator[F any](f F) F {
	if !coroutine.Running() {
		return f
	}
	v := reflect.ValueOf(f)
	call := func(args []reflect.Value) []reflect.Value { return coroutine.Call(v, args) }
	return reflect.MakeFunc(v.Type(), call).Interface().(F)
}
