//go:build !winplugin_static || cgo

package native

import (
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// Read by enterPure: pthread_setspecific and its key; 0: threads keep the Ms of libraries'
// runtimes when they end.
var (
	pureSetSpecific uintptr
	pureKey         uint32
)

// callThreadEnd makes libc call threadEnd when a thread ends that has been in a library.
func callThreadEnd() {
	create, err := purego.Dlsym(purego.RTLD_DEFAULT, "pthread_key_create")
	if err != nil {
		return
	}
	set, err := purego.Dlsym(purego.RTLD_DEFAULT, "pthread_setspecific")
	if err != nil {
		return
	}
	key := new(uint32) // on the heap: C writes to it
	if r, _, _ := purego.SyscallN(create, uintptr(unsafe.Pointer(key)), threadEndPC); int32(r) != 0 {
		return
	}
	pureKey = *key
	runtime.KeepAlive(key)
	pureSetSpecific = set
}
