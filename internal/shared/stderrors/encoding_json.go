//go:build go1.22

package stderrors

import (
	"encoding/json"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[*json.InvalidUTF8Error]()
	codec.RegisterErrorAs(packSyntax, unpackSyntax)
	codec.RegisterErrorAs(packInvalid, unpackInvalid)
	codec.RegisterErrorAs(packTyped, unpackTyped)
	codec.RegisterErrorAs(packUnsupported, unpackUnsupported)
	codec.RegisterErrorAs(packNumber, unpackNumber)
	codec.RegisterErrorAs(packMarshaler, unpackMarshaler)
}

// A syntaxError is the surrogate of a *json.SyntaxError. Its text is the message.
type syntaxError struct{ Offset int64 }

func packSyntax(e *json.SyntaxError, _ codec.Scope) (syntaxError, bool) {
	return syntaxError{e.Offset}, true
}

func unpackSyntax(s syntaxError, message string, _ codec.Scope) (*json.SyntaxError, bool) {
	e := &json.SyntaxError{Offset: s.Offset}
	return e, codec.SetField(e, "msg", message)
}

// An invalid is the surrogate of a *json.InvalidUnmarshalError.
type invalid struct{ Type codec.TypeText }

func packInvalid(e *json.InvalidUnmarshalError, scope codec.Scope) (invalid, bool) {
	return invalid{codec.PackType(e.Type, scope)}, true
}

func unpackInvalid(s invalid, _ string, scope codec.Scope) (*json.InvalidUnmarshalError, bool) {
	return &json.InvalidUnmarshalError{Type: codec.UnpackType(s.Type, scope)}, true
}

// A typed is the surrogate of a *json.UnmarshalTypeError.
type typed struct {
	Value, Struct, Field string
	Type                 codec.TypeText
	Offset               int64
}

func packTyped(e *json.UnmarshalTypeError, scope codec.Scope) (typed, bool) {
	return typed{e.Value, e.Struct, e.Field, codec.PackType(e.Type, scope), e.Offset}, true
}

func unpackTyped(s typed, _ string, scope codec.Scope) (*json.UnmarshalTypeError, bool) {
	return &json.UnmarshalTypeError{
		Value: s.Value, Type: codec.UnpackType(s.Type, scope), Offset: s.Offset, Struct: s.Struct, Field: s.Field,
	}, true
}

// An unsupported is the surrogate of a *json.UnsupportedTypeError.
type unsupported struct{ Type codec.TypeText }

func packUnsupported(e *json.UnsupportedTypeError, scope codec.Scope) (unsupported, bool) {
	return unsupported{codec.PackType(e.Type, scope)}, true
}

func unpackUnsupported(s unsupported, _ string, scope codec.Scope) (*json.UnsupportedTypeError, bool) {
	return &json.UnsupportedTypeError{Type: codec.UnpackType(s.Type, scope)}, true
}

// A number is the surrogate of a *json.UnsupportedValueError of a floating-point number, such as
// NaN. The other values, which contain themselves, do not cross.
type number struct {
	Value float64
	Bits  int
	Text  string
}

func packNumber(e *json.UnsupportedValueError, _ codec.Scope) (number, bool) {
	switch e.Value.Type() {
	case reflect.TypeFor[float64]():
		return number{e.Value.Float(), 64, e.Str}, true
	case reflect.TypeFor[float32]():
		return number{e.Value.Float(), 32, e.Str}, true
	}
	return number{}, false
}

func unpackNumber(s number, _ string, _ codec.Scope) (*json.UnsupportedValueError, bool) {
	v := reflect.ValueOf(s.Value)
	if s.Bits == 32 {
		v = reflect.ValueOf(float32(s.Value))
	}
	return &json.UnsupportedValueError{Value: v, Str: s.Text}, true
}

// A marshaler is the surrogate of a *json.MarshalerError.
type marshaler struct {
	Type   codec.TypeText
	Err    error
	Method string
}

func packMarshaler(e *json.MarshalerError, scope codec.Scope) (marshaler, bool) {
	f := reflect.ValueOf(e).Elem().FieldByName("sourceFunc")
	if !f.IsValid() {
		return marshaler{}, false
	}
	return marshaler{codec.PackType(e.Type, scope), e.Err, f.String()}, true
}

func unpackMarshaler(s marshaler, _ string, scope codec.Scope) (*json.MarshalerError, bool) {
	e := &json.MarshalerError{Type: codec.UnpackType(s.Type, scope), Err: s.Err}
	return e, codec.SetField(e, "sourceFunc", s.Method)
}
