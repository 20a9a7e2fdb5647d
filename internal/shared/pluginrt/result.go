//go:build go1.22

package pluginrt

import (
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// held keeps results that did not fit the caller's buffer until they are fetched
// or dropped. The memory is the plugin's.
var held = struct {
	sync.Mutex
	next   uint64
	ticket map[uint64][]byte
}{ticket: make(map[uint64][]byte)}

// put appends b to the frame's results: in the caller's buffer as long as all of
// them fit, else in memory of the plugin.
func put(f *wire.Frame, b []byte) {
	setResults(f, append(results(f), b...))
}

// results is what the results take so far. What is appended goes into the caller's
// buffer as long as it fits.
func results(f *wire.Frame) []byte {
	if f.Held == 0 {
		return buffer(f)[:f.Len]
	}
	held.Lock()
	defer held.Unlock()
	return held.ticket[f.Held]
}

// setResults takes what was appended to results.
func setResults(f *wire.Frame, b []byte) {
	f.Len = uint64(len(b))
	if f.Held == 0 && f.Len <= f.Cap {
		return
	}
	held.Lock()
	defer held.Unlock()
	if f.Held == 0 {
		held.next++
		f.Held = held.next
	}
	held.ticket[f.Held] = b
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
