package call

import (
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
)

// A merger copies a value that has just been decoded to the host's value. It copies only the
// fields of structs that cross. It writes through pointers and into maps instead of replacing
// them, so that all other references to the same memory see the change. It writes nothing that
// is the same already, because other goroutines may read it.
type merger struct {
	whole bool                    // decoding has restored the fields that do not cross of the next struct; value sets it
	seen  map[unsafe.Pointer]bool // the pointers that were written through
}

// content copies what from refers to to what to refers to: to itself need not be a variable.
func (m *merger) content(to, from reflect.Value) {
	switch to.Kind() {
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
			m.value(to.Index(i), from.Index(i))
		}
	case reflect.Array:
		for i := range to.Len() {
			m.content(to.Index(i), from.Index(i))
		}
	case reflect.Struct:
		for i := range to.NumField() {
			if to.Type().Field(i).IsExported() {
				m.content(to.Field(i), from.Field(i))
			}
		}
	}
}

// value copies from to the variable to.
func (m *merger) value(to, from reflect.Value) {
	whole := m.whole
	m.whole = true // decoding restores them in the parts of a value
	switch to.Kind() {
	case reflect.Struct:
		if whole && codec.IsStateful(to.Type()) || codec.MarshalerKind(to.Type()) != "" {
			set(to, from)
			return
		}
		for i := range to.NumField() {
			if f := to.Type().Field(i); codec.Crosses(f) {
				m.value(field(to, i), field(from, i))
			}
		}
	case reflect.Pointer:
		if to.IsNil() || from.IsNil() {
			set(to, from)
		} else if to.Pointer() != from.Pointer() {
			m.pointed(to, from)
		}
	case reflect.Map:
		if to.IsNil() || from.IsNil() {
			set(to, from)
		} else {
			m.entries(to, from)
		}
	default:
		set(to, from)
	}
}

// set sets a variable, unless it has the value already.
func set(to, from reflect.Value) {
	if !same(to, from) {
		to.Set(from)
	}
}

// same reports whether two values are the same. It takes NaNs for one, and funcs if they are
// one closure.
func same(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Func:
		x, y := a.Interface(), b.Interface()
		return memory.Data(&x) == memory.Data(&y)
	case reflect.Float32, reflect.Float64:
		return a.Float() == b.Float() || a.Float() != a.Float() && b.Float() != b.Float()
	}
	return reflect.DeepEqual(a.Interface(), b.Interface())
}

// pointed copies what from points to to what to points to.
func (m *merger) pointed(to, from reflect.Value) {
	p := to.UnsafePointer()
	if m.seen[p] {
		return
	}
	if m.seen == nil {
		m.seen = make(map[unsafe.Pointer]bool)
	}
	m.seen[p] = true
	m.value(to.Elem(), from.Elem())
}

// entries makes the entries of the map to those of from. It writes through the pointers in the
// map.
func (m *merger) entries(to, from reflect.Value) {
	for it := to.MapRange(); it.Next(); {
		if !from.MapIndex(it.Key()).IsValid() {
			to.SetMapIndex(it.Key(), reflect.Value{})
		}
	}
	for it := from.MapRange(); it.Next(); {
		if old := to.MapIndex(it.Key()); old.IsValid() && old.Kind() == reflect.Pointer && !old.IsNil() && !it.Value().IsNil() {
			m.pointed(old, it.Value())
		} else if !old.IsValid() || !same(old, it.Value()) {
			to.SetMapIndex(it.Key(), it.Value())
		}
	}
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
