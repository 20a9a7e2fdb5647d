//go:build go1.22

// Package merge copies a value that came from the other side to the value of this side that it
// was made of.
package merge

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

// A Merger copies only the fields of structs that cross. It writes through pointers and into
// maps instead of replacing them, so that all other references to the same memory see the
// change. It writes nothing that is the same already, because other goroutines may read it.
// A Merger is used for one value.
type Merger struct {
	// Restored says that the fields that do not cross are in the new value as well, because
	// decoding has restored them. Otherwise those of this side's value stay.
	Restored bool
	// Identity says that pointers in interfaces keep their identity: a different one is a
	// different value, and no copy.
	Identity bool
	// Assign sets a variable to a value of another type, or returns false if the variable
	// stays as it is. It is nil if both values have the same type.
	Assign func(to, from reflect.Value) (bool, error)
	// Keep says that pointers of a type stand for values of the other side, which changes
	// them itself. It may be nil.
	Keep func(reflect.Type) bool

	seen map[place]bool // the pointers that were written through
	err  error          // the first one
}

type place struct {
	p unsafe.Pointer
	t reflect.Type
}

// Content copies what from refers to to what to refers to: to itself need not be a variable.
func (m *Merger) Content(to, from reflect.Value) error {
	m.content(to, from)
	return m.err
}

// Value copies from to the variable to, whose own fields that do not cross stay.
func (m *Merger) Value(to, from reflect.Value) error {
	m.value(to, from, false)
	return m.err
}

func (m *Merger) content(to, from reflect.Value) {
	if to.Kind() != from.Kind() {
		return
	}
	switch to.Kind() {
	case reflect.Interface:
		m.content(to.Elem(), from.Elem())
	case reflect.Pointer:
		if !to.IsNil() && !from.IsNil() {
			m.pointed(to, from)
		}
	case reflect.Map:
		if !to.IsNil() && !from.IsNil() {
			m.entries(to, from)
		}
	case reflect.Slice:
		for i := range min(to.Len(), from.Len()) {
			m.value(to.Index(i), from.Index(i), m.Restored)
		}
	case reflect.Array:
		for i := range min(to.Len(), from.Len()) {
			m.content(to.Index(i), from.Index(i))
		}
	case reflect.Struct:
		for i := range to.NumField() {
			if f := to.Type().Field(i); f.IsExported() {
				if part := partOf(from, to.Type(), i); part.IsValid() {
					m.content(to.Field(i), part)
				}
			}
		}
	}
}

// value copies from to the variable to. restored is Restored for the value itself.
func (m *Merger) value(to, from reflect.Value, restored bool) {
	if to.Kind() == reflect.Interface {
		m.dynamic(to, from)
		return
	}
	if from.Kind() == reflect.Interface {
		from = from.Elem()
	}
	if to.Kind() != reflect.Pointer && from.Kind() == reflect.Pointer {
		from = from.Elem()
	}
	if !from.IsValid() {
		return // nil for something that cannot be nil: the plugin has a value that was converted
	}
	switch equal := to.Type() == from.Type(); {
	case m.Keep != nil && m.Keep(to.Type()):
		if equal && to.Pointer() != from.Pointer() {
			to.Set(from) // another one
		}
	case to.Kind() == reflect.Pointer && from.Kind() != reflect.Pointer:
		if !to.IsNil() {
			m.value(to.Elem(), from, m.Restored)
		}
	case to.Kind() == reflect.Pointer:
		switch {
		case to.IsNil() || from.IsNil() || m.Restored && equal && codec.IsStateful(to.Type().Elem()):
			m.set(to, from)
		case to.Pointer() != from.Pointer():
			m.pointed(to, from)
		}
	case composed(to) && composed(from) && to.Kind() != from.Kind() && !(list(to) && list(from)):
		// It was made of a map for a struct, for instance.
	case to.Kind() == reflect.Struct && from.Kind() == reflect.Struct && codec.MarshalerKind(to.Type()) == "" && !(equal && restored && codec.IsStateful(to.Type())):
		m.fields(to, from)
	case to.Kind() == reflect.Map && from.Kind() == reflect.Map && !to.IsNil() && !from.IsNil():
		m.entries(to, from)
	case list(to) && list(from) && (!equal || !m.Restored) && m.deep(to.Type().Elem()):
		m.elements(to, from)
	default:
		m.set(to, from)
	}
}

