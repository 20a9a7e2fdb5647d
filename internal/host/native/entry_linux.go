//go:build (amd64 || arm64) && (!winplugin_static || cgo)

package native

import (
	"sync"
	"unsafe"

	"github.com/ebitengine/purego"
)

// In entry_linux_*.s.
var hostEntryPC, bindThreadPC, unbindThreadPC uintptr

// Entry returns the address of the process's entry for callbacks.
func Entry() uintptr {
	bindForeignThreads()
	return hostEntryPC
}

// The runtime reads these when it assigns an M to a thread that it does not know, and when
// the callback returns (needAndBindM, cgocallback). If the word is not 0, the M stays with
// the thread, and a C function void(void *g) records the g, to release the M when the
// thread ends.
//
// runtime/cgo has both, but sets the word only when C first calls a function that the
// program exports by cgo. purego's replacement, for programs without cgo, never sets it. A
// callback then takes some microseconds instead of 100 ns, and runs on another goroutine
// each time.
var (
	//go:linkname cgoPthreadKeyCreated _cgo_pthread_key_created
	cgoPthreadKeyCreated *uintptr
	//go:linkname cgoBindM _cgo_bindm
	cgoBindM uintptr
)

// Read by bindThread.
var (
	threadKey   uint32 // pthread_key_t
	setSpecific uintptr
)

// bindForeignThreads keeps threads that this runtime has not made bound to it. A thread that
// is in a callback of another library at this moment keeps its M when it ends. All others
// are bound from their next callback on.
var bindForeignThreads = sync.OnceFunc(func() {
	if cgoPthreadKeyCreated == nil || *cgoPthreadKeyCreated != 0 {
		return
	}
	if setSpecific, threadKey = newThreadKey(unbindThreadPC); setSpecific == 0 {
		return // each callback borrows an M, then
	}
	cgoBindM = bindThreadPC
	*cgoPthreadKeyCreated = 1
})

// newThreadKey makes a key of libc for a word of each thread. When a thread ends whose word
// is not NULL, libc calls the destructor, a C function. newThreadKey returns the address of
// pthread_setspecific, or 0 if there is no key.
func newThreadKey(destructor uintptr) (set uintptr, key uint32) {
	create, err := purego.Dlsym(purego.RTLD_DEFAULT, "pthread_key_create")
	if err != nil {
		return 0, 0
	}
	if set, err = purego.Dlsym(purego.RTLD_DEFAULT, "pthread_setspecific"); err != nil {
		return 0, 0
	}
	made := new(uint32) // on the heap: C writes to it
	if r, _, _ := purego.SyscallN(create, uintptr(unsafe.Pointer(made)), destructor); int32(r) != 0 {
		return 0, 0
	}
	return set, *made
}
