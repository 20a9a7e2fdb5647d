//go:build go1.22 && !cgo

package pluginrt

import (
	"runtime"
	"sync/atomic"
	"syscall"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// keepM is the word that cgocallback reads to decide whether a thread keeps its M when it
// leaves Go; see abi.EntryTable. A program without cgo has no such word, and the runtime
// lets packages link to the name (golang.org/issue/67401).
var keepM uintptr

//go:linkname _cgo_pthread_key_created _cgo_pthread_key_created
var _cgo_pthread_key_created = &keepM

// Serve is the main function of a library made by the pure bridge: it completes
// the table, tells the host, and waits until the host wants to unload the library.
// It never returns. entries is where the assembly looks for the addresses of Go code;
// tls is the offset of the runtime's TLS slot; halt is the assembly's.
//
// It must be called on the main goroutine after all init functions: only then the
// runtime lets callers in. It waits in a system call, because the runtime takes a
// main goroutine that waits for a channel for a deadlock.
func Serve(l *Library, image *abi.ImageHeader, entries *Entries, tls uintptr, halt func()) {
	Start(l, entries)
	if image.Ready == 0 {
		serveLibrary() // which does not return
	}
	image.EntryTable.Word = unsafe.Pointer(&keepM)
	image.EntryTable.TLSOffset = uint64(tls)
	if !atomic.CompareAndSwapUint64(&image.State, abi.ImageStarting, abi.ImageUp) {
		halt() // another goroutine has ended the runtime
	}
	syscall.SyscallN(image.SetEvent, image.Ready)
	for {
		if event, _ := syscall.WaitForSingleObject(syscall.Handle(image.Stop), syscall.INFINITE); event == syscall.WAIT_OBJECT_0 {
			break
		}
	}
	// With a single P, which this goroutine has, no other goroutine runs. The runtime
	// preempts running goroutines to get there. Assembly is never preempted, so halt keeps
	// the P: from there on no Go code of this library runs again.
	for runtime.GOMAXPROCS(1) != 1 {
	}
	halt()
}
