//go:build go1.22

package codec

import (
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// UnmarshalAs is Unmarshal of an any that is to hold a value of type t, which the other
// side got from here before. If what came is described otherwise, it is what that says.
func UnmarshalAs(b []byte, scope Scope, t reflect.Type) (v any, err error) {
	err = unmarshal(b, scope, func(d *wire.Decoder) {
		before := d.SetInAny(true)
		v = takeAs(d, t)
		d.SetInAny(before)
	})
	return v, err
}

func takeAs(d *wire.Decoder, t reflect.Type) any {
	ref := d.Uint8()
	if ref != anyDescribed {
		return takeAnyOf(d, ref)
	}
	text := d.View()
	own, err := descriptionOf(t, scopeOf(d.Scope))
	if err != nil || own.codec == nil || own.text != string(text) {
		return takeDescribedAs(d, text)
	}
	d.Reserve(own.codec.least)
	d.Enter()
	defer d.Leave()
	p := reflect.New(t).UnsafePointer()
	own.codec.Decode(d, p)
	return memory.Value(own.codec.typ, p)
}
