//go:build go1.22

package codec

import (
	"encoding"
	"fmt"
	"reflect"
	"time"
)

var (
	anyType       = reflect.TypeFor[any]()
	errorType     = reflect.TypeFor[error]()
	stringType    = reflect.TypeFor[string]()
	timeType      = reflect.TypeFor[time.Time]()
	durationType  = reflect.TypeFor[time.Duration]()
	marshalBinary = reflect.TypeFor[encoding.BinaryMarshaler]()
	takesBinary   = reflect.TypeFor[encoding.BinaryUnmarshaler]()
	marshalText   = reflect.TypeFor[encoding.TextMarshaler]()
	takesText     = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// A TypeError reports a type whose values do not cross, or not by value.
type TypeError struct {
	Type   reflect.Type
	Place  string // the part that is the reason, as in ".Lines[].F", or "" for the whole type
	Reason string // the end of a sentence that begins with the place
}

func (e *TypeError) Error() string { return e.Type.String() + e.Place + " " + e.Reason }

// unsupported returns the part of a type because of which its values cannot cross, and the
// reason, or two empty strings. seen has the types that occurred before; none of them is
// unsupported, because the search would have ended there. The rules are those of the
// manifest: see manifest.Types.Form.
func unsupported(t reflect.Type, seen map[reflect.Type]bool) (place, reason string) {
	if seen[t] {
		return "", ""
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Array, reflect.Slice:
		place, reason = unsupported(t.Elem(), seen)
		return "[]" + place, reason
	case reflect.Pointer:
		return unsupported(t.Elem(), seen)
	case reflect.Map:
		if place, reason = unsupported(t.Key(), seen); reason != "" {
			return "[key]" + place, reason
		}
		place, reason = unsupported(t.Elem(), seen)
		return "[]" + place, reason
	case reflect.Struct:
		if t == timeType || marshals(t) != "" {
			return "", ""
		}
		return unsupportedStruct(t, seen)
	case reflect.Interface:
		if t != errorType && t.NumMethod() > 0 {
			return "", fmt.Sprintf("has type %s, an interface with methods: its values cannot be copied", t)
		}
	case reflect.Func, reflect.Chan:
		return "", fmt.Sprintf("has type %s: functions and channels cannot be copied", t)
	case reflect.UnsafePointer:
		return "", fmt.Sprintf("has type %s, which means nothing on the other side", t)
	}
	return "", ""
}

func unsupportedStruct(t reflect.Type, seen map[reflect.Type]bool) (place, reason string) {
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case f.Name == "_":
		case !f.IsExported():
			return "", fmt.Sprintf("has type %s, whose field %s is unexported: it cannot be copied", t, f.Name)
		default:
			if place, reason = unsupported(f.Type, seen); reason != "" {
				return "." + f.Name + place, reason
			}
		}
	}
	return "", ""
}

// marshalerKind returns how values of a struct type are encoded by their own methods, or "" if
// they are encoded by their structure, which is preferred.
func marshalerKind(t reflect.Type) string {
	if t.Kind() != reflect.Struct || t.Name() == "" {
		return ""
	}
	how := "time"
	if t != timeType {
		how = marshals(t)
	}
	if how != "" {
		if _, reason := unsupportedStruct(t, map[reflect.Type]bool{t: true}); reason != "" {
			return how
		}
	}
	return ""
}

// marshals returns which methods a declared struct type has itself, "binary" or "text". Methods
// promoted from an embedded field do not count: they would encode only that field.
func marshals(t reflect.Type) string {
	if t.Name() == "" {
		return ""
	}
	p := reflect.PointerTo(t)
	switch {
	case p.Implements(marshalBinary) && p.Implements(takesBinary) && !promoted(t, hasMarshalBinary) && !promoted(t, hasUnmarshalBinary):
		return "binary"
	case p.Implements(marshalText) && p.Implements(takesText) && !promoted(t, hasMarshalText) && !promoted(t, hasUnmarshalText):
		return "text"
	}
	return ""
}

// promoted reports whether an embedded field has the method too. Package reflect does not tell
// whether the struct's method is the promoted one or hides it, so both count as promoted.
func promoted(t reflect.Type, hasMethod func(reflect.Type) bool) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.Anonymous {
			continue
		}
		ft := f.Type
		if ft.Kind() != reflect.Pointer && ft.Kind() != reflect.Interface {
			ft = reflect.PointerTo(ft)
		}
		if hasMethod(ft) {
			return true
		}
	}
	return false
}

// If code looks for a method by a name that is not a constant, the linker keeps the methods of
// every type, which is half a megabyte in each plugin.

func hasMarshalBinary(t reflect.Type) bool   { _, ok := t.MethodByName("MarshalBinary"); return ok }
func hasUnmarshalBinary(t reflect.Type) bool { _, ok := t.MethodByName("UnmarshalBinary"); return ok }
func hasMarshalText(t reflect.Type) bool     { _, ok := t.MethodByName("MarshalText"); return ok }
func hasUnmarshalText(t reflect.Type) bool   { _, ok := t.MethodByName("UnmarshalText"); return ok }
