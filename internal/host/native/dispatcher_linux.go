//go:build amd64

package native

import (
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// The kernel calls this program's handlers of signals. For the signals that a Go runtime
// needs itself, a dispatcher in assembly comes first. It passes a fault to the runtime whose
// code is at the program counter. It passes preemption and profiling signals to this program
// and to the libraries that know the thread. Other handlers of a library are never called:
// this program keeps its signals, also if a plugin uses os/signal.

// Addresses of the assembly's functions.
var dispatcherPC, reaperPC, startThreadPC, enterPurePC, pureEntryPC, boundsPC, threadEndPC, libraryEndedPC, libraryDiesPC uintptr

// hostHandlers are the handlers that were there before, by signal. Read by the assembly.
var hostHandlers [abi.NumSignals]uintptr

var dispatched = []syscall.Signal{unix.SIGILL, unix.SIGTRAP, unix.SIGBUS, unix.SIGFPE, unix.SIGSEGV, unix.SIGURG, unix.SIGPROF, unix.SIGPIPE}

// reapSignal gets threads out of a library.
const reapSignal = 64

// hostMask are the signals that threads of this program block. A thread that is moved out of a
// library gets this mask, because the library may have blocked others.
var hostMask uint64

// installDispatcher puts the dispatcher in front of this program's handlers, once. Libraries
// of the cgo bridge chain their handlers before or after it, in the order of loading.
var installDispatcher = sync.OnceValue(func() error {
	// As for all handlers of Go: they run on the thread's signal stack, with all signals
	// blocked, except the one that gets threads out: a library's handler may wait for ever
	// for another thread that ends the library.
	template := new(abi.SignalAction)
	if err := sigaction(unix.SIGURG, nil, template); err != nil {
		return err
	}
	if _, _, errno := syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, unix.SIG_BLOCK, 0, uintptr(unsafe.Pointer(&hostMask)), 8, 0, 0); errno != 0 {
		return errno
	}
	callThreadEnd()
	for _, signal := range append(dispatched, reapSignal) {
		before := new(abi.SignalAction)
		if err := sigaction(signal, nil, before); err != nil {
			return err
		}
		hostHandlers[signal] = before.Handler
		own := new(abi.SignalAction)
		*own = *template
		own.Mask = ^uint64(1 << (reapSignal - 1))
		own.Handler = dispatcherPC
		if signal == reapSignal {
			own.Handler = reaperPC
		}
		if err := sigaction(signal, own, nil); err != nil {
			return err
		}
	}
	return nil
})

func sigaction(signal syscall.Signal, to, before *abi.SignalAction) error {
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(signal), uintptr(unsafe.Pointer(to)), uintptr(unsafe.Pointer(before)), 8, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}
