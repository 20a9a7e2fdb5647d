package typemap

import (
	"reflect"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Reader converts values that were read from text, before the conversion does. It sets values
// for which the text has no type.
type Reader interface {
	// Value sets dst, a zero value of type t.Go(), from src, and reports whether it did.
	Value(c *Conversion, t *Type, dst, src reflect.Value) (done bool, err error)
	// Key is Value for the key of a map.
	Key(t *Type, dst, src reflect.Value) (done bool, err error)
}

// Read is [Type.Convert] for a value that was read from text. It also finds fields by the names
// of their JSON tags, and by names that differ in case only.
func (t *Type) Read(r Reader, v any) (any, error) {
	dst := reflect.New(t.rt).Elem()
	c := &Conversion{reader: r}
	if err := c.set(t, dst, reflect.ValueOf(v)); err != nil {
		return nil, in("", err)
	}
	return dst.Interface(), nil
}

// Kind returns the kind of the type's structure.
func (t *Type) Kind() manifest.Kind { return t.kind }

// Marshal returns how the type's own methods encode values: see
// [manifest.Types.MarshalerKind].
func (t *Type) Marshal() string { return t.marshal }

// IsError reports whether the type is the predeclared error.
func (t *Type) IsError() bool { return t.t.IsError() }

// Boxed reports whether the host has an any for the type, because the type is recursive.
func (t *Type) Boxed() bool { return t.inner != nil }
