//go:build go1.22

package pluginrt

import (
	"bytes"
	"fmt"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Pooled objects keep no addresses of the host's memory. The host may free that memory, and
// this runtime may get it from the system: its garbage collector would then take such an
// address for a bad pointer of its own.

// A Reader takes the arguments of a call that are messages.
type Reader struct {
	frame   *wire.Frame
	decoder wire.Decoder
}

var readers = sync.Pool{New: func() any { return new(Reader) }}

// Arguments begins to read. The generated code calls Next for each message, decodes
// it, and calls Close.
func Arguments(f *wire.Frame) *Reader {
	r := readers.Get().(*Reader)
	r.frame = f
	r.decoder.Scope = pluginScope
	r.decoder.Reset(nil)
	return r
}

// Next returns what decodes argument i, which is in words at and at+1.
func (r *Reader) Next(i, at int) *wire.Decoder {
	r.decoder.End()
	r.frame.Status = atArgument + uint64(i)
	r.decoder.Reset(r.frame.Message(at))
	return &r.decoder
}

// Close ends reading.
func (r *Reader) Close() {
	r.decoder.End()
	if len(r.decoder.Pairs) > 0 {
		beginPairs(r.frame, r.decoder.Pairs)
		r.decoder.Pairs = nil
	}
	r.frame.Status = 0
	r.frame = nil
	r.decoder.Reset(nil)
	readers.Put(r)
}

// A Writer puts the results of a call that are messages into the frame. They are encoded in
// the caller's buffer, and move to memory of the plugin when they do not fit.
type Writer struct {
	frame   *wire.Frame
	encoder wire.Encoder
	at      int    // words of the result that is being encoded; -1 for none
	begin   int    // and where it begins
	update  bool   // it is an argument that goes back if it differs from was
	was     []byte // in the caller's memory
}

var writers = sync.Pool{New: func() any { return new(Writer) }}

// Results begins to write. The generated code calls Next for each message, encodes
// it, and calls Close. No other result may be set meanwhile.
func Results(f *wire.Frame) *Writer {
	w := writers.Get().(*Writer)
	w.frame, w.at = f, -1
	w.encoder.Scope, w.encoder.Max = pluginScope, int(limits.maxResults.Load())
	w.encoder.Reset(results(f))
	return w
}

// Next returns what encodes result i, whose place goes into words at and at+1.
func (w *Writer) Next(i, at int) *wire.Encoder {
	w.end()
	w.frame.Status = atResult + uint64(i)
	w.at, w.begin = at, w.encoder.Next()
	return &w.encoder
}

// NextUpdate is Next for an argument that goes back if the function has changed it. was is the
// message in which it came. It goes back as a copy.
func (w *Writer) NextUpdate(i, at int, was []byte) *wire.Encoder {
	e := w.Next(i, at)
	e.Scope, e.Sorted = copies, true
	w.update, w.was = true, was
	return e
}

func (w *Writer) end() {
	if w.update {
		b := w.encoder.Bytes()[w.begin:]
		same := bytes.Equal(b, w.was)
		w.update, w.was = false, nil
		if same {
			w.encoder.Drop(w.begin)
			w.frame.SetNil(w.at)
			return
		}
	}
	if w.at >= 0 {
		w.frame.SetInt(w.at, w.begin)
		w.frame.SetInt(w.at+1, len(w.encoder.Bytes())-w.begin)
	}
}

// Close ends writing.
func (w *Writer) Close() {
	w.end()
	setResults(w.frame, w.encoder.Bytes())
	w.frame.Status = 0
	w.frame = nil
	w.encoder.Sorted = false
	w.encoder.Reset(nil)
	writers.Put(w)
}

// SetError puts error result i into words at and at+1.
func SetError(f *wire.Frame, i, at int, err error) {
	if err == nil {
		f.SetNil(at)
		return
	}
	w := Results(f)
	codec.PutError(w.Next(i, at), err)
	w.Close()
}

// SetSlice puts a slice whose elements are their memory into words i and i+1. Nil stays nil.
func SetSlice[T any](f *wire.Frame, i int, s []T) {
	if s == nil {
		f.SetNil(i)
		return
	}
	var zero T
	setBytes(f, i, unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(zero))))
}

// SetString puts a string result into words i and i+1.
func SetString(f *wire.Frame, i int, s string) {
	setBytes(f, i, unsafe.Slice(unsafe.StringData(s), len(s)))
}

func setBytes(f *wire.Frame, i int, b []byte) {
	if limit := limits.maxResults.Load(); limit > 0 && int64(len(b)) > limit-int64(f.Len) {
		f.Status = atResult
		panic(&wire.EncodeError{Reason: fmt.Sprintf("the results take more than %d bytes", limit), Large: true})
	}
	offset := f.Len
	put(f, b)
	f.SetUint64(i, offset)
	f.SetInt(i+1, len(b))
}
