package typemap

import (
	"encoding"
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// marshals reports whether values of a type of the host can say what a value of the
// marshaled type t is.
func marshals(t *Type, rt reflect.Type) bool {
	switch t.marshal {
	case manifest.MarshalText:
		return rt.Implements(textMarshaler)
	case manifest.MarshalBinary:
		return rt.Implements(binaryMarshaler)
	}
	return false
}

var (
	textMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	binaryMarshaler = reflect.TypeFor[encoding.BinaryMarshaler]()
)

// setMarshaled sets a value that is encoded by its own methods: from what such a
// method returned, or from a value that has the method.
func (c *Conversion) setMarshaled(t *Type, dst, src reflect.Value) error {
	var data []byte
	switch {
	case marshals(t, src.Type()):
		if src.Kind() == reflect.Pointer && src.IsNil() {
			return errNil
		}
		var err error
		if data, err = marshal(t, src.Interface()); err != nil {
			return err
		}
	case src.CanAddr() && marshals(t, reflect.PointerTo(src.Type())):
		return c.setMarshaled(t, dst, src.Addr())
	case marshals(t, reflect.PointerTo(src.Type())):
		p := reflect.New(src.Type())
		p.Elem().Set(src)
		return c.setMarshaled(t, dst, p)
	case t.marshal == manifest.MarshalTime:
		return cannotUse(src, t.rt)
	case src.Kind() == reflect.String:
		data = []byte(src.String())
	case t.marshal == manifest.MarshalBinary && src.Kind() == reflect.Slice && src.Type().Elem().Kind() == reflect.Uint8:
		data = src.Bytes()
	default:
		return cannotUse(src, t.rt)
	}
	return unmarshal(t, dst, data)
}

// marshal calls the method that v has. What it panics with becomes an error.
func marshal(t *Type, v any) (data []byte, err error) {
	defer recovered(&err, v)
	if t.marshal == manifest.MarshalText {
		return v.(encoding.TextMarshaler).MarshalText()
	}
	return v.(encoding.BinaryMarshaler).MarshalBinary()
}

// unmarshal sets dst from data.
func unmarshal(t *Type, dst reflect.Value, data []byte) (err error) {
	if dst.Kind() == reflect.String {
		dst.SetString(string(data))
		return nil
	}
	p := dst.Addr().Interface()
	defer recovered(&err, p)
	if t.marshal == manifest.MarshalText {
		return p.(encoding.TextUnmarshaler).UnmarshalText(data)
	}
	return p.(encoding.BinaryUnmarshaler).UnmarshalBinary(data)
}

// recovered turns a panic of a method of v into an error.
func recovered(err *error, v any) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("a method of %T panicked: %v", v, r)
	}
}
