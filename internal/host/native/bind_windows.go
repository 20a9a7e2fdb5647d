package native

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A binding keeps threads of the host bound to an M of the library's runtime.
//
// Without it, each call from a thread that the runtime does not know borrows an M and
// returns it (needm, dropm in runtime/proc.go). On Windows both make system calls, which
// take some 80 µs a call. On other systems runtime/cgo binds the M to the thread.
// cgocallback is the same code on all systems, and the word x_cgo_pthread_key_created
// controls it. If the word is not 0 when a callback returns, the M stays with the thread.
// If it is not 0 when a callback enters from an unbound thread, the runtime aborts
// (needAndBindM). Therefore:
//
//   - Unbound threads enter in bind only. It holds the lock while the word is not 0.
//   - enterBound looks up whether the thread is bound. It runs on the system stack, so
//     the goroutine cannot move to another thread before the call.
//   - A fiber-local slot returns the M when the thread ends (callbackslot_windows.go). A
//     TLS slot would be taken from the runtimes, which need those.
//
// One case remains. A thread that Windows has created may call a callback of the plugin
// (syscall.NewCallback) for the first time in the microseconds in which another thread is
// being bound. The runtime then ends the process. Such threads are rare, and each thread
// is bound once.
type binding struct {
	mu   sync.Mutex // held while word is not 0
	on   bool       // set before open returns the library
	word *uintptr
	fls  uint32 // the fiber-local slot

	callbacks  *callbackSlot // nil: none is left
	generation uint64        // of callbacks, while the slot is this library's
}

func (b *binding) works() bool { return b.on }

// enterBoundPC is the address of the assembly that enters on a bound thread, enterAnyPC of that
// for all threads.
var enterBoundPC, enterAnyPC uintptr

// Enter calls the library with the frame, and returns when the call has ended.
func (l *Library) Enter(c *Transition) {
	if l.binding.on {
		cgocall(enterBoundPC, unsafe.Pointer(c))
		if c.g == nil {
			l.enterUnbound(c)
		}
	} else {
		l.enterAny(c)
	}
	if c.cut != 0 {
		l.leftEarly(c)
	}
}

// enterAny calls the library and leaves the thread unbound.
func (l *Library) enterAny(c *Transition) {
	if c.slot == nil {
		cgocall(uintptr(c.call), unsafe.Pointer(&c.Frame))
		return
	}
	cgocall(enterAnyPC, unsafe.Pointer(c))
}

// enterUnbound binds the calling thread, then calls the library.
//
//go:noinline
func (l *Library) enterUnbound(c *Transition) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if !l.bind() {
		c.cut = 1
		return
	}
	cgocall(enterBoundPC, unsafe.Pointer(c))
}

// bind binds the calling thread, which is unbound and locked to its goroutine. It reports
// whether the thread is bound; it is not if the library has ended.
func (l *Library) bind() bool {
	c := l.NewTransition()
	c.call, c.frame = l.table.Bind, nil
	l.binding.mu.Lock()
	if c.slot == nil {
		cgocall(uintptr(c.call), nil)
	} else {
		cgocall(enterAnyPC, unsafe.Pointer(c))
	}
	atomic.StoreUintptr(l.binding.word, 0)
	l.binding.mu.Unlock()
	if c.cut != 0 {
		return false
	}
	l.binding.callbacks.recordBinding(l.binding.fls, l.binding.generation, l.currentG())
	return true
}

// currentG returns the library's g on the calling thread, or nil.
func (l *Library) currentG() unsafe.Pointer {
	c := l.NewTransition()
	c.Frame.Func = wire.OpPing
	cgocall(enterBoundPC, unsafe.Pointer(c))
	return c.g
}

// bindFirst binds the calling thread, which is locked to its goroutine, and tests the
// binding. If the test fails, threads stay unbound, which is slow and always works.
func (l *Library) bindFirst(opt Options) error {
	t := &l.table
	if !bindable(t, opt) {
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

// bindable reports whether the library has what thread binding needs.
func bindable(t *abi.EntryTable, opt Options) bool {
	_, known := tlsIndex(t.TLSOffset)
	return known && !opt.NoBinding && t.Bind != nil && t.Unbind != nil && t.Word != nil
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

// checkSlow tests a call from an unbound thread.
func (l *Library) checkSlow() error {
	c := l.NewTransition()
	c.Frame.Func = wire.OpPing
	l.Enter(c)
	if c.Frame.Status != wire.StatusOK {
		return fmt.Errorf("failed to load %s: the library does not answer; build the plugin again", l.path)
	}
	return nil
}

// pinThread keeps the goroutine on its thread while the library starts: bindFirst tests
// the thread that startCGO has used.
func pinThread() (release func()) {
	runtime.LockOSThread()
	return runtime.UnlockOSThread
}
