//go:build go1.22

package codec

import (
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
)

// inside returns where the value in v is, which has the codec's type. What an any
// holds must never change, so methods of the value's own get a copy.
func (c *Codec) inside(v *any) unsafe.Pointer {
	if c.owns {
		p := reflect.New(c.typ)
		p.Elem().Set(reflect.ValueOf(*v))
		return p.UnsafePointer()
	}
	return memory.At(v)
}
