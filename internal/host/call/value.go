package call

import (
	"context"
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A value is a parameter or result that is bound to a type of the host: it moves
// between memory of that type and a frame.
type value struct {
	Slot
	codec  *codec.Codec
	size   int  // in memory, of a scalar; of an element, of FormBulk
	word   bool // the frame has the 8 bytes of its memory
	offset int  // of its first word, in bytes
}

func newValue(s Slot, c *codec.Codec) value {
	v := value{Slot: s, codec: c, size: int(c.Type().Size()), offset: s.At * 8}
	if s.Form == manifest.FormBulk {
		v.size = int(c.Type().Elem().Size())
	}
	v.word = s.Form == manifest.FormWord && v.size == 8
	return v
}

// putArg puts the argument at p into the call's frame. Its memory, and what strings and
// slices in it point to, must be kept alive until the call has returned.
func (v *value) putArg(c *Call, p unsafe.Pointer) error {
	f := c.Frame
	switch v.Form {
	case manifest.FormWord, manifest.FormPair:
		v.putWords(f, p)
	case manifest.FormText:
		v.putText(c, *(*string)(p))
	case manifest.FormBulk:
		v.putBulk(c, memory.SliceAt(v.hostType(), p))
	case manifest.FormObject:
		r, err := v.codec.Reference().Export(p)
		f.SetRef(v.At, r)
		return err
	case manifest.FormContext:
		c.putContext(v.At, *(*context.Context)(p))
	default:
		return v.encode(c, p)
	}
	return nil
}

// putContext puts an argument that is a context into words at and at+1.
func (c *Call) putContext(at int, ctx context.Context) {
	c.watch(ctx)
	putContext(c.Frame, c.scope, at, ctx)
}

// putContext puts a context's reference and deadline into words at and at+1. A nil context
// becomes one that never ends.
func putContext(f *wire.Frame, scope *typemap.Scope, at int, ctx context.Context) {
	r, deadline := scope.Objects().ExportContext(ctx)
	f.SetRef(at, r)
	f.SetInt64(at+1, deadline)
}

// putWords puts a number or bool into the frame.
func (v *value) putWords(f *wire.Frame, p unsafe.Pointer) {
	// The plugin reads the lower bytes of a number, and all bytes of a bool.
	switch v.size {
	case 16:
		f.SetComplex128(v.At, *(*complex128)(p))
	case 8:
		*f.Word(v.At) = *(*uint64)(p)
	case 4:
		*f.Word(v.At) = uint64(*(*uint32)(p))
	case 2:
		*f.Word(v.At) = uint64(*(*uint16)(p))
	default:
		*f.Word(v.At) = uint64(*(*uint8)(p))
	}
}

func (v *value) putText(c *Call, s string) {
	c.SetBytes(v.At, unsafe.Pointer(unsafe.StringData(s)), len(s))
}

func (v *value) putBulk(c *Call, s memory.Slice) {
	if s.Data == nil {
		c.Frame.SetNil(v.At)
		return
	}
	if v.Filled {
		c.invocation.SetFilled(v.At, s.Data, s.Len*v.size, c.Signature.Results[0].At)
		return
	}
	if v.Written {
		c.invocation.SetWritten(v.At, s.Data, s.Len*v.size, v.size)
		return
	}
	c.SetBytes(v.At, s.Data, s.Len*v.size)
}

func (v *value) hostType() reflect.Type { return v.codec.Type() }

// encode appends the value to the call's message. seal puts the place of the value into the
// frame when all arguments have been encoded.
func (v *value) encode(c *Call, p unsafe.Pointer) error {
	m := c.openMessage()
	from := m.encoder.Next()
	m.encoder.Sorted = v.Written // the plugin compares it
	err := codec.Marshal(v.codec, &m.encoder, p)
	m.encoder.Sorted = false
	m.pieces = append(m.pieces, piece{v.At, from, len(m.encoder.Bytes())})
	return err
}

// openMessage returns the call's message.
func (c *Call) openMessage() *message {
	if c.message == nil {
		m := messages.Get().(*message)
		m.encoder.Scope = c.scope
		m.encoder.Reset(m.memory[:0])
		c.message = m
	}
	return c.message
}

// seal puts the places of the encoded arguments into the frame. It is called after the last
// one, because the message moves when it grows.
func (c *Call) seal() {
	m := c.message
	if m == nil {
		return
	}
	m.memory = m.encoder.Bytes()
	for _, p := range m.pieces {
		b := m.memory[p.from:p.to]
		c.SetBytes(p.at, unsafe.Pointer(unsafe.SliceData(b)), len(b))
	}
}

// takeResult copies the result to p, memory of the bound type that holds its zero value.
func (v *value) takeResult(c *Call, p unsafe.Pointer) error {
	f := c.Frame
	switch v.Form {
	case manifest.FormWord:
		v.takeWord(*f.Word(v.At), p)
		return nil
	case manifest.FormPair:
		*(*complex128)(p) = f.Complex128(v.At)
		return nil
	case manifest.FormObject:
		return v.codec.Reference().Import(f.Ref(v.At), p)
	case manifest.FormContext:
		return v.takeContext(f, c.scope, p)
	}
	b, null, ok := c.piece(v.At)
	if !ok {
		return c.Signature.Damaged()
	}
	switch {
	case v.Form == manifest.FormText:
		*(*string)(p) = string(b)
	case v.Form == manifest.FormBulk:
		if !v.takeBulk(b, null, p) {
			return c.Signature.Damaged()
		}
	case null:
		// Only an error is nil without a message.
		if !v.Type.IsError() {
			return c.Signature.Damaged()
		}
	case c.message != nil:
		return codec.UnmarshalBy(&c.message.decoder, v.codec, b, c.scope, p)
	default:
		return codec.Unmarshal(v.codec, b, c.scope, p)
	}
	return nil
}

// takeContext copies a context to p.
func (v *value) takeContext(f *wire.Frame, scope *typemap.Scope, p unsafe.Pointer) (err error) {
	*(*context.Context)(p), err = scope.Objects().ImportContext(f.Ref(v.At), f.Int64(v.At+1))
	return err
}

// takeWord copies a scalar to p.
func (v *value) takeWord(w uint64, p unsafe.Pointer) {
	switch {
	case v.Type.Kind == manifest.Bool:
		*(*bool)(p) = w != 0
	case v.size == 8:
		*(*uint64)(p) = w
	case v.size == 4:
		*(*uint32)(p) = uint32(w)
	case v.size == 2:
		*(*uint16)(p) = uint16(w)
	default:
		*(*uint8)(p) = uint8(w)
	}
}

// takeBulk makes a slice at p of a copy of the bytes b, unless they are not whole
// elements. append takes memory without clearing it first, in the sizes of the
// allocator, all of which are aligned for any element.
func (v *value) takeBulk(b []byte, null bool, p unsafe.Pointer) (ok bool) {
	if null {
		return true
	}
	if len(b)%v.size != 0 {
		return false
	}
	if b = append([]byte(nil), b...); b == nil {
		b = []byte{}
	}
	v.setBulk(b, p)
	return true
}

// setBulk sets the slice at p to one with the memory of b.
func (v *value) setBulk(b []byte, p unsafe.Pointer) {
	memory.SetSlice(v.hostType(), p, unsafe.Pointer(unsafe.SliceData(b)), len(b)/v.size)
}

// piece returns the bytes that the words at and at+1 name.
func (c *Call) piece(at int) (b []byte, null, ok bool) {
	offset, n := c.Frame.Uint64(at), c.Frame.Uint64(at+1)
	if offset == wire.Nil {
		return nil, true, true
	}
	data := c.Results()
	if size := uint64(len(data)); offset > size || n > size-offset {
		return nil, false, false
	}
	return data[offset : offset+n], false, true
}

// box returns the address of the value v, which is of type t: in the interface in, or, if t
// is an interface itself, in a new variable. in must be kept alive as long as the address is
// used. An invalid v stands for a nil interface.
func box(t reflect.Type, v reflect.Value, in *any) unsafe.Pointer {
	if t.Kind() != reflect.Interface {
		*in = v.Interface()
		return memory.At(in)
	}
	p := reflect.New(t)
	if v.IsValid() {
		p.Elem().Set(v)
	}
	return p.UnsafePointer()
}
