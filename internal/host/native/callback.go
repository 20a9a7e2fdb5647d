package native

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// The process has one native entry for the callbacks of all libraries and functions:
// hostEntry in entry_*.s. It is a C function void(Frame *)
// that may be called on any thread: on one of this runtime's, nested in a call of
// a library, and on one that a library's runtime or a C library has made.
//
// On Linux a thread that this runtime does not know is bound to it at its first
// callback and stays so until it ends, as runtime/cgo does it; see entry_linux.go.
// On Windows each callback from such a thread borrows an M and returns it, which takes
// some 80 µs. The binding of bind_windows.go cannot be used for the host's runtime: it
// requires that all threads enter for the first time through this package. A program may
// have other callbacks, on threads of other libraries, and would crash now and then.

// handler handles callbacks.
var handler atomic.Pointer[func(*wire.Frame)]

// SetHandler sets the function that handles the callbacks of all libraries, and returns
// the one before; nil for none. It is meant to be called once, before the first library is
// opened. A callback without a handler gets wire.StatusBadOp.
//
// The handler runs while the library waits, on many threads at once. The frame's Session
// says which library has called. The handler sets the frame's Status, and may call into
// libraries. It must not keep the frame, which is memory of the library. A panic becomes
// wire.StatusPanic. runtime.Goexit, and so testing.T.FailNow, ends the process with a
// message, because it cannot be stopped and the thread is the library's.
func SetHandler(h func(*wire.Frame)) (before func(*wire.Frame)) {
	var p *func(*wire.Frame)
	if h != nil {
		p = &h
	}
	if old := handler.Swap(p); old != nil {
		return *old
	}
	return nil
}

// entryCode is the addresses of the Go code that hostEntry enters.
var entryCode = [...]uintptr{pc(handleCallback), pc(enterOnly)}

// pc returns the address of a function's code, as runtime.cgocallback wants it: a
// func value points to a word that holds it.
func pc(f func(unsafe.Pointer)) uintptr { return **(**uintptr)(unsafe.Pointer(&f)) }

// handleCallback handles one callback. No panic may leave it: its callers on the stack are
// the library's.
func handleCallback(p unsafe.Pointer) {
	f := (*wire.Frame)(p)
	if f.HasPreemptPending() {
		resendPreempt(f)
	}
	f.Status = wire.StatusBadOp
	h := handler.Load()
	if h == nil {
		return
	}
	returned := false
	defer func() {
		if !returned {
			failed(f, recover())
		}
	}()
	(*h)(f)
	returned = true
}

// enterOnly does nothing. hostEntry enters it once on a thread that this runtime does
// not know, so that the runtime binds an M to the thread.
func enterOnly(unsafe.Pointer) {}

// failed ends a callback whose handler did not return.
func failed(f *wire.Frame, v any) {
	if v == nil {
		// runtime.Goexit was called. The panic on another goroutine ends the process.
		go panic("winplugin: runtime.Goexit was called in a callback from a plugin")
		select {}
	}
	// The library owns the buffer, so there is nowhere to keep what does not fit.
	failure := wire.Failure{Type: fmt.Sprintf("%T", v), Message: text(v), Stack: string(debug.Stack())}
	if f.Session&wire.Foreign != 0 {
		failure.Stack = "" // it has addresses
	}
	f.Fail(wire.StatusPanic, failure)
}

// text returns the value of a panic as text. fmt catches a panic of its methods.
func text(v any) string { return fmt.Sprint(v) }

// sessions counts loads of libraries. No number is used twice.
var sessions atomic.Uint64

// defaultProcessCallbacks is how many goroutines of all libraries may wait in this program
// at once, unless SetMaxCallbacks sets another number.
const defaultProcessCallbacks = 3000

// processCallbacks is shared with all libraries, which count in it.
var processCallbacks wire.ProcessCallbacks

func init() { SetMaxCallbacks(defaultProcessCallbacks) }

// SetMaxCallbacks sets how many goroutines of all libraries may wait in this program at
// once. The first few of each library are not counted.
func SetMaxCallbacks(n int) { processCallbacks.Limit.Store(int64(n)) }

// uncountCallbacks removes callbacks that were under way when the library's threads ended.
func (l *Library) uncountCallbacks() {
	processCallbacks.Count.Add(-l.callbacks.Counted.Load())
}

// setHostEntry gives the library, whose runtime has started, the address that callbacks
// go to, and where to count them.
func (l *Library) setHostEntry() error {
	l.session = sessions.Add(1)
	l.callbacks = &wire.CallbackCount{Process: &processCallbacks}
	words := &[3]uint64{uint64(l.hostEntry()), l.session, uint64(uintptr(unsafe.Pointer(l.callbacks)))} // on the heap, like all that crosses
	c := l.NewTransition()
	c.Frame.Func = wire.OpHost
	c.Frame.Words, c.Frame.NWords = uintptr(unsafe.Pointer(words)), uint64(len(words))
	l.Enter(c)
	runtime.KeepAlive(words)
	if c.Frame.Status != wire.StatusOK {
		return fmt.Errorf("failed to load %s: the library does not accept the host's entry for callbacks; build the plugin again", l.path)
	}
	return nil
}

// Session is the number that the library's callbacks have in their frames. Zero is no
// library's.
func (l *Library) Session() uint64 { return l.session }

// HandleCallback handles a callback that did not come through the native entry: that of a
// plugin in another process. The frame is memory of this process.
func HandleCallback(f *wire.Frame) { handleCallback(unsafe.Pointer(f)) }

// NextSession returns a number for the session of such a plugin.
func NextSession() uint64 { return sessions.Add(1) }
