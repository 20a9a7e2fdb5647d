//go:build go1.22

package pluginrt

import (
	"encoding"
	"reflect"
	"sync"
)

// constants remembers what isConstant has found.
var constants sync.Map // reflect.Type → bool

// isConstant reports whether nothing but a decoder changes values of a type in their place.
// Equal ones are one object for the host, so that == compares them as it does in the plugin.
func isConstant(t reflect.Type) bool {
	if known, ok := constants.Load(t); ok {
		return known.(bool)
	}
	is := t.Comparable() && (t.Kind() != reflect.Struct || !hasExported(t) && onlyDecodes(t))
	constants.Store(t, is)
	return is
}

func hasExported(t reflect.Type) bool {
	for i := range t.NumField() {
		if t.Field(i).IsExported() {
			return true
		}
	}
	return false
}

// onlyDecodes reports whether all methods that a pointer to t has, and t has not, are
// those of decoders.
func onlyDecodes(t reflect.Type) bool {
	p, decoders := reflect.PointerTo(t), 0
	for _, i := range []reflect.Type{
		reflect.TypeFor[encoding.TextUnmarshaler](),
		reflect.TypeFor[encoding.BinaryUnmarshaler](),
		reflect.TypeFor[interface{ UnmarshalJSON([]byte) error }](),
		reflect.TypeFor[interface{ Scan(any) error }](),
	} {
		if p.Implements(i) && !t.Implements(i) {
			decoders++
		}
	}
	return p.NumMethod() == t.NumMethod()+decoders
}
