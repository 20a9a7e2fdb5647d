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
	slots slots

	mu    sync.Mutex
	known Map[any, wire.Ref] // handles by the identity of what they stand for
	n     int
}

type object struct {
	ref   wire.Ref
	value any
	refs  uint64 // guarded by the table's mutex
	id    any    // its key among the known, nil if it has none

	record any // see Record
}

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

// ExportNew is Export for a v that no other call exports.
func (t *Table) ExportNew(v any) wire.Ref { return t.export(v, nil) }

func (t *Table) export(v, id any) wire.Ref {
	t.mu.Lock()
	defer t.mu.Unlock()
	if id != nil {
		if ref := t.known.Get(id); ref != 0 {
			t.find(ref).refs++
			return ref
		}
	}
	o := &object{value: v, refs: 1, id: id}
	s, number := t.slots.take()
	o.ref = wire.Ref(s.generation)<<32 | wire.Ref(number+1)
	s.now.Store(o)
	t.n++
	if id != nil {
		t.known.Set(id, o.ref)
	}
	return o.ref
}

// find returns the object of a handle, or nil.
func (t *Table) find(ref wire.Ref) *object {
	ref = ref.Handle()
	s := t.slots.find(uint32(ref) - 1) // of no slot, if it was 0
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

// Record changes what is recorded for the object of a handle, which is nil at first. An unknown
// handle changes nothing.
func (t *Table) Record(ref wire.Ref, change func(record any) any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if o := t.find(ref); o != nil {
		o.record = change(o.record)
	}
}

// Recorded returns what is recorded for the object of a handle, nil if the handle is unknown.
func (t *Table) Recorded(ref wire.Ref) any {
	t.mu.Lock()
	defer t.mu.Unlock()
	if o := t.find(ref); o != nil {
		return o.record
	}
	return nil
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
	t.slots.drop(uint32(o.ref) - 1)
	t.n--
	t.forget(o)
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
	for _, o := range t.slots.all() {
		all = append(all, o.value)
		t.drop(o)
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
