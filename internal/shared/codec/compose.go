//go:build go1.22

package codec

import "reflect"

// The functions below make codecs of composed types from the codecs of their parts. They serve
// recursive types, for which package reflect cannot make a reflect.Type: one part is an any
// with a codec of [Boxed]. If all parts are codecs of [For], the result is one as well.

// Boxed returns a codec of type any. Its values hold a value of the type of the codec that
// inner returns. inner is called when a value is encoded or decoded, so it may
// return a codec that contains this one. A nil any is encoded as the zero value. A nil
// pointer, slice or map is decoded as a nil any.
func Boxed(inner func() *Codec) *Codec {
	// A type that contains itself does so by a pointer, slice or map, so its values
	// take a byte at least.
	return &Codec{typ: anyType, size: anyType.Size(), op: opBoxed, least: 1, box: inner}
}

// Slice returns the codec of []E.
func Slice(elem *Codec) *Codec {
	t := reflect.SliceOf(elem.typ)
	if elem.plain {
		return must(t)
	}
	c := composed(t)
	c.slice(elem)
	return c
}

// Array returns the codec of [n]E. It panics if reflect.ArrayOf does.
func Array(n int, elem *Codec) *Codec {
	t := reflect.ArrayOf(n, elem.typ)
	if elem.plain {
		return must(t)
	}
	c := composed(t)
	c.array(elem, n)
	return c
}

// Pointer returns the codec of *E.
func Pointer(elem *Codec) *Codec {
	t := reflect.PointerTo(elem.typ)
	if elem.plain {
		return must(t)
	}
	c := composed(t)
	c.pointer(elem)
	return c
}

// Map returns the codec of map[K]E. It panics if reflect.MapOf does: K must be
// comparable.
func Map(key, elem *Codec) *Codec {
	t := reflect.MapOf(key.typ, elem.typ)
	if key.plain && elem.plain {
		return must(t)
	}
	c := composed(t)
	c.mapped(key, elem)
	return c
}

// Struct returns the codec of a struct type without a name. fields has a codec for
// each field, of the field's type, and nil for blank ones.
func Struct(t reflect.Type, fields []*Codec) *Codec {
	plain := true
	for _, f := range fields {
		plain = plain && (f == nil || f.plain)
	}
	if plain {
		return must(t)
	}
	c := composed(t)
	c.structure(fields)
	return c
}

func composed(t reflect.Type) *Codec { return &Codec{typ: t, size: t.Size()} }

// must returns the codec of For for a type whose parts all cross.
func must(t reflect.Type) *Codec {
	c, err := For(t)
	if err != nil {
		panic(err)
	}
	return c
}
