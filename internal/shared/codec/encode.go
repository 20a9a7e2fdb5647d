//go:build go1.22

package codec

import (
	"reflect"
	"time"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Encode appends the value at p. It panics as the functions of the encoder do, and with a
// *MethodError.
func (c *Codec) Encode(e *wire.Encoder, p unsafe.Pointer) {
	switch c.op {
	case opNone:
	case op8, opBool:
		e.PutUint8(*(*uint8)(p))
	case op16:
		e.PutUint16(*(*uint16)(p))
	case op32:
		e.PutUint32(*(*uint32)(p))
	case op64:
		e.PutUint64(*(*uint64)(p))
	case opMemory:
		e.PutMemory(p, int(c.size))
	case opString:
		e.PutString(*(*string)(p))
	case opTime:
		e.PutTime(*(*time.Time)(p))
	case opError:
		PutError(e, *(*error)(p))
	case opAny:
		PutAny(e, *(*any)(p))
	case opBulk, opBools:
		s := memory.SliceAt(c.typ, p)
		e.PutLength(s.Len, s.Data == nil)
		if s.Len > 0 {
			e.PutMemory(s.Data, s.Len*int(c.elem.size))
		}
	case opStrings:
		putStrings(e, *(*[]string)(p))
	case opAnys:
		PutAnys(e, *(*[]any)(p))
	case opSlice:
		s := memory.SliceAt(c.typ, p)
		e.PutLength(s.Len, s.Data == nil)
		if s.Len > 0 {
			e.Enter()
			c.elem.encodeAll(e, s.Data, s.Len)
			e.Leave()
		}
	case opArray:
		c.elem.encodeAll(e, p, c.len)
	case opMap:
		c.encodeMap(e, p)
	case opFastMap:
		c.maps.encode(c, e, p)
	case opPointer:
		v := *(*unsafe.Pointer)(p)
		if e.PutPointer(v, uintptr(unsafe.Pointer(c.elem))) {
			e.Enter()
			c.elem.Encode(e, v)
			e.Leave()
		}
	case opStruct:
		c.encodeStruct(e, p)
	case opMarshaler:
		e.PutBytes(c.methods.marshal(p))
	case opBoxed:
		c.encodeBoxed(e, *(*any)(p))
	case opObject:
		c.encodeObject(e, p)
	case opAsAny:
		c.encodeAsAny(e, p)
	case opKnown:
		c.encodeKnown(e, p)
	case opContext:
		encodeContext(e, p)
	case opPaired:
		c.elem.encodePaired(e, *(*unsafe.Pointer)(p))
	case opState:
		c.encodeState(e, p)
	}
}

func (c *Codec) encodeStruct(e *wire.Encoder, p unsafe.Pointer) {
	for i := range c.steps {
		s := &c.steps[i]
		q := unsafe.Add(p, s.off)
		switch s.op {
		case op8, opBool:
			e.PutUint8(*(*uint8)(q))
		case op16:
			e.PutUint16(*(*uint16)(q))
		case op32:
			e.PutUint32(*(*uint32)(q))
		case op64:
			e.PutUint64(*(*uint64)(q))
		case opMemory:
			e.PutMemory(q, int(s.size))
		case opString:
			e.PutString(*(*string)(q))
		default:
			s.codec.Encode(e, q)
		}
	}
}

// encodeAll appends n values of consecutive memory.
func (c *Codec) encodeAll(e *wire.Encoder, p unsafe.Pointer, n int) {
	switch c.op {
	case opNone:
		e.Empty(n)
	case opStruct:
		for i := range n {
			c.encodeStruct(e, unsafe.Add(p, uintptr(i)*c.size))
		}
	default:
		for i := range n {
			c.Encode(e, unsafe.Add(p, uintptr(i)*c.size))
		}
	}
}

func putStrings(e *wire.Encoder, s []string) {
	e.PutLength(len(s), s == nil)
	for _, s := range s {
		e.PutString(s)
	}
}

// encodeBoxed appends a value of a codec of Boxed. nil stands for the zero value.
func (c *Codec) encodeBoxed(e *wire.Encoder, v any) {
	inner := c.box()
	switch {
	case inner.op == opAny:
		PutAny(e, v)
	case inner.op == opError:
		err, ok := v.(error)
		if !ok && v != nil {
			e.Fail("a %T where an error was expected", v)
		}
		PutError(e, err)
	case v == nil:
		inner.Encode(e, reflect.New(inner.typ).UnsafePointer())
	case reflect.TypeOf(v) != inner.typ:
		e.Fail("a %T where %s was expected", v, inner.typ)
	default:
		inner.Encode(e, inner.inside(v))
	}
}
