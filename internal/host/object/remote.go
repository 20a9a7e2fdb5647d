package object

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
	"weak"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/shared/handle"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A remote is an object of the plugin's. There is one for each handle, however often it
// arrives. Its references are released when it is collected or released.
type remote struct {
	attachment *Attachment
	ref        wire.Ref
	count      *atomic.Uint64 // references to release
	released   atomic.Bool
	cleanup    runtime.Cleanup
	object     weak.Pointer[Object] // guarded by the mutex of remotes
}

// remotes finds the remotes of a plugin by their handles.
type remotes struct {
	mu     sync.Mutex
	at     handle.Map[wire.Ref, weak.Pointer[remote]]
	unused chan struct{} // closed when there are none any more; nil: nobody waits for that
}

// remove removes an object of the plugin that the host does not use any more. The caller holds
// the lock.
func (o *remotes) remove(ref wire.Ref) {
	o.at.Delete(ref)
	if o.unused != nil && o.at.Len() == 0 {
		close(o.unused)
		o.unused = nil
	}
}

// InUse returns how many objects of the plugin the host uses. One that it has not closed counts
// until it was collected.
func (o *Attachment) InUse() int {
	o.remotes.mu.Lock()
	defer o.remotes.mu.Unlock()
	return o.remotes.at.Len()
}

// AwaitUnused waits until the host uses no object of the plugin, or the context has ended.
func (o *Attachment) AwaitUnused(ctx context.Context) error {
	o.remotes.mu.Lock()
	if o.remotes.at.Len() == 0 {
		o.remotes.mu.Unlock()
		return nil
	}
	if o.remotes.unused == nil {
		o.remotes.unused = make(chan struct{})
	}
	unused := o.remotes.unused
	o.remotes.mu.Unlock()
	select {
	case <-unused:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

var _ call.Receiver = (*remote)(nil)

// remote counts a reference that came from the plugin.
func (o *Attachment) remote(ref wire.Ref) *remote {
	o.remotes.mu.Lock()
	defer o.remotes.mu.Unlock()
	if r := o.remotes.at.Get(ref).Value(); r != nil {
		r.count.Add(1)
		return r
	}
	r := &remote{attachment: o, ref: ref, count: new(atomic.Uint64)}
	r.count.Add(1)
	o.remotes.at.Set(ref, weak.Make(r))
	count := r.count
	r.cleanup = runtime.AddCleanup(r, func(ref wire.Ref) {
		o.remotes.mu.Lock()
		if o.remotes.at.Get(ref).Value() == nil { // it has not arrived again
			o.remotes.remove(ref)
		}
		o.remotes.mu.Unlock()
		o.session.releaseLater(ref, count.Load())
	}, ref)
	return r
}

// Ref implements call.Receiver.
func (r *remote) Ref() (wire.Ref, error) {
	if r.released.Load() {
		return 0, call.ErrReleased
	}
	return r.ref, nil
}

// ownerRef is the reference with which the object goes back to the plugin.
func (r *remote) ownerRef() (wire.Ref, error) {
	ref, err := r.Ref()
	return ref | wire.Owner, err
}

// release releases the reference now.
func (r *remote) release() {
	all := &r.attachment.remotes
	all.mu.Lock()
	defer all.mu.Unlock()
	if r.released.Swap(true) {
		return
	}
	// The object may arrive again, as another one.
	if all.at.Get(r.ref).Value() == r {
		all.remove(r.ref)
	}
	r.cleanup.Stop()
	r.attachment.session.release(r.ref, r.count.Load())
}

// A proxy stands for an object of the plugin's where the host wants an interface.
type proxy interface{ proxied() *remote }

func (r *remote) proxied() *remote { return r }

// proxies finds the remotes of funcs that are proxies, which have no method that returns it.
// Both pointers are weak: a func keeps its remote alive, and after the func was collected,
// its address may be that of another object.
type proxies struct {
	mu    sync.RWMutex
	known handle.Map[uintptr, known]
}

type known struct {
	proxy  weak.Pointer[byte]
	remote weak.Pointer[remote]
}

// add records the remote of the func at p.
func (m *proxies) add(p unsafe.Pointer, r *remote) {
	k := known{weak.Make((*byte)(p)), weak.Make(r)}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known.Set(uintptr(p), k)
	runtime.AddCleanup((*byte)(p), func(address uintptr) { m.forget(address, k) }, uintptr(p))
}

// forget forgets a proxy that was collected, unless there is another one by now.
func (m *proxies) forget(address uintptr, k known) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known.Get(address) == k {
		m.known.Delete(address)
	}
}

// find returns the remote that the func at p is a proxy of, or nil.
func (m *proxies) find(p unsafe.Pointer) *remote {
	m.mu.RLock()
	k := m.known.Get(uintptr(p))
	m.mu.RUnlock()
	if k.proxy.Value() != (*byte)(p) {
		return nil
	}
	return k.remote.Value()
}
