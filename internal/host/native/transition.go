package native

import (
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A Transition is a frame and the entry of the library that it goes to. NewTransition
// allocates it on the heap: the library and assembly write to it, and the stack of the
// calling goroutine may move. It can be used for one call after another.
type Transition struct {
	// Read and written by enter_windows_*.s, with the offsets of go_asm.h.
	call  unsafe.Pointer // C function void(frame)
	frame unsafe.Pointer // &Frame
	tls   uint64         // where the library's runtime keeps g: an offset in the TEB
	g     unsafe.Pointer // out: the g of this thread; nil: the thread is unbound, and nothing was called

	slot *callbackSlot // of a library that ends alone; else nil
	cut  uint64        // out: the library has ended

	Frame wire.Frame
}

// NewTransition returns a transition into the library.
func (l *Library) NewTransition() *Transition {
	c := &Transition{call: l.table.Call, tls: l.table.TLSOffset, slot: l.endingSlot()}
	c.frame = unsafe.Pointer(&c.Frame)
	return c
}

// cgocall calls a C function with one argument on the system stack, and returns its int.
// The runtime lets packages link to it, for purego and others (golang.org/issue/67401).
// purego prepares the runtime for it in a host without cgo.
//
//go:linkname cgocall runtime.cgocall
func cgocall(fn uintptr, arg unsafe.Pointer) int32
