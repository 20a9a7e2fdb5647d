//go:build go1.22

package codec

import (
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// HostValues sends the parts of the host's values that are not copied: fields that do not
// cross, and the identity of pointers. The References of both sides implement it if values of
// the host's types cross.
type HostValues interface {
	// PutState returns the reference for the fields of a struct that do not cross. In the
	// host, p points to the struct, and in the plugin to the hidden pointer of the struct.
	PutState(t reflect.Type, p unsafe.Pointer) (wire.Ref, error)
	// TakeState restores the fields of a reference that PutState returned.
	TakeState(ref wire.Ref, t reflect.Type, p unsafe.Pointer) error
	// PutPaired returns the reference for a pointer. If it belongs to the receiver, it is sent
	// without the value. 0 stands for no reference.
	PutPaired(elem *Codec, p unsafe.Pointer) (wire.Ref, error)
	// TakePaired returns the pointer for a reference. Its memory is zero, unless the
	// reference belongs to this side.
	TakePaired(ref wire.Ref, elem *Codec) (unsafe.Pointer, error)
	// Paired is called when the value at p has been decoded.
	Paired(d *wire.Decoder, ref wire.Ref, elem *Codec, p unsafe.Pointer)
}

// hostValuesOf returns the HostValues of an encoder's or decoder's scope.
func hostValuesOf(scope any) HostValues {
	if r := referencesOf(scope); r != nil {
		v, _ := r.References.(HostValues)
		return v
	}
	return nil
}

// addState makes the codec of a struct send a reference for the fields that do not cross.
// hidden is the offset of the plugin's hidden pointer.
func (c *Codec) addState(hidden uintptr) {
	state := &Codec{typ: c.typ, size: c.size, op: opState, least: 8, hidden: hidden}
	c.op, c.least, c.fixed = opStruct, c.least+8, false
	c.steps = append([]step{{opState, 0, c.size, state}}, c.steps...)
}

// hasState reports whether a codec is that of a struct with state.
func (c *Codec) hasState() bool {
	return c.op == opStruct && len(c.steps) > 0 && c.steps[0].op == opState && c.steps[0].off == 0 && c.steps[0].codec.typ == c.typ
}

func (c *Codec) encodeState(e *wire.Encoder, p unsafe.Pointer) {
	values := hostValuesOf(e.Scope)
	if values == nil {
		e.Fail("a %s has unexported fields and cannot be copied", c.typ)
	}
	ref, err := values.PutState(c.typ, unsafe.Add(p, c.hidden))
	if err != nil {
		e.Fail("%v", err)
	}
	e.PutRef(ref)
}

func (c *Codec) decodeState(d *wire.Decoder, p unsafe.Pointer) {
	ref := d.Ref()
	if ref == 0 {
		return
	}
	values := hostValuesOf(d.Scope)
	if values == nil {
		d.Fail("objects do not cross here")
	}
	if err := values.TakeState(ref, c.typ, unsafe.Add(p, c.hidden)); err != nil {
		mismatch(err)
	}
}

// EncodeContent appends the value that a pointer p refers to. It sends no reference for the
// fields that do not cross, because the pointer's reference stands for them.
func (c *Codec) EncodeContent(e *wire.Encoder, p unsafe.Pointer) {
	if !c.hasState() {
		c.Encode(e, p)
		return
	}
	e.PutRef(0)
	content := *c
	content.steps = c.steps[1:]
	content.encodeStruct(e, p)
}

// HiddenPointer returns the address of the hidden pointer in the plugin's struct at p, which
// stands for the fields that do not cross. It returns nil if there is none.
func (c *Codec) HiddenPointer(p unsafe.Pointer) *unsafe.Pointer {
	if !c.hasState() {
		return nil
	}
	return (*unsafe.Pointer)(unsafe.Add(p, c.steps[0].codec.hidden))
}

// encodePaired appends a pointer to a value of the codec's type.
func (c *Codec) encodePaired(e *wire.Encoder, v unsafe.Pointer) {
	if !e.PutPointer(v, uintptr(unsafe.Pointer(c))) {
		return
	}
	values := hostValuesOf(e.Scope)
	if values == nil {
		e.Fail("a pointer to %s cannot be copied", c.typ)
	}
	ref, err := values.PutPaired(c, v)
	if err != nil {
		e.Fail("%v", err)
	}
	e.PutRef(ref)
	if ref.ForOwner() {
		return
	}
	e.Enter()
	if ref == 0 {
		c.Encode(e, v)
	} else {
		c.EncodeContent(e, v)
	}
	e.Leave()
}

// decodePaired decodes a pointer that encodePaired appended.
func (c *Codec) decodePaired(d *wire.Decoder) unsafe.Pointer {
	t := uintptr(unsafe.Pointer(c))
	v, follow := d.Pointer(t)
	if !follow {
		return v
	}
	ref := d.Ref()
	values := hostValuesOf(d.Scope)
	if values == nil {
		d.Fail("objects do not cross here")
	}
	v, err := values.TakePaired(ref, c)
	if err != nil {
		mismatch(err)
	}
	d.Pointed(v, t)
	if ref.ForOwner() {
		return v
	}
	d.Reserve(c.least)
	d.Enter()
	c.Decode(d, v)
	d.Leave()
	values.Paired(d, ref, c, v)
	return v
}
