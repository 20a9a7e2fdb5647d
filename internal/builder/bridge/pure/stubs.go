//go:build go1.22 && !cgo && (amd64 || arm64)

package pure

import (
	"unsafe"

	winplugin_pluginrt "github.com/RamanSharma100/go-winplugin/internal/shared/pluginrt"
)

// winplugin_closures are what the pieces of winplugin_callClosure call, see package madetype.
var winplugin_closures [2048]unsafe.Pointer

func winplugin_callClosure()

// winplugin_closureCode returns where winplugin_callClosure begins.
func winplugin_closureCode() uintptr

// winplugin_goroutine returns the address of the running goroutine's g. It is called by Go's
// own convention, which has g in a register.
func winplugin_goroutine()

// winplugin_goroutineCode returns where winplugin_goroutine begins.
func winplugin_goroutineCode() uintptr

func winplugin_setStubs(entries *winplugin_pluginrt.Entries) {
	entries.Stubs = winplugin_closureCode()
	entries.Goroutine = winplugin_goroutineCode()
	entries.Closures = uintptr(unsafe.Pointer(&winplugin_closures))
}
