//go:build go1.22

package pluginrt

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A HostError reports a failed call of an object of the host: the call panicked, the object
// was released, or the host has closed the plugin. A method whose last result is an error
// returns it. Any other method panics with it, or with the value of the host's panic, if that
// crosses.
type HostError struct {
	Type    string // of the value that the host's code panicked with; "" if it did not
	Message string
	Stack   string // of the panic, in the host
	Err     error  // what the host's code panicked with, if it is an error that has crossed
}

func (e *HostError) Error() string { return e.Message }

// Unwrap returns Err.
func (e *HostError) Unwrap() error { return e.Err }

// A Callback is one call of an object of the host's. It is pooled, and not safe for
// concurrent use. Generated code puts the arguments, calls Do, takes the results, and
// has End deferred.
type Callback struct {
	HostCall
	remote   *Remote // the object that is called, nil if there is none
	encoder  wire.Encoder
	decoder  wire.Decoder
	messages []message
	keep     []unsafe.Pointer // what the frame's addresses point to, and the Remote
	coding   uint64           // what is being encoded or decoded: atArgument or atResult with its index, or 0
	done     bool
	gone     bool // the object or the host is
}

// A message is an argument in the encoder's memory, which moves as it grows.
type message struct{ at, begin int }

var callbacks = sync.Pool{New: func() any {
	c := new(Callback)
	c.grow(hostWords)
	c.Reserve(hostBuffer)
	return c
}}

// Begin starts a call of the method of r with that index in the manifest's callbacks.
// r is nil if no object is called.
func Begin(r *Remote, index, words int) *Callback {
	c := callbacks.Get().(*Callback)
	if words > len(c.words) {
		c.grow(words)
	}
	c.done, c.gone, c.remote = false, false, r
	c.frame.Func, c.spans = uint64(index), c.spans[:0]
	if r == nil {
		c.frame.SetRef(0, 0)
		return c
	}
	c.frame.SetRef(0, r.ref|wire.Owner)
	c.keep = append(c.keep, unsafe.Pointer(r))
	return c
}

// Text puts a string argument into words at and at+1.
func (c *Callback) Text(at int, s string) {
	p := unsafe.Pointer(unsafe.StringData(s))
	c.keep = append(c.keep, p)
	c.Argument(at, p, len(s))
}

// PutBulk puts a slice argument whose elements are their memory into words at and at+1.
func PutBulk[T any](c *Callback, at int, s []T) {
	if s == nil {
		c.frame.SetNil(at)
		return
	}
	var zero T
	p := unsafe.Pointer(unsafe.SliceData(s))
	c.keep = append(c.keep, p)
	c.Argument(at, p, len(s)*int(unsafe.Sizeof(zero)))
}

// Filled puts into words at and at+1 bytes that the host fills from their beginning. The result in
// word count says how many they are: see manifest.Function.Fills.
func (c *Callback) Filled(at int, b []byte, count int) {
	PutBulk(c, at, b)
	if b != nil {
		c.spans[len(c.spans)-1].filled = count + 1
	}
}

// Context puts a context argument into words at and at+1.
func (c *Callback) Context(at int, ctx context.Context) {
	ref, deadline := exportContext(ctx)
	c.frame.SetRef(at, ref)
	c.frame.SetInt64(at+1, deadline)
}

// PutArg returns what encodes argument i, whose place goes into words at and at+1.
func (c *Callback) PutArg(i, at int) *wire.Encoder {
	if len(c.messages) == 0 {
		c.encoder.Scope = pluginScope
		c.encoder.Reset(c.encoder.Bytes()[:0])
	}
	c.coding, c.encoder.Sorted = atArgument+uint64(i), false
	c.messages = append(c.messages, message{at, c.encoder.Next()})
	return &c.encoder
}

// Do makes the call and waits for its end. It panics if the call failed: see HostError.
// canFail says that the method returns that as an error.
func (c *Callback) Do(canFail bool) {
	if op := c.frame.Func; op < wire.OpPing || op == wire.OpInvoke || op == wire.OpMethod {
		if op != wire.OpMethod {
			tellPairs()
		}
		tellReturned(c.remote)
		contexts.Tell()
	}
	b := c.encoder.Bytes()
	for i, m := range c.messages {
		end := len(b)
		if i+1 < len(c.messages) {
			end = c.messages[i+1].begin
		}
		c.Argument(m.at, unsafe.Pointer(unsafe.SliceData(b[m.begin:end])), end-m.begin)
	}
	if err := enterHost(canFail); err != nil {
		panic(err)
	}
	status := c.HostCall.Do()
	leaveHost()
	runtime.KeepAlive(b)
	c.coding = 0
	if c.frame.Held != 0 {
		c.fetch()
	}
	if status != wire.StatusOK {
		c.gone = status != wire.StatusPanic && status != wire.StatusRefused
		failure, panicked := c.failure(status)
		if v, ok := panicValue(panicked); ok && canFail {
			failure.Err, _ = v.(error)
		} else if ok {
			rememberPanic(v, failure)
			panic(v)
		}
		panic(failure)
	}
}

