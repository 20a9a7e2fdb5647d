//go:build go1.22

package codec

import (
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A Reference says how values of a type cross by reference. Its functions are
// safe for concurrent use.
type Reference struct {
	// Export returns the reference of the value at p. It counts the reference if the value
	// belongs to this side.
	Export func(p unsafe.Pointer) (wire.Ref, error)
	// ExportPointer is Export for a value that is one pointer, a func for instance. It takes
	// the pointer itself instead of its address. It is nil for other values.
	ExportPointer func(v unsafe.Pointer) (wire.Ref, error)
	// Import puts the value of a reference at p, which must point to a zero value. The value
	// then owns a reference to an object of the other side.
	Import func(r wire.Ref, p unsafe.Pointer) error
}

// Object returns a codec of type t whose values cross by reference.
func Object(t reflect.Type, r Reference) *Codec {
	return &Codec{typ: t, size: t.Size(), op: opObject, least: 8, reference: &r}
}

// Reference returns how values cross by reference, or nil if they do not.
func (c *Codec) Reference() *Reference { return c.reference }

func (c *Codec) encodeObject(e *wire.Encoder, p unsafe.Pointer) {
	r, err := c.reference.Export(p)
	if err != nil {
		panic(&wire.EncodeError{Reason: err.Error(), Err: err})
	}
	e.PutRef(r)
}

func (c *Codec) decodeObject(d *wire.Decoder, p unsafe.Pointer) {
	if err := c.reference.Import(d.Ref(), p); err != nil {
		mismatch(err)
	}
}

// Parts are the codecs of the parts of a type: Key and Elem of maps, Elem of arrays, slices and
// pointers, and Fields of structs, nil for blank ones.
type Parts struct {
	Key, Elem *Codec
	Fields    []*Codec
}

// Compose returns the codec of a type with objects among its parts, for which only the caller
// has codecs. Compose calls parts once, with the codec that it is going to return, because a
// recursive type uses this codec for one of its parts. Codecs that parts composes are complete
// only when this one is.
func Compose(t reflect.Type, parts func(*Codec) (Parts, error)) (*Codec, error) {
	c := composed(t)
	c.outline()
	p, err := parts(c)
	if err != nil {
		return nil, err
	}
	switch t.Kind() {
	case reflect.Array:
		c.array(p.Elem, t.Len())
	case reflect.Slice:
		c.slice(p.Elem)
	case reflect.Map:
		c.mapped(p.Key, p.Elem)
	case reflect.Pointer:
		c.pointer(p.Elem)
	default:
		c.structure(p.Fields)
	}
	return c, nil
}

// outline sets the fields that do not depend on the parts, before the parts are made: a struct
// among them may contain this type, and copies these fields of its codec.
func (c *Codec) outline() {
	switch c.typ.Kind() {
	case reflect.Slice:
		c.op, c.least = opSlice, 1
	case reflect.Map:
		c.op, c.least = opMap, 1
	case reflect.Pointer:
		c.op, c.least = opPointer, 1
	}
}
