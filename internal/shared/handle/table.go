//go:build go1.22

// Package handle keeps what one side of the boundary knows of objects: its own objects that
// the other side refers to, references that it releases, contexts, and results that the
// other side has not fetched yet.
//
// Its source is shared with plugins, like that of package wire.
package handle

import (
	"errors"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// ErrUnknown reports a handle that was released, or that never existed.
var ErrUnknown = errors.New("object is unknown or was released")

// A Table holds the objects that are exported, and keeps them alive until all of their
// references are released. The zero value is ready for use. It is safe for concurrent
// use; Get takes no lock.
//
// The lower half of a handle is the number of a slot, counted from 1. The upper half is the
// slot's generation: how often the slot was used before, in 31 bits. When the generations
// of a slot are used up, the slot is not used again.
type Table struct {
	pages atomic.Pointer[[]*page]

	mu    sync.Mutex
	free  []uint32           // slots that may be used again
	used  uint32             // slots that were ever used
	known Map[any, wire.Ref] // handles by the identity of what they stand for
	n     int
}

const pageSize = 256

type page [pageSize]slot

type slot struct {
	now        atomic.Pointer[object]
	generation uint32 // of the next object
}

type object struct {
	ref   wire.Ref
	value any
	refs  uint64 // guarded by the table's mutex
	id    any    // its key among the known, nil if it has none
}

const lastGeneration = 1<<31 - 1

// Export counts one reference to v and returns its handle. A value that is in the table
// already keeps the handle that it has: one that can be compared and is equal, or a
// function that is the very same closure. v must not be nil.
func (t *Table) Export(v any) wire.Ref { return t.export(v, identity(v)) }

// ExportAs is Export for a v that stands for value, such as a variable with a copy of it. If
// the table has an object that stands for an equal value, the result is that object's handle.
// value must not be nil.
func (t *Table) ExportAs(v, value any) wire.Ref {
	if id := identity(value); id != nil {
		return t.export(v, id)
	}
	return t.Export(v)
}

func (t *Table) export(v, id any) wire.Ref {
	t.mu.Lock()
	defer t.mu.Unlock()
	if id != nil {
		if ref := t.known.Get(id); ref != 0 {
			t.slot(ref).now.Load().refs++
			return ref
		}
	}
	o := &object{value: v, refs: 1, id: id}
	s := t.take(o)
	s.now.Store(o)
	t.n++
	if id != nil {
		t.known.Set(id, o.ref)
	}
	return o.ref
}

// take finds a free slot for o and numbers it.
func (t *Table) take(o *object) *slot {
	var number uint32
	if last := len(t.free) - 1; last >= 0 {
		number, t.free = t.free[last], t.free[:last]
	} else {
		number = t.used
		t.used++
		if number%pageSize == 0 {
			var pages []*page
			if p := t.pages.Load(); p != nil {
				pages = *p
			}
			// Readers may hold the old list: it is never changed.
			pages = append(pages[:len(pages):len(pages)], new(page))
			t.pages.Store(&pages)
		}
	}
	s := &(*t.pages.Load())[number/pageSize][number%pageSize]
	o.ref = wire.Ref(s.generation)<<32 | wire.Ref(number+1)
	return s
}

// slot returns the place that a handle names, or nil.
func (t *Table) slot(ref wire.Ref) *slot {
	pages := t.pages.Load()
	number := uint32(ref) - 1 // of no slot, if it was 0
	if pages == nil || number/pageSize >= uint32(len(*pages)) {
		return nil
	}
	return &(*pages)[number/pageSize][number%pageSize]
}

// find returns the object of a handle, or nil.
func (t *Table) find(ref wire.Ref) *object {
	ref = ref.Handle()
	s := t.slot(ref)
	if s == nil {
		return nil
	}
	if o := s.now.Load(); o != nil && o.ref == ref {
		return o
	}
	return nil
}

// Get returns the object of a handle. It ignores the bit wire.Owner. The error is ErrUnknown.
func (t *Table) Get(ref wire.Ref) (any, error) {
	if o := t.find(ref); o != nil {
		return o.value, nil
	}
	return nil, ErrUnknown
}

// Release releases n references, or all if there are fewer. gone reports that no reference is
// left, and v is no longer in the table. An unknown handle changes nothing.
func (t *Table) Release(ref wire.Ref, n uint64) (v any, gone bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.find(ref)
	if o == nil {
		return nil, false
	}
	if n < o.refs {
		o.refs -= n
		return nil, false
	}
	t.drop(o)
	return o.value, true
}

func (t *Table) drop(o *object) {
	s := t.slot(o.ref)
	s.now.Store(nil)
	t.n--
	t.forget(o)
	if s.generation < lastGeneration {
		s.generation++
		t.free = append(t.free, uint32(o.ref)-1)
	}
}

// Own lets equal values that are exported later have handles of their own. It is called
// before the value may be changed.
func (t *Table) Own(ref wire.Ref) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if o := t.find(ref); o != nil {
		t.forget(o)
	}
}

// forget removes o from the known.
func (t *Table) forget(o *object) {
	if o.id != nil && t.known.Get(o.id) == o.ref {
		t.known.Delete(o.id)
	}
	o.id = nil
}

// Len is the number of objects that are exported.
func (t *Table) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n
}

// Clear removes all objects and returns them. Their handles become unknown.
func (t *Table) Clear() []any {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []any
	for number := range t.used {
		s := t.slot(wire.Ref(number + 1))
		if o := s.now.Load(); o != nil {
			all = append(all, o.value)
			t.drop(o)
		}
	}
	return all
}

// A closure is the identity of a function: functions cannot be compared, but one
// that is sent twice is the same closure. The table keeps it alive, so its address
// belongs to no other function.
type closure struct {
	t reflect.Type
	p unsafe.Pointer
}

// identity returns what is equal for equal objects, or nil if they have no identity.
func identity(v any) any {
	switch t := reflect.TypeOf(v); t.Kind() {
	case reflect.Pointer, reflect.Chan:
		return v
	case reflect.Func:
		return closure{t, memory.Data(&v)}
	default:
		// Values that hold an interface are comparable by what is in there.
		if t.Comparable() && reflect.ValueOf(v).Comparable() && v == v { //nolint:staticcheck // NaN
			return v
		}
	}
	return nil
}
