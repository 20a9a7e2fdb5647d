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
	// Export returns what stands for the value at p. It counts a reference if the value
	// is this side's.
	Export func(p unsafe.Pointer) (wire.Ref, error)
	// ExportPointer is Export for a value that is one pointer, a func for instance, where it
	// has no place in memory; nil if values are not.
	ExportPointer func(v unsafe.Pointer) (wire.Ref, error)
	// Import puts what r refers to at p, memory of the type that is zero. A reference
	// to an object of the other side is then the value's.
	Import func(r wire.Ref, p unsafe.Pointer) error
}

// Object returns a codec of type t whose values cross by reference.
func Object(t reflect.Type, r Reference) *Codec {
	return &Codec{typ: t, size: t.Size(), op: opObject, least: 8, reference: &r}
}

// Reference returns how values cross by reference, nil if they are not.
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

// Parts are the codecs of what a type is composed of: Key and Elem of maps, Elem of
// arrays, slices and pointers, and Fields of structs, nil for blank ones.
type Parts struct {
	Key, Elem *Codec
	Fields    []*Codec
}

// Compose returns the codec of a type whose parts are known to the caller alone, for
// objects are among them. parts is called once, before Compose returns, with the codec
// that will be returned: a type that contains itself takes it for one of its parts.
// Other codecs that were composed within are not complete before this one is.
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

// outline sets what is known before the parts are: a struct within may contain this very
// type, and takes its codec as it is then.
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
