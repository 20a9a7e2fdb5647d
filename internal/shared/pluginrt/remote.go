//go:build go1.22

package pluginrt

import (
	"context"
	"reflect"
	"runtime"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A Remote is an object of the host's. There is one for each handle, however often
// it arrives, so that what is the same object there is equal here. When nothing in
// the plugin refers to it any more, its references are given back.
type Remote struct {
	ref    wire.Ref
	count  uint64  // references to give back
	again  bool    // it arrived or went back since its finalizer was set
	signal *signal // of a context
	text   string  // of its type in the host, if it came in a any
}

// A signal is the end of a context. It does not refer to the Remote, which would
// never be collected then.
type signal struct {
	ctx    context.Context
	cancel context.CancelFunc
}

// A proxy is a generated type that calls an interface's methods in the host.
type proxy interface{ Winplugin_Remote() *Remote }

// remotes finds the Remotes by handle. It must not keep them alive, and package weak
// is younger than the oldest Go that plugins are built with. So addresses are kept
// as numbers: a Remote that nothing refers to is not freed before its finalizer has
// run, and that looks again, with the lock held, whether it was found meanwhile.
var remotes = struct {
	sync.Mutex
	at     map[wire.Ref]uintptr
	pinned map[wire.Ref]*Remote  // contexts whose end somebody may wait for
	early  map[wire.Ref]struct{} // contexts that ended before they arrived
}{
	at:     make(map[wire.Ref]uintptr),
	pinned: make(map[wire.Ref]*Remote),
	early:  make(map[wire.Ref]struct{}),
}

// find returns the Remote of a handle, or nil. The lock is held.
func find(ref wire.Ref) *Remote {
	address, ok := remotes.at[ref]
	if !ok {
		return nil
	}
	r := *(**Remote)(unsafe.Pointer(&address))
	r.again = true
	return r
}

// arrive counts a reference that came from the host.
func importRef(ref wire.Ref) *Remote {
	remotes.Lock()
	defer remotes.Unlock()
	return importLocked(ref)
}

func importLocked(ref wire.Ref) *Remote {
	r := find(ref)
	if r == nil {
		r = &Remote{ref: ref}
		remotes.at[ref] = uintptr(unsafe.Pointer(r))
		runtime.SetFinalizer(r, (*Remote).collected)
	}
	r.count++
	return r
}

// name notes the object's type.
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

// home is how the object goes back to the host. Its reference lives on for two
// collections at least: the host has taken it by then.
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
	delete(remotes.at, r.ref)
	delete(remotes.early, r.ref)
	if r.signal != nil {
		r.signal.cancel()
	}
	release(wire.Release{Handle: r.ref, Count: r.count})
}

// returns are the references that wait to be given back.
var returns struct {
	sync.Mutex
	list    []wire.Release
	sending bool
}

// release queues references. A goroutine carries what has come together.
func release(r wire.Release) {
	returns.Lock()
	defer returns.Unlock()
	returns.list = append(returns.list, r)
	if !returns.sending {
		returns.sending = true
		go sendReleases()
	}
}

func sendReleases() {
	for {
		returns.Lock()
		list := returns.list
		returns.list = nil
		if len(list) == 0 {
			returns.sending = false
			returns.Unlock()
			return
		}
		returns.Unlock()
		c := BeginHost(wire.OpRelease, 2)
		c.Frame().SetArgument(0, unsafe.Pointer(unsafe.SliceData(list)), len(list))
		c.Do() // a host that is gone wants nothing back
		runtime.KeepAlive(list)
		c.End()
	}
}

// released is the operation OpRelease: the host gives references back.
func released(list []wire.Release) {
	for _, r := range list {
		if v, gone := exported.Release(r.Handle, r.Count); gone {
			if _, ok := v.(contextKey); ok {
				unwatch(r.Handle.Handle())
			} else if reflect.TypeOf(v).Kind() == reflect.Chan {
				owner.Release(r.Handle.Handle())
			}
		}
	}
}
