//go:build linux

package cgocall

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdlib.h>

typedef long long function(long long, long long);

static long long call(void *f, long long a, long long b) { return ((function *)f)(a, b); }
*/
import "C"

import (
	"errors"
	"unsafe"
)

// A Function is a C function long long(long long, long long).
type Function struct{ address unsafe.Pointer }

// Load loads a library and returns one of its functions. The library stays loaded.
func Load(path, name string) (Function, error) {
	p, n := C.CString(path), C.CString(name)
	defer C.free(unsafe.Pointer(p))
	defer C.free(unsafe.Pointer(n))
	library := C.dlopen(p, C.RTLD_NOW)
	if library == nil {
		return Function{}, errors.New(C.GoString(C.dlerror()))
	}
	f := C.dlsym(library, n)
	if f == nil {
		return Function{}, errors.New(C.GoString(C.dlerror()))
	}
	return Function{f}, nil
}

// Call calls the function.
func (f Function) Call(a, b int) int {
	return int(C.call(f.address, C.longlong(a), C.longlong(b)))
}
