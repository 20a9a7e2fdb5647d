// Package nesting knows which callbacks of plugins are nested in each other on a
// goroutine.
//
// A callback that a plugin makes within a call runs on the goroutine that made the call,
// because the system stack holds frames of both. Each pair of call and callback takes
// some of the thread's system stack, which does not grow: so the depth is limited.
package nesting

import (
	"errors"
	"slices"
	"sync/atomic"
)

// ErrTooDeep reports a call that was refused because too many calls and callbacks are
// nested in each other.
var ErrTooDeep = errors.New("calls of plugins and their callbacks are nested too deep; return from some of them, or make the call on another goroutine")

// ErrWithin reports what cannot be done within a callback.
var ErrWithin = errors.New("it was called within a callback of the same plugin, whose end it would wait for; call it after the callback has returned, or on another goroutine")

// DefaultLimit is how many callbacks may be nested on a goroutine if nothing else is said.
const DefaultLimit = 1000

// LeastLimit is the smallest limit that TooDeep knows.
const LeastLimit = 16

// A slot is the record of one goroutine that is in callbacks. It keeps the goroutine's
// address after the last callback, so that the next one finds it at once, until another
// goroutine takes the slot.
type slot struct {
	goroutine atomic.Uintptr // address of its g, and busy; 0: the slot was never used
	sessions  []uint64       // of the callbacks, outermost first; the busy goroutine's alone
}

// busy is set in slot.goroutine while there are callbacks. Addresses are even.
const busy = 1

const (
	slots = 1 << 12
	probe = 8 // how many slots are looked at for a goroutine
)

var (
	table [slots]slot
	deep  atomic.Int64 // callbacks under way that are nested as deep as LeastLimit
)

// find returns the slot of a goroutine that is in callbacks, or nil.
func find(g uintptr) *slot {
	for i := range uintptr(probe) {
		if s := at(g, i); s.goroutine.Load() == g|busy {
			return s
		}
	}
	return nil
}

// claim returns the slot of a goroutine, which is busy from now on, or nil if there is
// no room.
func claim(g uintptr) *slot {
	var free *slot
	var was uintptr
	for i := range uintptr(probe) {
		s := at(g, i)
		switch has := s.goroutine.Load(); {
		case has == g|busy:
			return s
		case has == g && s.goroutine.CompareAndSwap(g, g|busy):
			return s
		case free == nil && has&busy == 0:
			free, was = s, has
		}
	}
	if free == nil || !free.goroutine.CompareAndSwap(was, g|busy) {
		return nil
	}
	return free
}

// at returns one of the slots that a goroutine may have.
func at(g, i uintptr) *slot {
	place := uintptr(uint64(g) * 0x9e37_79b9_7f4a_7c15 >> 48)
	return &table[(place+i)%slots]
}

// A Callback is one under way.
type Callback struct {
	slot *slot // nil: it is not counted, as there was no room
	deep bool
}

// Enter notes that a callback of a library begins on this goroutine.
func Enter(session uint64) Callback {
	g := getg()
	if g == 0 {
		return Callback{}
	}
	s := claim(g)
	if s == nil {
		return Callback{}
	}
	s.sessions = append(s.sessions, session)
	c := Callback{slot: s, deep: len(s.sessions) >= LeastLimit}
	if c.deep {
		deep.Add(1)
	}
	return c
}

// Leave notes that the callback ends. It runs on the same goroutine.
func (c Callback) Leave() {
	if c.slot == nil {
		return
	}
	if c.deep {
		deep.Add(-1)
	}
	s := c.slot
	s.sessions = s.sessions[:len(s.sessions)-1]
	if len(s.sessions) == 0 {
		s.goroutine.Store(s.goroutine.Load() &^ busy)
	}
}

// TooDeep reports whether this goroutine is in at least limit callbacks. It costs next to
// nothing as long as no goroutine is in LeastLimit.
func TooDeep(limit int) bool {
	if deep.Load() == 0 {
		return false
	}
	s := find(getg())
	return s != nil && len(s.sessions) >= limit
}

// Within reports whether this goroutine is in a callback of the library.
func Within(session uint64) bool {
	s := find(getg())
	return s != nil && slices.Contains(s.sessions, session)
}
