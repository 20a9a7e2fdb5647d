//go:build go1.22

package codec

import "reflect"

// Crosses reports whether a field is copied: an exported one, or an embedded struct,
// whose fields may be exported.
func Crosses(f reflect.StructField) bool {
	if f.Name == "_" {
		return false
	}
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return f.IsExported() || f.Anonymous && t.Kind() == reflect.Struct
}

// IsStateful reports whether a type is a struct with fields of its own that do not cross.
// Locks do not count, because a copy of their state has no use.
func IsStateful(t reflect.Type) bool {
	if t.Kind() != reflect.Struct || t.PkgPath() == "sync" || t.PkgPath() == "sync/atomic" {
		return false
	}
	return firstHidden(t) >= 0
}

// hides reports whether package fmt cannot print a struct without fields that do not cross: its
// own, and those of structs of unexported types that it embeds, whose methods fmt does not call.
func hides(t reflect.Type) bool {
	if IsStateful(t) || t.Kind() != reflect.Struct {
		return t.Kind() == reflect.Struct
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && !f.IsExported() && hides(f.Type) {
			return true
		}
	}
	return false
}

// firstHidden returns the first field of a struct that does not cross, -1 if there is none.
// What has an opinion on unexported fields, as go-cmp does, finds one of that name.
func firstHidden(t reflect.Type) int {
	for i := range t.NumField() {
		if f := t.Field(i); f.Name != "_" && !Crosses(f) {
			return i
		}
	}
	return -1
}
