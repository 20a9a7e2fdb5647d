//go:build go1.22

package pluginrt

import (
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// PutMarshaler appends a value that is encoded by its own methods.
func PutMarshaler[T any](e *wire.Encoder, p *T) {
	c, err := codec.For(reflect.TypeFor[T]())
	if err != nil {
		e.Fail("%v", err)
	}
	c.Encode(e, unsafe.Pointer(p))
}

// TakeMarshaler takes a value that is encoded by its own methods.
func TakeMarshaler[T any](d *wire.Decoder, p *T) {
	c, err := codec.For(reflect.TypeFor[T]())
	if err != nil {
		d.Fail("%v", err)
	}
	c.Decode(d, unsafe.Pointer(p))
}