func list(v reflect.Value) bool { return v.Kind() == reflect.Slice || v.Kind() == reflect.Array }

// composed reports whether a value has parts.
func composed(v reflect.Value) bool {
	return list(v) || v.Kind() == reflect.Map || v.Kind() == reflect.Struct
}

// fields copies the fields that both structs have.
func (m *Merger) fields(to, from reflect.Value) {
	if !from.CanAddr() {
		from = variable(from)
	}
	for i := range to.NumField() {
		if codec.Crosses(to.Type().Field(i)) {
			if part := partOf(from, to.Type(), i); part.IsValid() {
				m.value(field(to, i), part, m.Restored)
			}
		}
	}
}

// partOf returns the field of from that stands for field i of a struct of type t. It is invalid
// if from has none.
func partOf(from reflect.Value, t reflect.Type, i int) reflect.Value {
	if from.Type() == t {
		if !from.CanAddr() {
			return from.Field(i)
		}
		return field(from, i)
	}
	if from.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	f := t.Field(i)
	if !f.IsExported() {
		return from // an embedded struct, whose fields are found by their names
	}
	part, err := codec.Field(from, f.Name)
	if err != nil && f.Anonymous {
		return from
	}
	return part
}

// dynamic copies a value to an interface.
func (m *Merger) dynamic(to, from reflect.Value) {
	free := from.Kind() == reflect.Interface // so the value has its own type
	if free {
		from = from.Elem()
	}
	old := to.Elem()
	switch {
	case !old.IsValid() || !from.IsValid():
		if free || from.IsValid() {
			m.set(to, from)
		}
	case m.Keep != nil && m.Keep(old.Type()) && old.Type() != from.Type() && (from.Kind() == reflect.Pointer || from.Kind() == reflect.Struct):
	case old.Kind() == reflect.Pointer && from.Kind() == reflect.Pointer && !m.Identity && (m.Assign != nil || old.Type() == from.Type()):
		v := variable(old)
		m.value(v, from, m.Restored)
		m.set(to, v)
	case old.Kind() == reflect.Map && from.Kind() == reflect.Map && !old.IsNil() && !from.IsNil() && (!free || old.Type() == from.Type()):
		m.entries(old, from)
	case !free:
		if old.Kind() == reflect.Slice {
			m.content(old, from)
		}
	case !m.Restored && old.Type() == from.Type() && m.deep(old.Type()):
		v := variable(old)
		m.value(v, from, false)
		m.set(to, v)
	default:
		m.set(to, from)
	}
}

// set sets a variable, unless it has the value already.
func (m *Merger) set(to, from reflect.Value) {
	if !from.IsValid() {
		from = reflect.Zero(to.Type())
	}
	if !from.Type().AssignableTo(to.Type()) {
		v := reflect.New(to.Type()).Elem()
		if m.Assign == nil {
			m.fail(fmt.Errorf("a %s came back for %s", from.Type(), to.Type()))
			return
		}
		ok, err := m.Assign(v, from)
		if err != nil {
			m.fail(err)
		}
		if !ok || err != nil {
			return
		}
		from = v
	}
	if !same(to, from) {
		to.Set(from)
	}
}

func (m *Merger) fail(err error) {
	if m.err == nil {
		m.err = err
	}
}

