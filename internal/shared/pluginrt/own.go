//go:build go1.22

package pluginrt

import (
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// PutOwn appends a value that is carried by methods of its own.
func PutOwn[T any](e *wire.Encoder, p *T) {
	c, err := codec.For(reflect.TypeFor[T]())
	if err != nil {
		e.Fail("%v", err)
	}
	c.Encode(e, unsafe.Pointer(p))
}

// TakeOwn takes a value that is carried by methods of its own.
func TakeOwn[T any](d *wire.Decoder, p *T) {
	c, err := codec.For(reflect.TypeFor[T]())
	if err != nil {
		d.Fail("%v", err)
	}
	c.Decode(d, unsafe.Pointer(p))
}