// fetch gets results that did not fit the buffer, into a larger one.
func (c *Callback) fetch() {
	f := BeginHost(wire.OpFetch, 1)
	f.Reserve(int(c.frame.Len))
	f.frame.SetUint64(0, c.frame.Held)
	if status := f.Do(); status != wire.StatusOK {
		f.End()
		panic(&HostError{Message: "the host has lost the results of a call"})
	}
	c.buffer, f.buffer = f.buffer, c.buffer
	for _, c := range []*HostCall{&c.HostCall, f} {
		c.frame.Buf, c.frame.Cap = uintptr(unsafe.Pointer(unsafe.SliceData(c.buffer))), uint64(len(c.buffer))
	}
	c.frame.Len = f.frame.Len
	f.End()
}

// failure returns the error of a call that failed, and what the host has sent of its panic.
func (c *Callback) failure(status uint64) (failure *HostError, panicked wire.Failure) {
	v, err := wire.DecodeFailure(c.Data())
	message := v.Message
	switch {
	case status == wire.StatusNoHost:
		message = "the program that has loaded the plugin takes no calls from it"
	case err != nil || v == wire.Failure{} && status == wire.StatusGone:
		message = fmt.Sprintf("the host did not handle a call (status %d)", status)
		if status == wire.StatusGone {
			message = "the object of the host's was released"
		}
	case status == wire.StatusPanic:
		return &HostError{Type: v.Type, Message: v.Message, Stack: v.Stack}, v
	}
	return &HostError{Message: message}, wire.Failure{}
}

// bytes returns the result in words at and at+1.
func (c *Callback) bytes(at int) []byte {
	offset, n, b := c.frame.Uint64(at), c.frame.Uint64(at+1), c.Data()
	if offset > uint64(len(b)) || n > uint64(len(b))-offset {
		reject("message from the host is damaged: a result lies outside of it")
	}
	return b[offset : offset+n]
}

// ResultText returns the string result in words at and at+1.
func (c *Callback) ResultText(at int) string { return string(c.bytes(at)) }

// ResultBulk returns the slice result in words at and at+1.
func ResultBulk[T any](c *Callback, at int) []T {
	if c.frame.Uint64(at) == wire.Nil {
		return nil
	}
	b := c.bytes(at)
	var zero T
	s := make([]T, len(b)/int(unsafe.Sizeof(zero)))
	if len(s) > 0 {
		copy(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(b)), b)
	}
	return s
}

// ResultContext returns the context result in words at and at+1.
func (c *Callback) ResultContext(at int) context.Context {
	return importContext(c.frame.Ref(at), c.frame.Int64(at+1))
}

// Result returns what decodes result i, which is in words at and at+1.
func (c *Callback) Result(i, at int) *wire.Decoder {
	if c.coding >= atResult {
		c.decoder.End()
	}
	c.coding = atResult + uint64(i)
	c.decoder.Scope = pluginScope
	c.decoder.Reset(c.bytes(at))
	return &c.decoder
}

// ResultError returns the error in words at and at+1, result i.
func (c *Callback) ResultError(i, at int) error {
	if c.frame.Uint64(at) == wire.Nil {
		return nil
	}
	return codec.TakeError(c.Result(i, at))
}

// Done says that all results were taken.
func (c *Callback) Done() {
	if c.coding >= atResult {
		c.decoder.End()
	}
	c.done = true
}

// End returns the callback to the pool. It must be deferred: a failure that it recovers
// becomes the error at err, unless err is nil.
//
// A goroutine that the plugin started may call a host that has closed the plugin, by a
// method without an error result. End then ends the goroutine: nothing would recover its
// panic, which would end the process.
func (c *Callback) End(err *error) {
	ends := false
	if !c.done && err == nil && c.gone && !inCall() {
		ends = recover() != nil
	}
	if !c.done && err != nil {
		switch v := recover().(type) {
		case *HostError:
			*err = v
		case nil: // Goexit
		default:
			why, _ := refusal(v)
			if why == nil {
				panic(v)
			}
			text := why.Error()
			switch {
			case c.coding >= atResult:
				text = fmt.Sprintf("result %d: %s", c.coding-atResult+1, text)
			case c.coding != 0:
				text = fmt.Sprintf("argument %d: %s", c.coding-atArgument, text)
			}
			*err = &HostError{Message: text}
		}
	}
	clear(c.keep)
	c.keep, c.messages, c.coding, c.remote = c.keep[:0], c.messages[:0], 0, nil
	c.decoder.Reset(nil)
	if cap(c.encoder.Bytes()) > keepBuffer {
		c.encoder.Reset(nil)
	}
	if len(c.buffer) > keepBuffer {
		c.buffer = nil
		c.Reserve(hostBuffer)
	}
	callbacks.Put(c)
	if ends {
		runtime.Goexit()
	}
}

// inCall reports whether the calling goroutine is in a call from the host.
func inCall() bool { return callsWithin(1) == 1 }

// callsWithin returns in how many calls from the host the calling goroutine is, at most most.
func callsWithin(most int) (calls int) {
	pcs := make([]uintptr, 64)
	for skip := 0; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs)
		for frames := runtime.CallersFrames(pcs[:n]); n > 0; {
			f, more := frames.Next()
			if f.Entry == pc(call) {
				if calls++; calls == most {
					return calls
				}
			}
			if !more {
				break
			}
		}
		if n < len(pcs) {
			return calls
		}
	}
}

// Unsupported ends a method of a proxy that cannot cross.
func Unsupported(err *error, reason string) {
	e := &HostError{Message: reason}
	if err == nil {
		panic(e)
	}
	*err = e
}