// same reports whether two values are the same. It takes NaNs for one, and funcs if they are
// one closure.
func same(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Func:
		return b.Kind() == reflect.Func && closure(a) == closure(b)
	case reflect.Float32, reflect.Float64:
		return a.Float() == b.Float() || a.Float() != a.Float() && b.Float() != b.Float()
	case reflect.Interface:
		if b.Kind() != reflect.Interface {
			return !a.IsNil() && reflect.DeepEqual(a.Interface(), b.Interface())
		}
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// closure returns the address of a func.
func closure(f reflect.Value) unsafe.Pointer {
	return *(*unsafe.Pointer)(variable(f).Addr().UnsafePointer())
}

// variable returns a variable with the value v.
func variable(v reflect.Value) reflect.Value {
	to := reflect.New(v.Type()).Elem()
	to.Set(v)
	return to
}

// pointed copies what from points to to what to points to.
func (m *Merger) pointed(to, from reflect.Value) {
	p := place{to.UnsafePointer(), to.Type()}
	if m.seen[p] {
		return
	}
	if m.seen == nil {
		m.seen = make(map[place]bool)
	}
	m.seen[p] = true
	m.value(to.Elem(), from.Elem(), m.Restored)
}

// entries makes the entries of the map to those of from. It writes through the pointers in the
// map.
func (m *Merger) entries(to, from reflect.Value) {
	key := func(k reflect.Value) reflect.Value {
		if k.Type() == to.Type().Key() {
			return k
		}
		v := reflect.New(to.Type().Key()).Elem()
		m.set(v, k)
		return v
	}
	if hasNaN(to) || hasNaN(from) {
		m.replace(to, from, key)
		return
	}
	kept := make(map[any]bool)
	for it := from.MapRange(); it.Next(); {
		k := key(it.Key())
		kept[k.Interface()] = true
		old, v := to.MapIndex(k), reflect.New(to.Type().Elem()).Elem()
		if old.IsValid() {
			v.Set(old)
			m.value(v, it.Value(), m.Restored)
			if same(old, v) {
				continue
			}
		} else {
			m.set(v, it.Value())
		}
		to.SetMapIndex(k, v)
	}
	for it := to.MapRange(); it.Next(); {
		if !kept[it.Key().Interface()] {
			to.SetMapIndex(it.Key(), reflect.Value{})
		}
	}
}

// replace is entries for maps that have keys like NaN, which no look-up finds.
func (m *Merger) replace(to, from reflect.Value, key func(reflect.Value) reflect.Value) {
	now := reflect.MakeMap(to.Type())
	for it := from.MapRange(); it.Next(); {
		k, v := key(it.Key()), reflect.New(to.Type().Elem()).Elem()
		if old := to.MapIndex(k); old.IsValid() {
			v.Set(old)
			m.value(v, it.Value(), m.Restored)
		} else {
			m.set(v, it.Value())
		}
		now.SetMapIndex(k, v)
	}
	to.Clear()
	for it := now.MapRange(); it.Next(); {
		to.SetMapIndex(it.Key(), it.Value())
	}
}

// hasNaN reports whether a map has a key that is not equal to itself.
func hasNaN(m reflect.Value) bool {
	switch m.Type().Key().Kind() {
	case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128, reflect.Interface, reflect.Struct, reflect.Array:
		for it := m.MapRange(); it.Next(); {
			if k := it.Key(); !k.Equal(k) {
				return true
			}
		}
	}
	return false
}

// elements copies the elements of a slice or an array one by one, so that each keeps what does not
// cross.
func (m *Merger) elements(to, from reflect.Value) {
	n := from.Len()
	if from.Kind() == reflect.Slice && from.IsNil() || to.Kind() == reflect.Array && to.Len() != n {
		m.set(to, from)
		return
	}
	if to.Kind() == reflect.Slice && (to.Len() != n || to.IsNil()) {
		s := reflect.MakeSlice(to.Type(), n, n)
		reflect.Copy(s, to)
		to.Set(s)
	}
	for i := range n {
		m.value(to.Index(i), from.Index(i), m.Restored)
	}
}

// deep reports whether values of a type are copied part by part: whether they have fields that
// do not cross, or another type on the other side.
func (m *Merger) deep(t reflect.Type) bool { return m.holds(t, make(map[reflect.Type]bool)) }

func (m *Merger) holds(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Struct:
		if codec.MarshalerKind(t) != "" {
			return false
		}
		if m.Assign != nil || codec.IsStateful(t) {
			return true
		}
		for i := range t.NumField() {
			if m.holds(t.Field(i).Type, seen) {
				return true
			}
		}
	case reflect.Pointer, reflect.Interface, reflect.Map:
		return m.Assign != nil || t.Kind() != reflect.Interface && m.holds(t.Elem(), seen)
	case reflect.Slice, reflect.Array:
		return m.holds(t.Elem(), seen)
	}
	return false
}

// field returns field i, which may be an embedded one without an exported name.
func field(v reflect.Value, i int) reflect.Value {
	f := v.Field(i)
	return reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem()
}

// ClearFields sets the fields of a struct that cross to zero.
func ClearFields(v reflect.Value) {
	for i := range v.NumField() {
		if codec.Crosses(v.Type().Field(i)) {
			field(v, i).SetZero()
		}
	}
}
