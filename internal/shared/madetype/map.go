//go:build go1.22

package madetype

import (
	"reflect"
	"sync"
	"unsafe"
)

type probe map[string]int

func (probe) Probe() {}

// mapSize returns the size of abi.MapType, which the methods follow. It finds the size in the
// descriptor of probe, which has one method.
var mapSize = sync.OnceValue(func() uintptr {
	p := unsafe.Pointer(header(reflect.TypeFor[probe]()))
	for n := unsafe.Sizeof(rtype{}) + 3*unsafe.Sizeof(p); n < unsafe.Sizeof(mapType{}); n += 4 {
		u := (*uncommon)(unsafe.Add(p, n))
		if u.mcount == 1 && u.xcount == 1 && u.pkgPath != 0 && u.moff == uint32(unsafe.Sizeof(uncommon{})) {
			return n
		}
	}
	return 0
})

// declareMap copies the descriptor of a map. The methods follow it at mapSize.
func declareMap(from unsafe.Pointer) (unsafe.Pointer, *methods) {
	made := new(struct {
		// Pointers, for the garbage collector: the descriptor's own and those to types.
		words [unsafe.Sizeof(mapType{}) / unsafe.Sizeof(from)]unsafe.Pointer
		methods
	})
	keep(made, typeAt((*rtype)(from)))
	n := mapSize()
	copy(unsafe.Slice((*byte)(unsafe.Pointer(made)), n), unsafe.Slice((*byte)(from), n))
	return unsafe.Pointer(made), (*methods)(unsafe.Add(unsafe.Pointer(made), n))
}
