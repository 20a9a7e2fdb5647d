package object

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
	"weak"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A remote is one reference to an object of the plugin's. It is released when the remote
// is collected, or closed.
type remote struct {
	attachment *Attachment
	ref        wire.Ref
	released   atomic.Bool
	cleanup    runtime.Cleanup
}

var _ call.Receiver = (*remote)(nil)

func (o *Attachment) remote(ref wire.Ref) *remote {
	r := &remote{attachment: o, ref: ref}
	r.cleanup = runtime.AddCleanup(r, o.session.releaseLater, ref)
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
	if !r.released.Swap(true) {
		r.cleanup.Stop()
		r.attachment.session.release(r.ref)
	}
}

// A proxy stands for an object of the plugin's where the host wants an interface.
type proxy interface{ proxied() *remote }

func (r *remote) proxied() *remote { return r }

// proxies finds the remotes of funcs that are proxies, which have no method that returns it.
// Both pointers are weak: a func keeps its remote alive, and after the func was collected,
// its address may be that of another object.
type proxies struct {
	mu    sync.RWMutex
	known map[uintptr]known
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
	if m.known == nil {
		m.known = make(map[uintptr]known)
	}
	m.known[uintptr(p)] = k
	runtime.AddCleanup((*byte)(p), func(address uintptr) { m.forget(address, k) }, uintptr(p))
}

// forget forgets a proxy that was collected, unless there is another one by now.
func (m *proxies) forget(address uintptr, k known) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known[address] == k {
		delete(m.known, address)
	}
}

// find returns the remote that the func at p is a proxy of, or nil.
func (m *proxies) find(p unsafe.Pointer) *remote {
	m.mu.RLock()
	k, ok := m.known[uintptr(p)]
	m.mu.RUnlock()
	if !ok || k.proxy.Value() != (*byte)(p) {
		return nil
	}
	return k.remote.Value()
}
