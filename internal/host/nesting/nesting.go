// Package nesting knows which callbacks of plugins are nested in each other on a
// goroutine, and which values the goroutine has that send to a plugin what was done to them.
//
// A callback that a plugin makes within a call runs on the goroutine that made the call,
// because the system stack holds frames of both. Each pair of call and callback takes
// some of the thread's system stack, which does not grow: so the depth is limited.
package nesting

import (
	"errors"
	"sync/atomic"
)

// ErrTooDeep reports a call that was refused because too many calls and callbacks are
// nested in each other.
var ErrTooDeep = errors.New("calls of plugins and their callbacks are nested too deep; return from some of them, or make the call on another goroutine")

// ErrWithin reports an operation that cannot be done within a callback.
var ErrWithin = errors.New("it was called within a callback of the same plugin, whose end it would wait for; call it after the callback has returned, or on another goroutine")

// DefaultLimit is how many callbacks may be nested on a goroutine by default.
const DefaultLimit = 1000

// LeastLimit is the smallest limit that TooDeep knows.
const LeastLimit = 16

// A record belongs to one g: to the goroutine that has it now, and later to others. The
// runtime uses a g again and never frees it, so there are no more records than there were
// goroutines at once. Only the goroutine that has the g uses depth, sessions and notes, in funcs
// that are go:norace: the race detector does not know that a goroutine that gets the g of
// another begins after the end of that one.
type record struct {
	g        uintptr // its address
	next     *record // in the same bucket
	depth    int     // callbacks under way
	sessions []uint64
	notes    *note
}

var (
	// buckets are lists of records. A record stays in its list.
	buckets [1 << 10]atomic.Pointer[record]

	// special counts callbacks under way that are nested as deep as LeastLimit, and records with notes.
	special atomic.Int64
)

func bucketOf(g uintptr) *atomic.Pointer[record] {
	return &buckets[uint64(g)*0x9e37_79b9_7f4a_7c15>>54]
}

// find returns the record of a g, or nil.
func find(g uintptr) *record {
	r := bucketOf(g).Load()
	for r != nil && r.g != g {
		r = r.next
	}
	return r
}

// add returns a new record for the g of this goroutine, which has none.
func add(g uintptr) *record {
	r := &record{g: g, sessions: make([]uint64, 4)}
	for b := bucketOf(g); ; {
		r.next = b.Load()
		if b.CompareAndSwap(r.next, r) {
			return r
		}
	}
}

// A Callback is a callback that has begun and not ended.
type Callback struct{ record *record } // nil: callbacks are not counted here

// Enter records that a callback of a library begins on this goroutine.
//
//go:norace
func Enter(session uint64) Callback {
	g := getg()
	if g == 0 {
		return Callback{}
	}
	r := find(g)
	if r == nil {
		r = add(g)
	}
	if r.depth == len(r.sessions) {
		r.grow()
	}
	r.sessions[r.depth] = session
	r.depth++
	if r.depth >= LeastLimit {
		special.Add(1)
	}
	return Callback{r}
}

// grow makes room for more sessions. It uses neither append nor copy, as the race
// detector sees what these read.
//
//go:norace
func (r *record) grow() {
	more := make([]uint64, 2*len(r.sessions))
	for i := range r.sessions {
		more[i] = r.sessions[i]
	}
	r.sessions = more
}

// Leave records that the callback ends. It runs on the same goroutine.
//
//go:norace
func (c Callback) Leave() {
	r := c.record
	if r == nil {
		return
	}
	if r.notes != nil {
		r.settle(true)
	}
	if r.depth >= LeastLimit {
		special.Add(-1)
	}
	r.depth--
}

// Special reports whether a goroutine may be in LeastLimit callbacks or have something to settle.
// If not, TooDeep is false and Settle does nothing. The compiler inlines it.
func Special() bool { return special.Load() != 0 }

// TooDeep reports whether this goroutine is in at least limit callbacks.
//
//go:norace
func TooDeep(limit int) bool {
	r := find(getg())
	return r != nil && r.depth >= limit
}

// Within reports whether this goroutine is in a callback of the library.
//
//go:norace
func Within(session uint64) bool {
	r := find(getg())
	if r == nil {
		return false
	}
	for i := range r.depth {
		if r.sessions[i] == session {
			return true
		}
	}
	return false
}

// Innermost calls is with the sessions of the callbacks that this goroutine is in, from the
// innermost outwards, until it returns true.
//
//go:norace
func Innermost(is func(session uint64) bool) {
	r := find(getg())
	if r == nil {
		return
	}
	for i := r.depth - 1; i >= 0; i-- {
		if is(r.sessions[i]) {
			return
		}
	}
}
