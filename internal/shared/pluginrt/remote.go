//go:build go1.22

package pluginrt

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/handle"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A Remote is an object of the host. There is one for each handle, however often the handle
// arrives, so that equal objects there are equal here. When nothing in
// the plugin refers to it any more, its references are released.
type Remote struct {
	proxy  Proxy // first, so that its address is the Remote's
	ref    wire.Ref
	count  uint64         // references to release
	again  bool           // it arrived or went back since its finalizer was set
	signal *handle.Signal // of a context. It does not refer to the Remote, which would never be collected then
	gave   atomic.Bool    // calls of it have returned maps, slices or pointers: see returned
	text   string         // of its type in the host, if it came in an any

	plain atomic.Pointer[codec.FuncType] // of a func with objects: see codec.FuncType.Plain
}

// A Proxy is the underlying type of generated types whose pointers call an interface's methods
// in the host. The pointers point into the Remote, so those for one object are equal. Encoders
// and decoders refuse channels, so they use the pointer's methods or fail.
type Proxy chan struct{}

// ProxyOf returns a pointer of a generated type for r.
func ProxyOf[T ~chan struct{}](r *Remote) *T { return (*T)(unsafe.Pointer(&r.proxy)) }

// RemoteOf returns the argument of ProxyOf.
func RemoteOf[T ~chan struct{}](p *T) *Remote { return (*Remote)(unsafe.Pointer(p)) }

// A proxy is a pointer to a generated type.
type proxy interface{ Winplugin_Remote() *Remote }

// remotes finds the Remotes by handle. It must not keep them alive, and package weak
// is younger than the oldest Go that plugins are built with. So addresses are kept
// as numbers: a Remote that nothing refers to is not freed before its finalizer has
// run, and the finalizer checks, with the lock held, whether it was found meanwhile.
var remotes struct {
	sync.Mutex
	at handle.Map[wire.Ref, uintptr]
}

// find returns the Remote of a handle, or nil. The lock is held.
func find(ref wire.Ref) *Remote {
	address := remotes.at.Get(ref)
	if address == 0 {
		return nil
	}
	r := *(**Remote)(unsafe.Pointer(&address))
	r.again = true
	return r
}

// importRef counts a reference that came from the host.
func importRef(ref wire.Ref) *Remote {
	remotes.Lock()
	defer remotes.Unlock()
	return importLocked(ref)
}

func importLocked(ref wire.Ref) *Remote {
	r := find(ref)
	if r == nil {
		r = &Remote{ref: ref}
		remotes.at.Set(ref, uintptr(unsafe.Pointer(r)))
		runtime.SetFinalizer(r, (*Remote).collected)
	}
	r.count++
	return r
}

// name records the text of the object's type.
func (r *Remote) name(text string) {
	remotes.Lock()
	defer remotes.Unlock()
	r.text = text
}

func (r *Remote) typ() string {
	remotes.Lock()
	defer remotes.Unlock()
	return r.text
}

// ownerRef returns the reference with which the object goes back to the host. The reference
// stays valid for at least two garbage collections, which gives the host time to look it up.
func (r *Remote) ownerRef() wire.Ref {
	remotes.Lock()
	r.again = true
	remotes.Unlock()
	return r.ref | wire.Owner
}

// collected is the finalizer.
func (r *Remote) collected() {
	remotes.Lock()
	defer remotes.Unlock()
	if r.again {
		r.again = false
		runtime.SetFinalizer(r, (*Remote).collected)
		return
	}
	remotes.at.Delete(r.ref)
	if r.signal != nil {
		contexts.Forget(r.ref, r.signal)
	}
	releases.Add(r.ref, r.count)
}

// releases are the references that go back to the host.
var releases = handle.Releases{Send: func(list []wire.Release) {
	c := BeginHost(wire.OpRelease, 2)
	c.list(0, unsafe.Pointer(unsafe.SliceData(list)), len(list), int(unsafe.Sizeof(wire.Release{})))
	c.Do() // a host that is gone needs no releases
	runtime.KeepAlive(list)
	c.End()
}}
