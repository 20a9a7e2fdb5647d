//go:build go1.22

package codec

import (
	"reflect"
	"time"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Decode decodes a value to p, which must point to a zero value of the codec's type. It panics
// as the functions of the decoder do, and with a *MethodError.
func (c *Codec) Decode(d *wire.Decoder, p unsafe.Pointer) {
	switch c.op {
	case opNone:
	case op8:
		*(*uint8)(p) = d.Uint8()
	case op16:
		*(*uint16)(p) = d.Uint16()
	case op32:
		*(*uint32)(p) = d.Uint32()
	case op64:
		*(*uint64)(p) = d.Uint64()
	case opMemory:
		d.Memory(p, int(c.size))
	case opBool:
		*(*bool)(p) = d.Bool()
	case opString:
		*(*string)(p) = d.String()
	case opTime:
		*(*time.Time)(p) = d.Time()
	case opError:
		*(*error)(p) = TakeError(d)
	case opAny:
		*(*any)(p) = TakeAny(d)
	case opBulk:
		c.decodeBulk(d, p)
	case opBools:
		c.decodeBulk(d, p)
		s := memory.SliceAt(c.typ, p)
		for _, v := range unsafe.Slice((*uint8)(s.Data), s.Len) {
			if v > 1 {
				d.Fail("%d is no bool", v)
			}
		}
	case opStrings:
		*(*[]string)(p) = takeStrings(d)
	case opAnys:
		*(*[]any)(p) = TakeAnys(d)
	case opSlice:
		c.decodeSlice(d, p)
	case opArray:
		c.elem.decodeAll(d, p, c.len)
	case opMap:
		c.decodeMap(d, p)
	case opFastMap:
		c.maps.decode(c, d, p)
	case opPointer:
		c.decodePointer(d, (*unsafe.Pointer)(p))
	case opStruct:
		c.decodeStruct(d, p)
	case opMarshaler:
		c.methods.unmarshal(p, d.View())
	case opBoxed:
		*(*any)(p) = c.decodeBoxed(d)
	case opObject:
		c.decodeObject(d, p)
	case opAsAny:
		c.decodeAsAny(d, p)
	case opKnown:
		c.decodeKnown(d, p)
	case opContext:
		decodeContext(d, p)
	case opPaired:
		*(*unsafe.Pointer)(p) = c.elem.decodePaired(d)
	case opState:
		c.decodeState(d, p)
	}
}

func (c *Codec) decodeStruct(d *wire.Decoder, p unsafe.Pointer) {
	for i := range c.steps {
		s := &c.steps[i]
		q := unsafe.Add(p, s.off)
		switch s.op {
		case op8:
			*(*uint8)(q) = d.Uint8()
		case op16:
			*(*uint16)(q) = d.Uint16()
		case op32:
			*(*uint32)(q) = d.Uint32()
		case op64:
			*(*uint64)(q) = d.Uint64()
		case opMemory:
			d.Memory(q, int(s.size))
		case opString:
			*(*string)(q) = d.String()
		default:
			s.codec.Decode(d, q)
		}
	}
}

// decodeAll decodes n values to consecutive memory.
func (c *Codec) decodeAll(d *wire.Decoder, p unsafe.Pointer, n int) {
	switch c.op {
	case opNone:
	case opStruct:
		for i := range n {
			c.decodeStruct(d, unsafe.Add(p, uintptr(i)*c.size))
		}
	default:
		for i := range n {
			c.Decode(d, unsafe.Add(p, uintptr(i)*c.size))
		}
	}
}

// none is the memory that empty slices point to. Nothing is ever written there.
var none uint64

func (c *Codec) decodeBulk(d *wire.Decoder, p unsafe.Pointer) {
	size := int(c.elem.size)
	n, null := d.Length(size, size)
	switch {
	case null:
	case n == 0:
		memory.SetSlice(c.typ, p, unsafe.Pointer(&none), 0)
	default:
		// The elements hold no pointers, so their memory may be that of bytes, and
		// append takes it without clearing it first. It is aligned to 8 bytes, as
		// append rounds sizes up.
		b := append([]byte(nil), d.Take(n*size)...)
		memory.SetSlice(c.typ, p, unsafe.Pointer(unsafe.SliceData(b)), n)
	}
}

func (c *Codec) decodeSlice(d *wire.Decoder, p unsafe.Pointer) {
	n, null := d.Length(c.elem.least, int(c.elem.size))
	switch {
	case null:
		return
	case n == 0:
		memory.SetSlice(c.typ, p, unsafe.Pointer(&none), 0)
		return
	}
	s := reflect.NewAt(c.typ, p).Elem()
	s.Grow(n)
	s.SetLen(n)
	d.Enter()
	c.elem.decodeAll(d, s.UnsafePointer(), n)
	d.Leave()
}

func takeStrings(d *wire.Decoder) []string {
	n, null := d.Length(1, int(unsafe.Sizeof("")))
	if null {
		return nil
	}
	s := make([]string, n)
	for i := range s {
		s[i] = d.String()
	}
	return s
}

func (c *Codec) decodePointer(d *wire.Decoder, p *unsafe.Pointer) {
	t := uintptr(unsafe.Pointer(c.elem))
	v, follow := d.Pointer(t)
	if follow {
		d.Reserve(c.elem.least)
		v = reflect.New(c.elem.typ).UnsafePointer()
		d.Pointed(v, t)
		d.Enter()
		c.elem.Decode(d, v)
		d.Leave()
	}
	*p = v
}

// decodeBoxed decodes a value of a codec of Boxed. A nil pointer, slice or map becomes nil.
func (c *Codec) decodeBoxed(d *wire.Decoder) any {
	inner := c.box()
	switch inner.op {
	case opAny:
		return TakeAny(d)
	case opError:
		if err := TakeError(d); err != nil {
			return err
		}
		return nil
	}
	d.Reserve(max(inner.least-1, 0)) // one byte was claimed for the box itself
	p := reflect.New(inner.typ).UnsafePointer()
	inner.Decode(d, p)
	switch inner.typ.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		if *(*unsafe.Pointer)(p) == nil {
			return nil
		}
	}
	return memory.Value(inner.typ, p)
}
