package native

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A call into a Go library from a thread that its runtime does not know borrows
// an M and gives it back (needm, dropm). On Windows both talk to the kernel:
// some 80 µs a call. Elsewhere runtime/cgo binds the M to the thread instead, and
// cgocallback, whose code is the same everywhere, does so here as well if the
// word says so: not 0 as a callback returns, it leaves the M with the thread. It
// must be 0 as a callback enters from an unbound thread, or the runtime aborts
// (needAndBindM). So:
//
//   - no thread enters unbound but in bind, which holds the lock while the word
//     is not 0;
//   - whether the thread is bound is looked up by enterBound, on the system stack,
//     where the goroutine cannot move to another thread between look and call;
//   - a fiber-local slot hands the M back as the thread ends (callbackslot_windows.go). Not a
//     TLS slot: the runtimes need those.
//
// What remains: a thread of Windows' own that calls a callback of the plugin
// (syscall.NewCallback) for the first time in the very microseconds in which
// another thread is being bound. The runtime then ends the process. Such
// callbacks on foreign threads are rare, and bindings happen once per thread.
type binding struct {
	mu   sync.Mutex // held while word is not 0
	on   bool       // set before the library is handed out
	word *uintptr
	fls  uint32 // the fiber-local slot

	callbacks  *callbackSlot // nil: none is left
	generation uint64        // of callbacks, as long as they are the library's
}

func (b *binding) works() bool { return b.on }

// enterBoundPC is the address of the assembly that enters on a bound thread.
var enterBoundPC uintptr

// Enter carries the frame into the library and returns when it has been answered.
func (l *Library) Enter(c *Transition) {
	if !l.binding.on {
		cgocall(uintptr(c.call), unsafe.Pointer(&c.Frame))
		return
	}
	cgocall(enterBoundPC, unsafe.Pointer(c))
	if c.g == nil {
		l.enterUnbound(c)
	}
}

// enterUnbound binds the thread that it runs on, then crosses.
//
//go:noinline
func (l *Library) enterUnbound(c *Transition) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	l.bind()
	cgocall(enterBoundPC, unsafe.Pointer(c))
}

// bind binds the calling thread, which is locked to its goroutine and unbound.
func (l *Library) bind() {
	l.binding.mu.Lock()
	cgocall(uintptr(l.table.Bind), nil)
	atomic.StoreUintptr(l.binding.word, 0)
	l.binding.mu.Unlock()
	l.binding.callbacks.recordBinding(l.binding.fls, l.binding.generation, l.currentG())
}

// currentG returns the library's g on the calling thread, or nil.
func (l *Library) currentG() unsafe.Pointer {
	c := l.NewTransition()
	c.Frame.Func = wire.OpPing
	cgocall(enterBoundPC, unsafe.Pointer(c))
	return c.g
}

// bindFirst sets binding up, and tries it on the calling thread, which is locked
// to its goroutine. If the library's runtime does not do what is expected of it,
// calls go the slow way instead.
func (l *Library) bindFirst(opt Options) error {
	t := &l.table
	if _, known := tlsIndex(t.TLSOffset); !known || opt.NoBinding || t.Bind == nil || t.Unbind == nil || t.Word == nil {
		return l.checkSlow()
	}
	fls, err := bindingFLS()
	if err != nil || !l.takeCallbackSlot() {
		return l.checkSlow()
	}
	l.binding.callbacks.unbind = uintptr(t.Unbind)
	l.binding.fls, l.binding.word = fls, (*uintptr)(t.Word)
	l.bind()
	c := l.NewTransition()
	c.Frame.Func = wire.OpPing
	cgocall(enterBoundPC, unsafe.Pointer(c))
	if c.g == nil || c.Frame.Status != wire.StatusOK || l.currentG() != c.g {
		return l.checkSlow()
	}
	l.binding.on = true
	return nil
}

// takeCallbackSlot takes a callback slot for the library, unless it has one.
func (l *Library) takeCallbackSlot() bool {
	b := &l.binding
	if b.callbacks == nil {
		if b.callbacks = newCallbackSlot(); b.callbacks == nil {
			return false
		}
		b.generation = b.callbacks.generation.Load()
	}
	return true
}

// checkSlow makes sure that the library answers at all.
func (l *Library) checkSlow() error {
	c := l.NewTransition()
	c.Frame.Func = wire.OpPing
	l.Enter(c)
	if c.Frame.Status != wire.StatusOK {
		return fmt.Errorf("failed to load %s: %w", l.path, errors.New("the library does not answer; build the plugin again"))
	}
	return nil
}

// pinThread keeps the goroutine on its thread while the library comes up: what is
// found out about that thread is used afterwards.
func pinThread() (release func()) {
	runtime.LockOSThread()
	return runtime.UnlockOSThread
}
