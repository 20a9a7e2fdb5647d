//go:build go1.22

package codec

import (
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// UnmarshalAs decodes a value that the other side has got from this side before, as one of type
// t. If its description is not that of t, the value has the type of the description.
func UnmarshalAs(b []byte, scope Scope, t reflect.Type) (v any, err error) {
	err = unmarshal(b, scope, func(d *wire.Decoder) {
		before := d.SetInAny(true)
		v = takeAs(d, t)
		d.SetInAny(before)
	})
	return v, err
}

// UnmarshalCopy is UnmarshalAs with the results of CopyOf.
func UnmarshalCopy(b []byte, scope Scope, text string, c *Codec) (v any, err error) {
	err = unmarshal(b, scope, func(d *wire.Decoder) {
		before := d.SetInAny(true)
		v = takeDescription(d, func() (string, *Codec) { return text, c })
		d.SetInAny(before)
	})
	return v, err
}

func takeAs(d *wire.Decoder, t reflect.Type) any {
	return takeDescription(d, func() (string, *Codec) {
		own, err := descriptionOf(t, scopeOf(d.Scope))
		if err != nil {
			return "", nil
		}
		return own.text, own.codec
	})
}

// takeDescription takes a value of dynamic type. If it has the description that expected
// returns, it is decoded by the codec that expected returns.
func takeDescription(d *wire.Decoder, expected func() (string, *Codec)) any {
	ref := d.Uint8()
	if ref != anyDescribed {
		return takeAnyOf(d, ref)
	}
	begin := d.At() - 1
	text := d.View()
	want, c := expected()
	if c == nil || want != string(text) {
		return takeDescribedAs(d, begin, text)
	}
	d.Reserve(c.least)
	d.Enter()
	defer d.Leave()
	p := reflect.New(c.typ).UnsafePointer()
	c.Decode(d, p)
	return memory.Value(c.typ, p)
}
