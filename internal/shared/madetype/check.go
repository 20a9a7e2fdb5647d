//go:build go1.22

package madetype

import (
	"errors"
	"reflect"
	"runtime"
	"sync"
	"unsafe"
)

type sample struct {
	A int
	B []string `tag:"x"`
}

func (sample) Sample() {}

// Check reports whether types can be made in this program: its Go release lays out
// descriptors as this package has them.
var Check = sync.OnceValue(func() error {
	t := reflect.TypeFor[sample]()
	s := (*struct {
		structType
		methods
	})(unsafe.Pointer(header(t)))
	p := (*elemType)(unsafe.Pointer(header(reflect.PointerTo(t))))
	list := (*elemType)(unsafe.Pointer(header(reflect.TypeFor[[]sample]())))
	switch {
	case s.size != t.Size() || s.ptrBytes != 2*unsafe.Sizeof(p) || s.align != uint8(t.Align()):
	case s.tflag&(tflagUncommon|tflagNamed) != tflagUncommon|tflagNamed:
	case len(s.fields) != 2 || cap(s.fields) != 2 || s.fields[0].typ != header(reflect.TypeFor[int]()) || s.fields[1].offset != t.Field(1).Offset:
	case s.u.mcount != 1 || s.u.xcount != 1:
	case p.elem != &s.rtype || list.elem != &s.rtype || mapSize() == 0:
	default:
		return nil
	}
	return errors.New("the plugin was built by " + runtime.Version() + ", whose types this version of winplugin cannot make: use a newer winplugin, or an older Go toolchain for the plugin")
})
