package native

import (
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// The kernel's handlers of signals are this program's. Before those of the signals that a
// Go runtime needs itself stands a dispatcher, in assembly: it passes faults on by the
// program counter, and preemption and profiling to this program and to the libraries that
// know the thread. A library's other handlers are never called: this program keeps its
// signals, whatever a plugin asks os/signal for.

// Addresses of the assembly's functions.
var dispatcherPC, reaperPC, startThreadPC, enterPurePC, pureEntryPC, boundsPC, threadEndPC uintptr

// hostHandlers are the handlers that were there before, by signal. Read by the assembly.
var hostHandlers [abi.NumSignals]uintptr

var dispatched = []syscall.Signal{unix.SIGILL, unix.SIGTRAP, unix.SIGBUS, unix.SIGFPE, unix.SIGSEGV, unix.SIGURG, unix.SIGPROF, unix.SIGPIPE}

// reapSignal tells a library's thread to end.
const reapSignal = 64

// installDispatcher puts the dispatcher in front of this program's handlers, once. Libraries
// of the cgo bridge chain theirs in front of it, or are behind it, as they come.
var installDispatcher = sync.OnceValue(func() error {
	// What all handlers of Go have: they run on the thread's signal stack, with all signals
	// blocked.
	template := new(abi.SignalAction)
	if err := sigaction(unix.SIGURG, nil, template); err != nil {
		return err
	}
	noteThreadEnds()
	for _, signal := range append(dispatched, reapSignal) {
		before := new(abi.SignalAction)
		if err := sigaction(signal, nil, before); err != nil {
			return err
		}
		hostHandlers[signal] = before.Handler
		own := new(abi.SignalAction)
		*own = *template
		own.Mask = ^uint64(0)
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
