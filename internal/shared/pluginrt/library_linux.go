//go:build go1.22

package pluginrt

import (
	"sync/atomic"
	"syscall"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// Serve is the main function of a library made by the pure bridge: it completes the
// table, tells the host, and never returns. entries is where the assembly looks for the
// addresses of Go code.
//
// It must be called on the main goroutine after all init functions: only then the
// runtime lets callers in.
func Serve(l *Library, header *abi.ELFHeader, entries *Entries) {
	Start(l, entries)
	if header.Slot == 0 {
		serveLibrary() // which does not return
	}
	header.EntryTable.Version = abi.Version
	header.EntryTable.Size = uint64(unsafe.Sizeof(header.EntryTable))
	atomic.StoreUint64(&header.State, abi.ImageUp)
	const wakePrivate = 129 // FUTEX_WAKE_PRIVATE
	syscall.RawSyscall(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(&header.State)), wakePrivate, 1<<30)
	select {} // no deadlock: the runtime takes the program for one with cgo
}
