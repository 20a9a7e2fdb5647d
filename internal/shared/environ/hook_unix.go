//go:build go1.22 && (linux || darwin) && (amd64 || arm64)

package environ

import (
	"reflect"
	"unsafe"
)

// Separate reports that each side has a copy of the environment, and that changes are noticed.
const Separate = true

// The runtime calls these C functions with each change, while package syscall holds its lock, so
// that C code in the process has the same environment. They are nil in a program without C code.
//
//go:linkname cgoSetenv runtime._cgo_setenv
var cgoSetenv unsafe.Pointer

//go:linkname cgoUnsetenv runtime._cgo_unsetenv
var cgoUnsetenv unsafe.Pointer

// Hooks are C functions that count a change and go on to others. The C code of the cgo bridge
// has them.
type Hooks struct {
	Changes                  uint64
	NextSetenv, NextUnsetenv unsafe.Pointer
	Setenv, Unsetenv         unsafe.Pointer
}

// Use makes the plugin count the changes of its environment by hooks. With nil it uses one in Go,
// which goes on to nothing: without the cgo bridge there is no C code.
func Use(h *Hooks) {
	if h == nil {
		p := unsafe.Pointer(reflect.ValueOf(count).Pointer())
		cgoSetenv, cgoUnsetenv = p, p
		return
	}
	h.NextSetenv, h.NextUnsetenv = cgoSetenv, cgoUnsetenv
	changes = &h.Changes
	cgoSetenv, cgoUnsetenv = h.Setenv, h.Unsetenv
}

// count counts a change. The runtime calls it as a C function, on a system stack: it must use
// neither the stack nor the registers that such a function keeps, and no other function.
//
//go:nosplit
//go:norace
func count() { counted++ }

var counted uint64

func init() { changes = &counted }
