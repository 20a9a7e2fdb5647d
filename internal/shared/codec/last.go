//go:build go1.22

package codec

import (
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A slice often has many values of one dynamic type in a row. So an Encoder remembers the
// description of the last value's type, and a Decoder its codec.

// put appends a value of the described type.
func (d *description) put(e *wire.Encoder, v any) {
	e.PutMemory(unsafe.Pointer(unsafe.SliceData(d.prefix)), len(d.prefix))
	e.Enter()
	p := memory.Second(v)
	if !d.indirect {
		p = d.codec.inside(v)
	}
	if d.codec.op == opStruct {
		d.codec.encodeStruct(e, p)
	} else {
		d.codec.Encode(e, p)
	}
	e.Leave()
	if d.copied && e.Last != d {
		e.Last = d
	}
}

// complete prepares the description for values of type t.
func (d *description) complete(t reflect.Type) {
	if d.codec == nil {
		return
	}
	var e wire.Encoder
	if d.number != 0 {
		e.PutUint8(anyMade)
		e.PutUvarint(d.number)
	} else {
		e.PutUint8(anyDescribed)
		e.PutString(d.text)
	}
	d.typ, d.prefix, d.copied = t, e.Bytes(), isCopied(t)
	d.indirect = memory.Trusted && !d.codec.owns && !memory.Direct(t)
}

// isCopied reports whether no value of a type stands for a value of the other side.
func isCopied(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Func, reflect.Chan:
		return false
	}
	return t.NumMethod() == 0 && knownOf(t) == nil
}

// A lastType is the type of the last value that a Decoder has taken.
type lastType struct {
	codec  *Codec
	prefix []byte // what comes before a value, part of the message
	word   memory.Word
	direct bool // see memory.Direct

	memory unsafe.Pointer // for left values
	left   int
	made   int // how many the last piece of memory was for
}

// setLast records the type of a value that begins at an offset of the message.
func setLast(d *wire.Decoder, c *Codec, begin int) *lastType {
	last := &lastType{codec: c, prefix: d.Since(begin), word: memory.WordOf(c.typ)}
	last.direct = !memory.Trusted || memory.Direct(c.typ)
	d.Last = last
	return last
}

// take takes what follows the prefix of a value.
func (l *lastType) take(d *wire.Decoder) any {
	c := l.codec
	d.Reserve(c.least)
	d.Enter()
	p := l.newValue()
	if c.op == opStruct {
		c.decodeStruct(d, p)
	} else {
		c.Decode(d, p)
	}
	d.Leave()
	if l.direct {
		return memory.Value(c.typ, p)
	}
	return l.word.Value(p)
}

// maxTogether bounds how many values share a piece of memory, and maxPiece its bytes. A value
// that is kept also keeps the memory of the others.
const (
	maxTogether = 32
	maxPiece    = 2 << 10
)

// newValue returns memory for a value. Values of one type in a row share memory, in pieces that
// become larger.
func (l *lastType) newValue() unsafe.Pointer {
	if l.left == 0 {
		t, size := l.codec.typ, l.codec.size
		l.made = min(2*l.made, maxTogether)
		if l.made == 0 || size == 0 || size*uintptr(l.made) > maxPiece {
			l.made = 1
			return reflect.New(t).UnsafePointer()
		}
		l.memory, l.left = reflect.MakeSlice(reflect.SliceOf(t), l.made, l.made).UnsafePointer(), l.made
	}
	p := l.memory
	if l.left--; l.left > 0 {
		l.memory = unsafe.Add(p, l.codec.size)
	} else {
		l.memory = nil
	}
	return p
}
