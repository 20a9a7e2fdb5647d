package inproc

import (
	"runtime"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/native"
)

// An operator carries operations on objects to a library.
type operator struct{ library *native.Library }

// Operate implements object.Operator.
func (o operator) Operate(op uint64, words []uint64, buffer []byte) (status, n uint64) {
	x := o.library.NewTransition()
	f := &x.Frame
	f.Func = op
	f.Words, f.NWords = uintptr(unsafe.Pointer(unsafe.SliceData(words))), uint64(len(words))
	f.Buf, f.Cap = uintptr(unsafe.Pointer(unsafe.SliceData(buffer))), uint64(len(buffer))
	o.library.Enter(x)
	runtime.KeepAlive(words)
	runtime.KeepAlive(buffer)
	return f.Status, f.Len
}
