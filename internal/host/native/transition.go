package native

import (
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A Transition is one frame and the way into one library. It must be on the heap
// (NewTransition sees to that): the library writes to it, and so does assembly,
// while the calling goroutine's stack may move. It serves one call at a time and
// may be used again.
type Transition struct {
	// Read and written by enter_windows_*.s, with the offsets of go_asm.h.
	call  unsafe.Pointer // C function void(frame)
	frame unsafe.Pointer // &Frame
	tls   uint64         // where the library's runtime keeps g, from the TEB
	g     unsafe.Pointer // out: the g that this thread has there; nil: unbound, and nothing was called

	Frame wire.Frame
}

// NewTransition returns a transition into the library.
func (l *Library) NewTransition() *Transition {
	c := &Transition{call: l.table.Call, tls: l.table.TLSOffset}
	c.frame = unsafe.Pointer(&c.Frame)
	return c
}

// cgocall runs a C function of one argument on the system stack, without cgo: the
// runtime keeps the name open for purego and others (golang.org/issue/67401).
// Its result is the C function's int. purego sets the runtime up for it where
// there is no cgo in the host.
//
//go:linkname cgocall runtime.cgocall
func cgocall(fn uintptr, arg unsafe.Pointer) int32
