//go:build go1.22

package codec

import (
	"reflect"
	"sync"
)

// codecs has the codecs that were made so far. Each type has only one, because the encoder
// tells pointers of different types apart by the codec's address: see
// wire.Encoder.PutPointer.
var codecs struct {
	sync.Map // reflect.Type → *Codec; complete ones only
	sync.Mutex
}

// For returns the codec of a type. The error is a *TypeError.
func For(t reflect.Type) (*Codec, error) {
	if c, ok := codecs.Load(t); ok {
		return c.(*Codec), nil
	}
	if place, reason := unsupported(t, map[reflect.Type]bool{}); reason != "" {
		return nil, &TypeError{t, place, reason}
	}
	codecs.Lock()
	defer codecs.Unlock()
	b := builder{}
	c := b.codec(t)
	for t, c := range b {
		codecs.Store(t, c)
	}
	return c, nil
}

// A builder has the codecs that are being made. Codecs of recursive types refer to each
// other before they are complete.
type builder map[reflect.Type]*Codec

func (b builder) codec(t reflect.Type) *Codec {
	if c, ok := codecs.Load(t); ok {
		return c.(*Codec)
	}
	if c, ok := b[t]; ok {
		return c
	}
	c := &Codec{typ: t, size: t.Size(), plain: true}
	b[t] = c
	c.outline()
	switch t.Kind() {
	case reflect.Array:
		c.array(b.codec(t.Elem()), t.Len())
	case reflect.Slice:
		c.slice(b.codec(t.Elem()))
	case reflect.Map:
		c.mapped(b.codec(t.Key()), b.codec(t.Elem()))
	case reflect.Pointer:
		c.pointer(b.codec(t.Elem()))
	case reflect.Struct:
		switch how := marshalerKind(t); how {
		case "":
			fields := make([]*Codec, t.NumField())
			for i := range fields {
				if f := t.Field(i); f.Name != "_" {
					fields[i] = b.codec(f.Type)
				}
			}
			c.structure(fields)
		case "time":
			c.op, c.least = opTime, leastTime
		default:
			c.op, c.least, c.owns = opMarshaler, 1, true
			c.methods = newMethods(t, how)
		}
	default:
		c.simple()
	}
	return c
}

// leastTime is the least size of a time in a message: seconds, nanoseconds, zone.
const leastTime = 8 + 4 + 1

// simple makes the codec of a type without parts.
func (c *Codec) simple() {
	switch c.typ.Kind() {
	case reflect.Bool:
		c.op, c.least = opBool, 1
	case reflect.String:
		c.op, c.least = opString, 1
	case reflect.Interface:
		c.op, c.least = opAny, 1
		if c.typ == errorType {
			c.op = opError
		}
	default:
		c.memory()
	}
}

// memory makes the codec of a fixed type.
func (c *Codec) memory() {
	c.fixed, c.least = true, int(c.size)
	c.op = memoryOp(c.size)
}

func memoryOp(size uintptr) op {
	switch size {
	case 1:
		return op8
	case 2:
		return op16
	case 4:
		return op32
	case 8:
		return op64
	}
	return opMemory
}

// The codec of an element of a slice, map or pointer may still be incomplete. The element is
// then a struct, slice, map or pointer, which is not fixed. Its least size is read when values
// are decoded.

func (c *Codec) slice(elem *Codec) {
	c.elem, c.least = elem, 1
	switch {
	case elem.fixed:
		c.op = opBulk
	case elem.op == opBool:
		c.op = opBools
	case elem.op == opString:
		c.op = opStrings
	case elem.op == opAny:
		c.op = opAnys
	default:
		c.op = opSlice
	}
}

func (c *Codec) pointer(elem *Codec) {
	c.elem, c.least = elem, 1
	c.op = opPointer
}

func (c *Codec) mapped(key, elem *Codec) {
	c.key, c.elem, c.least = key, elem, 1
	c.op = opMap
	if c.maps = mappingFor(key, elem); c.maps != nil {
		c.op = opFastMap
	}
}

func (c *Codec) array(elem *Codec, n int) {
	c.elem, c.len = elem, n
	c.least = elem.least * n
	c.owns = elem.owns
	switch {
	case c.least == 0:
		c.op = opNone
	case elem.fixed && c.size <= maxFixed:
		c.memory()
	default:
		c.op = opArray
	}
}

// maxFixed bounds the size of fixed types, as the manifest does.
const maxFixed = 1 << 30

// structure makes the codec of a struct. fields has a codec for each field, nil for blank ones.
func (c *Codec) structure(fields []*Codec) {
	fixed, end := true, uintptr(0)
	for i, f := range fields {
		if f == nil {
			fixed = false
			continue
		}
		off := c.typ.Field(i).Offset
		fixed = fixed && f.fixed && off == end
		end = off + f.size
		c.least += f.least
		c.owns = c.owns || f.owns
		switch {
		case f.op == opNone:
		case f.op == opStruct:
			for _, s := range f.steps {
				s.off += off
				c.add(s)
			}
		default:
			c.add(step{f.op, off, f.size, f})
		}
	}
	switch {
	case len(c.steps) == 0:
		c.op = opNone
	case fixed && end == c.size && c.size <= maxFixed:
		c.memory()
		c.steps = nil
	default:
		c.op = opStruct
	}
}

// add appends a step. A step of plain memory is joined with the one before if they are
// neighbours in memory.
func (c *Codec) add(s step) {
	if n := len(c.steps); n > 0 && s.op <= opMemory {
		if last := &c.steps[n-1]; last.op <= opMemory && last.off+last.size == s.off {
			last.size += s.size
			last.op = memoryOp(last.size)
			last.codec = nil
			return
		}
	}
	c.steps = append(c.steps, s)
}
