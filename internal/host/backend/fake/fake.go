// Package fake is a backend for tests, in which a func handles invocations.
package fake

import (
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A Backend calls Run for each invocation. The methods of backend.Backend that it does not
// define panic.
type Backend struct {
	backend.Backend
	Run   func(*Invocation) error
	Err   error // of Begin
	Reuse bool  // one invocation serves all: for benchmarks

	Begun int // how many invocations there were
	last  *Invocation
}

// Begin implements backend.Backend.
func (b *Backend) Begin(function uint64, words int) (backend.Invocation, *wire.Frame, error) {
	if b.Err != nil {
		return nil, nil, b.Err
	}
	b.Begun++
	if !b.Reuse || b.last == nil {
		b.last = newInvocation(b, max(words, 16))
	}
	b.last.frame.Func, b.last.frame.Status = function, wire.StatusOK
	return b.last, &b.last.frame, nil
}

// Gone implements backend.Backend.
func (b *Backend) Gone() error { return b.Err }

// An Invocation is one of this backend's.
type Invocation struct {
	Buffer []byte // for the results' bytes

	backend *Backend
	frame   wire.Frame
	words   []uint64
}

func newInvocation(b *Backend, words int) *Invocation {
	v := &Invocation{backend: b, words: make([]uint64, words), Buffer: make([]byte, 4<<10)}
	v.frame.Words, v.frame.NWords = uintptr(unsafe.Pointer(&v.words[0])), uint64(words)
	v.frame.Buf, v.frame.Cap = uintptr(unsafe.Pointer(&v.Buffer[0])), uint64(len(v.Buffer))
	return v
}

// Frame is what Begin returned with the invocation.
func (v *Invocation) Frame() *wire.Frame { return &v.frame }

// SetShared implements backend.Invocation.
func (v *Invocation) SetShared(at int, p unsafe.Pointer, n int) { v.SetBytes(at, p, n) }

// SetWritten implements backend.Invocation.
func (v *Invocation) SetWritten(at int, p unsafe.Pointer, n, _ int) { v.SetBytes(at, p, n) }

// SetFilled implements backend.Invocation.
func (v *Invocation) SetFilled(at int, p unsafe.Pointer, n, _ int) { v.SetBytes(at, p, n) }

// SetBytes implements backend.Invocation.
func (v *Invocation) SetBytes(at int, p unsafe.Pointer, n int) { v.frame.SetArgument(at, p, n) }

// Invoke implements backend.Invocation.
func (v *Invocation) Invoke() error {
	if v.backend.Run == nil {
		return nil
	}
	return v.backend.Run(v)
}

// Results implements backend.Invocation.
func (v *Invocation) Results() []byte { return v.Buffer[:v.frame.Len] }

// SetResult puts bytes into the buffer, as the result in words at and at+1.
func (v *Invocation) SetResult(at int, b []byte) {
	from := v.frame.Len
	v.frame.Len += uint64(copy(v.Buffer[from:], b))
	v.frame.SetUint64(at, from)
	v.frame.SetInt(at+1, len(b))
}

// Release implements backend.Invocation.
func (v *Invocation) Release() {}
