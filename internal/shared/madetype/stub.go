//go:build go1.22

package madetype

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"unsafe"
)

// A method is called by the address of its code, without a closure. So the bridge has a supply
// of code pieces and a table. Each piece loads its closure from the table and jumps to the
// closure's code. The register for the closure is free in such calls.

// maxStubs is how many pieces there are.
const maxStubs = 2048

var supply struct {
	sync.Mutex
	code  uintptr
	table *[maxStubs]unsafe.Pointer // outside of Go's heap
	used  int
}

// SetStubs sets the addresses of the code and the table. 0 means that there are none.
func SetStubs(code, table uintptr) {
	supply.Lock()
	defer supply.Unlock()
	supply.code, supply.table = code, *(**[maxStubs]unsafe.Pointer)(unsafe.Pointer(&table))
}

// stub returns the address of code that calls f.
func stub(f reflect.Value) (unsafe.Pointer, error) {
	v := f.Interface()
	keep(v)
	supply.Lock()
	defer supply.Unlock()
	switch {
	case supply.code == 0 || stubSize == 0:
		return nil, errors.New("methods of the host's types cannot be called on this system")
	case supply.used == maxStubs:
		return nil, fmt.Errorf("types of the host have more than %d methods in all", maxStubs)
	}
	supply.table[supply.used] = (*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1]
	address := supply.code + uintptr(supply.used*stubSize)
	supply.used++
	return *(*unsafe.Pointer)(unsafe.Pointer(&address)), nil
}
