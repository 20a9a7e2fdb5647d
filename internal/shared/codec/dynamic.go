//go:build go1.22

package codec

import (
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
)

// inside returns the address of the value in v, which has the codec's type. The value in an
// any must not change, so methods of its type get a copy.
func (c *Codec) inside(v any) unsafe.Pointer {
	if c.owns {
		p := reflect.New(c.typ)
		p.Elem().Set(reflect.ValueOf(v))
		return p.UnsafePointer()
	}
	return memory.Inside(v)
}
