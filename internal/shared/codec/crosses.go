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
