//go:build go1.22

package support

import (
	"fmt"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/wire"
)

// held keeps results that did not fit the caller's buffer until they are fetched
// or dropped. The memory is the plugin's.
var held = struct {
	sync.Mutex
	next   uint64
	ticket map[uint64][]byte
}{ticket: make(map[uint64][]byte)}

// SetString puts a string result into words i and i+1.
func SetString(f *wire.Frame, i int, s string) {
	setBytes(f, i, unsafe.Slice(unsafe.StringData(s), len(s)))
}

// SetBytes puts a []byte result into words i and i+1. Nil stays nil.
func SetBytes(f *wire.Frame, i int, b []byte) {
	if b == nil {
		f.SetNil(i)
		return
	}
	setBytes(f, i, b)
}

// SetError puts an error result into words i and i+1.
func SetError(f *wire.Frame, i int, err error) {
	if err == nil {
		f.SetNil(i)
		return
	}
	setBytes(f, i, wire.AppendFailure(nil, wire.Failure{Type: fmt.Sprintf("%T", err), Message: err.Error()}))
}

func setBytes(f *wire.Frame, i int, b []byte) {
	offset := f.Len
	put(f, b)
	f.SetUint64(i, offset)
	f.SetInt(i+1, len(b))
}

// put appends b to the frame's results: in the caller's buffer as long as all of
// them fit, else in memory of the plugin.
func put(f *wire.Frame, b []byte) {
	end := f.Len + uint64(len(b))
	switch {
	case f.Held != 0:
		held.Lock()
		held.ticket[f.Held] = append(held.ticket[f.Held], b...)
		held.Unlock()
	case end <= f.Cap:
		copy(buffer(f)[f.Len:], b)
	default:
		all := make([]byte, 0, end)
		all = append(append(all, buffer(f)[:f.Len]...), b...)
		held.Lock()
		held.next++
		f.Held = held.next
		held.ticket[f.Held] = all
		held.Unlock()
	}
	f.Len = end
}

// buffer is the caller's buffer, in the host's memory.
func buffer(f *wire.Frame) []byte {
	if f.Cap == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(*(*unsafe.Pointer)(unsafe.Pointer(&f.Buf))), f.Cap)
}

// discard takes back the results that a call has written before it failed.
func discard(f *wire.Frame) {
	if f.Held != 0 {
		drop(f.Held)
	}
	f.Held, f.Len = 0, 0
}

func drop(ticket uint64) {
	held.Lock()
	delete(held.ticket, ticket)
	held.Unlock()
}

// fetch copies the held bytes that word 0 names into the buffer and lets them go.
func fetch(f *wire.Frame) uint64 {
	ticket := f.Uint64(0)
	held.Lock()
	b, ok := held.ticket[ticket]
	if ok && uint64(len(b)) <= f.Cap {
		delete(held.ticket, ticket)
	}
	held.Unlock()
	if !ok || uint64(len(b)) > f.Cap {
		return wire.StatusTicket
	}
	copy(buffer(f), b)
	f.Len = uint64(len(b))
	return wire.StatusOK
}
