//go:build go1.22

// Package support is the part of the bridge that runs inside the plugin, on the
// plugin's own Go runtime: it answers calls, catches panics, and holds results
// that did not fit the caller's buffer.
//
// Its source is written beside every plugin as it stands here (the import of
// package wire is renamed), so it imports the standard library only, and keeps to
// the oldest Go release that plugins may be built with. All generated code does
// is list the plugin's functions.
package support

import (
	"fmt"
	"runtime/debug"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/wire"
)

// A Function is one callable function of the plugin.
type Function struct {
	Run   func(*wire.Frame) // takes the arguments from the frame's words and puts the results there
	Words int               // how many words it reads and writes
}

// functions is the plugin's table, in the manifest's order. It is written once,
// by Start, before the host learns how to call.
var functions []Function

// Entries are the addresses of the code that C enters through crosscall2.
type Entries struct {
	Call uintptr // of a func(frame unsafe.Pointer)
	Bind uintptr // of a func(word unsafe.Pointer)
}

// Start makes the functions callable and fills in entries, where the bridge's C or
// assembly looks for them.
func Start(table []Function, entries *Entries) {
	functions = table
	*entries = Entries{Call: pc(call), Bind: pc(bind)}
}

// pc returns the address of a function's code: what runtime.cgocallback wants.
// A func value points to a word that holds it (Go 1.1 function calls design).
func pc(f func(unsafe.Pointer)) uintptr {
	return **(**uintptr)(unsafe.Pointer(&f))
}

// call answers one call. It runs on the caller's thread.
func call(p unsafe.Pointer) {
	f := (*wire.Frame)(p)
	if f.Func >= uint64(len(functions)) || f.NWords < uint64(functions[f.Func].Words) {
		f.Status = operate(f)
		return
	}
	f.Status = 0
	defer guard(f)
	functions[f.Func].Run(f)
	f.Status = wire.StatusOK
}

// bind keeps the calling thread's M with the thread: cgocallback gives it back
// only if the word is zero as the callback returns. See wire.Table.
func bind(word unsafe.Pointer) {
	*(*uintptr)(word) = 1
}

// guard ends a call. The plugin's runtime is the only one that can recover what
// happens on its own stacks.
func guard(f *wire.Frame) {
	if f.Status == wire.StatusOK {
		return
	}
	v := recover()
	discard(f)
	if v == nil {
		// Neither returned nor panicked: runtime.Goexit. It cannot be stopped,
		// and would take the host's thread with it without a word. So the process
		// ends, as it does for other things that a runtime cannot take back.
		go panic("winplugin: runtime.Goexit was called in a call from the host")
		select {}
	}
	put(f, wire.AppendFailure(nil, wire.Failure{
		Type:    fmt.Sprintf("%T", v),
		Message: fmt.Sprint(v),
		Stack:   string(debug.Stack()),
	}))
	f.Status = wire.StatusPanic
}

// operate answers the operations that are not calls of a function.
func operate(f *wire.Frame) uint64 {
	switch {
	case f.Func == wire.OpPing:
		return wire.StatusOK
	case f.Func == wire.OpFetch && f.NWords >= 1:
		return fetch(f)
	case f.Func == wire.OpDrop && f.NWords >= 1:
		drop(f.Uint64(0))
		return wire.StatusOK
	case f.Func == wire.OpHost && f.NWords >= 2:
		setHost(f.Uintptr(0), f.Uint64(1))
		return wire.StatusOK
	}
	return wire.StatusBadOp
}
