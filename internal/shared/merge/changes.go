//go:build go1.22

package merge

import (
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

// Changes copies what differs between base and from to what to refers to. All have one type. What
// this side has changed since base was made stays, unless the other side has changed the same.
func (m *Merger) Changes(to, base, from reflect.Value) error {
	switch to.Kind() {
	case reflect.Map:
		m.changedEntries(to, base, from)
	case reflect.Slice:
		for i := range min(to.Len(), base.Len(), from.Len()) {
			m.changed(to.Index(i), base.Index(i), from.Index(i))
		}
	case reflect.Pointer:
		m.changed(to, base, from)
	}
	return m.err
}

// changed copies to the variable to what differs between base and from.
func (m *Merger) changed(to, base, from reflect.Value) {
	if same(base, from) {
		return
	}
	switch to.Kind() {
	case reflect.Pointer:
		if to.IsNil() || base.IsNil() || from.IsNil() || m.Keep != nil && m.Keep(to.Type()) {
			break
		}
		if p := (place{to.UnsafePointer(), to.Type()}); !m.seen[p] {
			if m.seen == nil {
				m.seen = make(map[place]bool)
			}
			m.seen[p] = true
			m.changed(to.Elem(), base.Elem(), from.Elem())
		}
		return
	case reflect.Interface:
		to, base, from := to.Elem(), base.Elem(), from.Elem()
		if to.Kind() == reflect.Map && base.IsValid() && from.IsValid() && to.Type() == base.Type() && to.Type() == from.Type() {
			m.changed(to, base, from)
			return
		}
	case reflect.Map:
		if !to.IsNil() && !base.IsNil() && !from.IsNil() {
			m.changedEntries(to, base, from)
			return
		}
	case reflect.Slice:
		if to.Len() == from.Len() && base.Len() == from.Len() && !to.IsNil() {
			for i := range to.Len() {
				m.changed(to.Index(i), base.Index(i), from.Index(i))
			}
			return
		}
	case reflect.Array:
		for i := range to.Len() {
			m.changed(to.Index(i), base.Index(i), from.Index(i))
		}
		return
	case reflect.Struct:
		if codec.MarshalerKind(to.Type()) != "" {
			break
		}
		base, from = variable(base), variable(from)
		for i := range to.NumField() {
			if codec.Crosses(to.Type().Field(i)) {
				m.changed(field(to, i), field(base, i), field(from, i))
			}
		}
		return
	}
	m.value(to, from, m.Restored)
}

// changedEntries is changed for the entries of maps.
func (m *Merger) changedEntries(to, base, from reflect.Value) {
	if hasNaN(base) || hasNaN(from) || hasPointers(base) || hasPointers(from) {
		if !same(base, from) {
			m.entries(to, from)
		}
		return
	}
	for it := from.MapRange(); it.Next(); {
		old, was := to.MapIndex(it.Key()), base.MapIndex(it.Key())
		if was.IsValid() && same(was, it.Value()) {
			continue
		}
		v := reflect.New(to.Type().Elem()).Elem()
		switch {
		case old.IsValid() && was.IsValid():
			v.Set(old)
			m.changed(v, was, it.Value())
		case old.IsValid():
			v.Set(old)
			m.value(v, it.Value(), m.Restored)
		default:
			v.Set(it.Value())
		}
		to.SetMapIndex(it.Key(), v)
	}
	for it := base.MapRange(); it.Next(); {
		if !from.MapIndex(it.Key()).IsValid() {
			to.SetMapIndex(it.Key(), reflect.Value{})
		}
	}
}

// hasPointers reports whether a map has a key whose identity is a pointer's. The keys of two copies
// then never are equal.
func hasPointers(m reflect.Value) bool {
	switch m.Type().Key().Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Struct, reflect.Array:
		for it := m.MapRange(); it.Next(); {
			if pointsTo(it.Key()) {
				return true
			}
		}
	}
	return false
}

func pointsTo(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return !v.IsNil()
	case reflect.Interface:
		return pointsTo(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if pointsTo(v.Field(i)) {
				return true
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			if pointsTo(v.Index(i)) {
				return true
			}
		}
	}
	return false
}
