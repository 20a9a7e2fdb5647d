package typemap

import (
	"encoding"
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// marshals reports whether values of the host's type rt can be converted to t, a type that is
// encoded by its own methods.
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

// setMarshaled sets a value of a type that is encoded by its own methods: from a value that has
// such a method, or from the result of one.
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

// marshal calls the marshal method of v. A panic becomes an error.
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
