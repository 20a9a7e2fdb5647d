//go:build go1.22

package codec

import (
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// The host sends the definition of each type that its values in an any have to the plugin once.
// After that it identifies the type by a number. The plugin makes types of the same structure:
// with names, tags, embedded fields, recursion and methods. A message of definitions consists
// of the number of shapes, and each shape.

// A shape is the definition of one type of the host. It refers to other types by number.
type shape struct {
	number     uint64
	kind       reflect.Kind // Invalid: text describes the type, see Describe and lostPrefix
	text       string       // or the plugin that a ForeignType belongs to
	name, path string       // the name as printed, and the import path; empty if no type with a name must be made
	declared   bool         // it has a name in Go
	len        int
	key, elem  uint64
	fields     []shapeField
	state      bool   // a struct with fields that do not cross; its values have a reference for them. In a signature: an object
	hidden     string // the first of these fields
	methods    []shapeMethod
}

type shapeField struct {
	name, tag            string
	embedded, unexported bool
	typ                  uint64
}

// A shapeMethod is a method that the plugin calls in the host.
type shapeMethod struct {
	name            string
	flags           uint64
	params, results []uint64
}

// Flags of a method.
const (
	methodPointer  = 1 << iota // only pointers to the type have it
	methodVariadic             // the last parameter is variadic
	methodFormat               // the method of fmt.Formatter: the plugin passes a format, the host returns the text
	methodFills                // it writes to its first parameter, a slice of bytes
)

func putShapes(e *wire.Encoder, list []*shape) {
	e.PutUvarint(uint64(len(list)))
	for _, s := range list {
		e.PutUvarint(s.number)
		e.PutUint8(uint8(s.kind))
		e.PutString(s.text)
		e.PutString(s.name)
		e.PutString(s.path)
		e.PutBool(s.declared)
		e.PutUvarint(uint64(s.len))
		e.PutUvarint(s.key)
		e.PutUvarint(s.elem)
		e.PutBool(s.state)
		e.PutString(s.hidden)
		e.PutUvarint(uint64(len(s.fields)))
		for _, f := range s.fields {
			e.PutString(f.name)
			e.PutString(f.tag)
			e.PutBool(f.embedded)
			e.PutBool(f.unexported)
			e.PutUvarint(f.typ)
		}
		e.PutUvarint(uint64(len(s.methods)))
		for _, m := range s.methods {
			e.PutString(m.name)
			e.PutUvarint(m.flags)
			putNumbers(e, m.params)
			putNumbers(e, m.results)
		}
	}
}

func putNumbers(e *wire.Encoder, list []uint64) {
	e.PutUvarint(uint64(len(list)))
	for _, n := range list {
		e.PutUvarint(n)
	}
}

func takeShapes(d *wire.Decoder) []*shape {
	list := make([]*shape, takeCount(d))
	for i := range list {
		s := &shape{
			number: d.Uvarint(), kind: reflect.Kind(d.Uint8()), text: d.String(), name: d.String(), path: d.String(), declared: d.Bool(),
			len: int(d.Uvarint()), key: d.Uvarint(), elem: d.Uvarint(), state: d.Bool(), hidden: d.String(),
		}
		s.fields = make([]shapeField, takeCount(d))
		for i := range s.fields {
			s.fields[i] = shapeField{d.String(), d.String(), d.Bool(), d.Bool(), d.Uvarint()}
		}
		s.methods = make([]shapeMethod, takeCount(d))
		for i := range s.methods {
			s.methods[i] = shapeMethod{d.String(), d.Uvarint(), takeNumbers(d), takeNumbers(d)}
		}
		list[i] = s
	}
	return list
}

// takeCount takes the length of a list whose elements take at least a byte each.
func takeCount(d *wire.Decoder) int {
	n := d.Uvarint()
	d.Reserve(int(min(n, wire.MaxSize)))
	return int(n)
}

func takeNumbers(d *wire.Decoder) []uint64 {
	list := make([]uint64, takeCount(d))
	for i := range list {
		list[i] = d.Uvarint()
	}
	return list
}
