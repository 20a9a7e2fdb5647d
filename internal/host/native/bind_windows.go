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
//   - a fiber-local slot hands the M back as the thread ends (claim_windows.go). Not a
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
	slot uint32

	claim      *claim // nil: none is left
	generation uint64 // of the claim, as long as it is the library's
}

func (b *binding) works() bool { return b.on }

// enterBoundPC is the address of the assembly that enters on a bound thread.
var enterBoundPC uintptr

// Cross carries the frame into the library and returns when it has been answered.
func (l *Library) Cross(c *Crossing) {
	if !l.binding.on {
		cgocall(uintptr(c.call), unsafe.Pointer(&c.Frame))
		return
	}
	cgocall(enterBoundPC, unsafe.Pointer(c))
	if c.g == nil {
		l.crossUnbound(c)
	}
}

// crossUnbound binds the thread that it runs on, then crosses.
//
//go:noinline
func (l *Library) crossUnbound(c *Crossing) {
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
	l.binding.claim.hold(l.binding.slot, l.binding.generation, l.currentG())
}

// currentG returns the library's g on the calling thread, or nil.
func (l *Library) currentG() unsafe.Pointer {
	c := l.NewCrossing()
	c.Frame.Func = wire.OpPing
	cgocall(enterBoundPC, unsafe.Pointer(c))
	return c.g
}

// bindFirst sets binding up, and tries it on the calling thread, which is locked
// to its goroutine. If the library's runtime does not do what is expected of it,
// calls go the slow way instead.
func (l *Library) bindFirst(opt Options) error {
	t := &l.table
	if opt.NoBinding || t.Bind == nil || t.Unbind == nil || t.Word == nil || t.TLSOffset == 0 {
		return l.checkSlow()
	}
	slot, err := bondSlot()
	if err != nil || !l.claim() {
		return l.checkSlow()
	}
	l.binding.claim.unbind = uintptr(t.Unbind)
	l.binding.slot, l.binding.word = slot, (*uintptr)(t.Word)
	l.bind()
	c := l.NewCrossing()
	c.Frame.Func = wire.OpPing
	cgocall(enterBoundPC, unsafe.Pointer(c))
	if c.g == nil || c.Frame.Status != wire.StatusOK || l.currentG() != c.g {
		return l.checkSlow()
	}
	l.binding.on = true
	return nil
}

// claim takes a claim for the library, unless it has one.
func (l *Library) claim() bool {
	b := &l.binding
	if b.claim == nil {
		if b.claim = takeClaim(); b.claim == nil {
			return false
		}
		b.generation = b.claim.generation.Load()
	}
	return true
}

// checkSlow makes sure that the library answers at all.
func (l *Library) checkSlow() error {
	c := l.NewCrossing()
	c.Frame.Func = wire.OpPing
	l.Cross(c)
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
