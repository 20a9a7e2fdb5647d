//go:build go1.22

package codec

import (
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// References exports and imports values in an any that are not copied. It is safe for
// concurrent use, and comparable.
type References interface {
	// Owner returns the reference of v if v stands for an object of the other side, and
	// 0 otherwise.
	Owner(v any) (wire.Ref, error)
	// Export returns a reference to v and the text of its type. It counts the reference.
	// v is not a nil pointer, but may be a nil channel.
	Export(v any) (ref wire.Ref, text string, err error)
	// Import returns the value that ref stands for. text is its type on the other side,
	// "" for a value of this side.
	Import(ref wire.Ref, text string) (any, error)
	// ConvertTo returns v, which came from the other side, as a value that can be assigned to
	// type t. text is the type that it had in its place on the other side, "" if unknown.
	ConvertTo(v any, t reflect.Type, text string) (any, error)
	// ObjectType returns the type that objects of the other side's type text have on this
	// side.
	ObjectType(text string) reflect.Type
	// Func returns how funcs of that type cross.
	Func(s *FuncType) Reference
}

// A ReferenceCodec encodes values in an any that are not copied. It refers to its code by
// fields, so that the linker leaves the code out of plugins that have no ReferenceCodec.
type ReferenceCodec struct {
	References
	compose func(t reflect.Type, scope Scope, c *ReferenceCodec) (*description, error)
	parse   func(p *parser, depth int, c *ReferenceCodec) *Codec // of a func
	object  func(p *parser, c *ReferenceCodec) *Codec
}

// NewReferenceCodec returns the codec over r.
func NewReferenceCodec(r References) *ReferenceCodec {
	return &ReferenceCodec{r, compose, parseFunc, parseObject}
}

// referencesOf returns the ReferenceCodec of an encoder's or decoder's scope, nil if the
// scope has none. The value of an error has none: it is unknown whether and how often
// the receiver decodes that.
func referencesOf(scope any) *ReferenceCodec {
	if s, ok := scope.(interface{ References() *ReferenceCodec }); ok {
		return s.References()
	}
	return nil
}

// byReference reports whether values of a type cross by reference: structs with unexported
// fields, pointers to these, channels, and interfaces with methods. Funcs cross by reference
// too, but have codecs of their own.
func byReference(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer:
		return t.Elem().Kind() == reflect.Struct && byReference(t.Elem())
	case reflect.Struct:
		return marshalerKind(t) == "" && !copied(t)
	case reflect.Chan:
		return true
	case reflect.Interface:
		return t != errorType && t.NumMethod() > 0
	}
	return false
}

// copied reports whether a struct is copied, field by field.
func copied(t reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" {
			continue
		}
		ft := f.Type
		for ft.Kind() == reflect.Array {
			ft = ft.Elem()
		}
		if !f.IsExported() || ft.Kind() == reflect.Struct && byReference(ft) {
			return false
		}
	}
	return true
}

// asAny returns the codec of a type that crosses by reference. It encodes values as PutAny
// does.
func asAny(t reflect.Type) *Codec {
	return &Codec{typ: t, size: t.Size(), op: opAsAny, least: 1}
}

// anyList returns the codec of a slice whose elements cross as in an any.
func anyList(t reflect.Type) *Codec {
	c := composed(t)
	c.outline()
	c.slice(asAny(t.Elem()))
	return c
}

func (c *Codec) encodeAsAny(e *wire.Encoder, p unsafe.Pointer) {
	v := reflect.NewAt(c.typ, p).Elem()
	if isNil(v) {
		e.PutUint8(anyNil)
		return
	}
	if c.object {
		encodeObject(e, v.Interface())
		return
	}
	PutAny(e, v.Interface())
}

func (c *Codec) decodeAsAny(d *wire.Decoder, p unsafe.Pointer) {
	if v := c.takeAsAny(d); v != nil {
		reflect.NewAt(c.typ, p).Elem().Set(reflect.ValueOf(v))
	}
}

// takeAsAny takes a value that encodeAsAny has appended. The result is nil if the value is.
func (c *Codec) takeAsAny(d *wire.Decoder) any {
	v := TakeAny(d)
	if v == nil {
		return nil
	}
	references := referencesOf(d.Scope)
	if references == nil {
		d.Fail("objects do not cross here")
	}
	v, err := references.ConvertTo(v, c.typ, c.static)
	if err != nil {
		mismatch(err)
	}
	return v
}

func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Chan, reflect.Func, reflect.Interface:
		return v.IsNil()
	}
	return false
}

// putObject appends an object: the text of its type, which is empty if the object returns to
// its owner, and its reference.
func putObject(e *wire.Encoder, text string, ref wire.Ref) {
	e.PutUint8(anyObject)
	e.PutString(text)
	e.PutRef(ref)
}

// exportObject appends an object, or nil if v is a nil pointer. A nil channel is an
// object, so that it keeps its type.
func exportObject(e *wire.Encoder, references *ReferenceCodec, v any) {
	if r := reflect.ValueOf(v); r.Kind() != reflect.Chan && isNil(r) {
		e.PutUint8(anyNil)
		return
	}
	ref, text, err := references.Export(v)
	if err != nil {
		e.Fail("%v", err)
	}
	putObject(e, text, ref)
}

func takeObject(d *wire.Decoder) any {
	text, ref := d.String(), d.Ref()
	references := referencesOf(d.Scope)
	if references == nil || ref.Handle() == 0 {
		d.Fail("an object that is none")
	}
	v, err := references.Import(ref, text)
	if err != nil {
		mismatch(err)
	}
	return v
}

// mismatch ends decoding. The message is well-formed, but has the wrong type.
func mismatch(err error) { panic(&wire.DecodeError{Reason: err.Error()}) }
