//go:build go1.22

package handle

import (
	"sync"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Results holds the results of calls that did not fit the caller's buffer, until the
// caller fetches or drops them. The zero value is ready for use. It is safe for
// concurrent use.
type Results struct {
	mu   sync.Mutex
	last uint64
	held map[uint64][]byte // by ticket
	size int               // the bytes of all
}

// Hold keeps b and returns its ticket, which is not 0.
func (r *Results) Hold(b []byte) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held == nil {
		r.held = make(map[uint64][]byte)
	}
	r.last++
	r.held[r.last] = b
	r.size += len(b)
	return r.last
}

// Replace sets the bytes of a ticket that Hold has returned.
func (r *Results) Replace(ticket uint64, b []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.size += len(b) - len(r.held[ticket])
	r.held[ticket] = b
}

// Get returns the bytes of a ticket, or nil if it is unknown.
func (r *Results) Get(ticket uint64) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.held[ticket]
}

// Drop is the operation wire.OpDrop.
func (r *Results) Drop(ticket uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drop(ticket)
}

func (r *Results) drop(ticket uint64) {
	r.size -= len(r.held[ticket])
	delete(r.held, ticket)
}

// Fetch is the operation wire.OpFetch. It returns the frame's status.
func (r *Results) Fetch(f *wire.Frame) uint64 {
	ticket := f.Uint64(0)
	r.mu.Lock()
	b, ok := r.held[ticket]
	ok = ok && uint64(len(b)) <= f.Cap
	if ok {
		r.drop(ticket)
	}
	r.mu.Unlock()
	if !ok {
		return wire.StatusTicket
	}
	f.Len = uint64(copy(f.Buffer(), b))
	return wire.StatusOK
}

// Len returns the number of results that are held.
func (r *Results) Len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.held)
}

// Size returns how many bytes are held.
func (r *Results) Size() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.size
}

// Clear drops all results.
func (r *Results) Clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.held)
	r.size = 0
}
