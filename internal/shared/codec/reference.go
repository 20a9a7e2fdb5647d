//go:build go1.22

package codec

import (
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Objects carries what values of dynamic type hold and what is not copied. It is safe
// for concurrent use, and comparable.
type Objects interface {
	// Home returns what stands for v if v itself stands for an object of the other
	// side's, and 0 otherwise.
	Home(v any) (wire.Ref, error)
	// Lend returns what stands for v, which is not nil, and the text of its type. It
	// counts a reference.
	Lend(v any) (ref wire.Ref, text string, err error)
	// Find returns the value that ref stands for. text is the type of one of the other
	// side's.
	Find(ref wire.Ref, text string) (any, error)
	// As returns v, which came from the other side, as what can be assigned to type t.
	As(v any, t reflect.Type) (any, error)
	// Func says how funcs with that signature are carried.
	Func(s *Signature) Reference
}

// A Carrier is what a scope has for values of dynamic type that are not copied. What it
// needs beyond Objects is in its fields, so that the linker leaves that out of plugins
// that have no Carrier.
type Carrier struct {
	Objects
	compose func(t reflect.Type, scope Scope, c *Carrier) (*description, error)
	parse   func(p *parser, depth int, c *Carrier) *Codec // of a func
}

// NewCarrier returns the Carrier over o.
func NewCarrier(o Objects) *Carrier { return &Carrier{o, compose, parseFunc} }

// objectsOf returns what carries objects for the scope of an encoder or decoder, nil if
// nothing does. What the value of an error holds is none of them: nobody knows whether
// and how often that is decoded.
func objectsOf(scope any) *Carrier {
	if s, ok := scope.(interface{ Dynamic() *Carrier }); ok {
		return s.Dynamic()
	}
	return nil
}

// stays reports whether values of a type are no values to the other side, but objects
// of this one: structs with unexported fields, pointers to these, channels, and
// interfaces with methods. Funcs are told apart by their signature.
func stays(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer:
		return t.Elem().Kind() == reflect.Struct && stays(t.Elem())
	case reflect.Struct:
		return opaque(t) == "" && !copied(t)
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
		if !f.IsExported() || ft.Kind() == reflect.Struct && stays(ft) {
			return false
		}
	}
	return true
}

// dynamic returns the codec of a type that stays: its values are carried as in an any.
func dynamic(t reflect.Type) *Codec {
	return &Codec{typ: t, size: t.Size(), op: opDynamic, least: 1}
}

func (c *Codec) encodeDynamic(e *wire.Encoder, p unsafe.Pointer) {
	v := reflect.NewAt(c.typ, p).Elem()
	if isNil(v) {
		e.PutUint8(anyNil)
		return
	}
	PutAny(e, v.Interface())
}

func (c *Codec) decodeDynamic(d *wire.Decoder, p unsafe.Pointer) {
	v := TakeAny(d)
	if v == nil {
		return
	}
	objects := objectsOf(d.Scope)
	if objects == nil {
		d.Fail("objects do not cross here")
	}
	v, err := objects.As(v, c.typ)
	if err != nil {
		misfit(err)
	}
	reflect.NewAt(c.typ, p).Elem().Set(reflect.ValueOf(v))
}

func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Chan, reflect.Func, reflect.Interface:
		return v.IsNil()
	}
	return false
}

// putObject appends an object: its type, nothing if it comes home, and its reference.
func putObject(e *wire.Encoder, text string, ref wire.Ref) {
	e.PutUint8(anyObject)
	e.PutString(text)
	e.PutRef(ref)
}

func lendObject(e *wire.Encoder, objects *Carrier, v any) {
	if isNil(reflect.ValueOf(v)) {
		e.PutUint8(anyNil)
		return
	}
	ref, text, err := objects.Lend(v)
	if err != nil {
		e.Fail("%v", err)
	}
	putObject(e, text, ref)
}

func takeObject(d *wire.Decoder) any {
	text, ref := d.String(), d.Ref()
	objects := objectsOf(d.Scope)
	if objects == nil || ref.Handle() == 0 {
		d.Fail("an object that is none")
	}
	v, err := objects.Find(ref, text)
	if err != nil {
		misfit(err)
	}
	return v
}

// misfit ends decoding. The message is sound, but not what is wanted.
func misfit(err error) { panic(&wire.DecodeError{Reason: err.Error()}) }
