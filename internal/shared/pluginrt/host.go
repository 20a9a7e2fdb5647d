//go:build go1.22

package pluginrt

import (
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// host is how callbacks enter the host. Goroutines that the plugin's init functions
// started may read it before the host has set its entry.
var host struct {
	entry   atomic.Uintptr // a C function void(frame): Entries.Leave or the host's entry; 0: none yet
	session atomic.Uint64
	entries *Entries // set by Start
}

// setHost is the operation wire.OpHost.
func setHost(entry uintptr, session uint64, count uintptr) {
	limits.all.Store(*(**wire.CallbackCount)(unsafe.Pointer(&count)))
	host.session.Store(session)
	host.entries.Host = entry
	if entry != 0 && host.entries.Leave != 0 {
		entry = host.entries.Leave
	}
	host.entry.Store(entry)
}

// callHost enters the host with the frame of c, on the calling thread, and returns when the
// host has handled it. It may be called from any goroutine, in a call from the
// host as well as outside of one.
//
// The outcome is in the frame's Status: wire.StatusPanic if the handler panics,
// wire.StatusNoHost if no host takes callbacks.
func callHost(c *HostCall) {
	entry := host.entry.Load()
	if entry == 0 {
		c.frame.Status = wire.StatusNoHost
		return
	}
	c.frame.Session = host.session.Load()
	stayAwake()
	enter(entry, c)
}

// enter enters the host. Tests, and a plugin in a process of its own, have another one.
var enter = func(entry uintptr, c *HostCall) { cgocall(entry, unsafe.Pointer(&c.frame)) }

// cgocall runs a C function of one argument on the system stack. The host's entry is
// assembly that follows C's calling convention. The runtime lets packages link to the name
// (golang.org/issue/67401), on Windows also in programs without cgo.
//
//go:linkname cgocall runtime.cgocall
func cgocall(fn uintptr, arg unsafe.Pointer) int32
