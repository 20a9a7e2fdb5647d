//go:build go1.22

package pluginrt

import (
	"bytes"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A pair is a pointer of the host that came in a value of dynamic type, and the memory that
// stands for it in the plugin. The memory stays the same as long as the plugin refers to it.
// When the call ends that brought the pointer, what the plugin has written there is sent to
// the host. A pointer that the plugin keeps is checked again when later calls end, but only
// the last keptPairs of them are.
type pair struct {
	remote *Remote
	elem   *codec.Codec
	typ    reflect.Type // of the block: the value and a pointer to the Remote
	at     uintptr      // the block: it must be found, and not be kept alive
	again  bool         // it was found since its finalizer was set; guarded by pairs
	calls  int          // calls under way that brought it; guarded by pairs

	mu    sync.Mutex
	known []byte // the encoding that the host has
}

const keptPairs = 64

// maxTold bounds the encoding of what is looked at before each call of the host, as a
// decoder may call the host for each element of what it decodes.
const maxTold = 4 << 10

// pairs has the pairs that are in use. It keeps their addresses as numbers, like remotes, so
// that it does not keep them alive.
var pairs = struct {
	sync.Mutex
	n     atomic.Int64
	byRef map[wire.Ref]*pair
	at    map[uintptr]*pair
	calls map[*wire.Frame][]unsafe.Pointer // of calls under way
	kept  []*pair                          // the last is the latest
}{byRef: make(map[wire.Ref]*pair), at: make(map[uintptr]*pair), calls: make(map[*wire.Frame][]unsafe.Pointer)}

// takePair returns the memory for a pointer of the host's, which is zero.
func takePair(ref wire.Ref, elem *codec.Codec) unsafe.Pointer {
	r := importRef(ref)
	pairs.Lock()
	defer pairs.Unlock()
	if p := pairs.byRef[ref]; p != nil && p.elem == elem {
		p.again = true
		at := *(*unsafe.Pointer)(unsafe.Pointer(&p.at))
		reflect.NewAt(elem.Type(), at).Elem().SetZero()
		return at
	}
	p := &pair{remote: r, elem: elem, typ: blockOf(elem.Type())}
	block := reflect.New(p.typ)
	block.Elem().Field(1).Set(reflect.ValueOf(unsafe.Pointer(r)))
	at := block.UnsafePointer()
	p.at = uintptr(at)
	pairs.byRef[ref], pairs.at[p.at] = p, p
	pairs.n.Add(1)
	p.watch(at)
	return at
}

// blocks are the types of blocks.
var blocks sync.Map // reflect.Type → reflect.Type

// blockOf returns the type of a block. A block contains a pointer, so that the allocator does
// not combine it with other small objects, and it can have a finalizer.
func blockOf(t reflect.Type) reflect.Type {
	if b, ok := blocks.Load(t); ok {
		return b.(reflect.Type)
	}
	b := reflect.StructOf([]reflect.StructField{{Name: "Value", Type: t}, {Name: "Remote", Type: reflect.TypeFor[unsafe.Pointer]()}})
	blocks.Store(t, b)
	return b
}

func (p *pair) watch(at unsafe.Pointer) {
	runtime.SetFinalizer((*byte)(at), func(at *byte) {
		pairs.Lock()
		defer pairs.Unlock()
		if p.again {
			p.again = false
			p.watch(unsafe.Pointer(at))
			return
		}
		delete(pairs.at, p.at)
		if pairs.byRef[p.remote.ref] == p {
			delete(pairs.byRef, p.remote.ref)
		}
		if i := slices.Index(pairs.kept, p); i >= 0 {
			pairs.kept = slices.Delete(pairs.kept, i, i+1)
		}
		pairs.n.Add(-1)
	})
}

// pairAt returns the pair whose memory of type t begins at p, or nil.
func pairAt(p unsafe.Pointer, t reflect.Type) *pair {
	if pairs.n.Load() == 0 {
		return nil
	}
	pairs.Lock()
	defer pairs.Unlock()
	if found := pairs.at[uintptr(p)]; found != nil && found.elem.Type() == t {
		return found
	}
	return nil
}

// pairOf returns the pair of a pointer, or nil.
func pairOf(v any) *pair {
	if pairs.n.Load() == 0 {
		return nil
	}
	return pairAt((*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1], reflect.TypeOf(v).Elem())
}

// encode returns the encoding of what the pair points to. fresh says that objects of the
// plugin were exported for it.
func (p *pair) encode(at unsafe.Pointer) (b []byte, fresh bool) {
	e := wire.Encoder{Scope: pluginScope, Canonical: true}
	e.SetInAny(true)
	p.elem.EncodeContent(&e, at)
	return e.Bytes(), e.Exported > 0
}

// remember records that the host has the value as it is now.
func (p *pair) remember() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known, _ = p.encode(*(*unsafe.Pointer)(unsafe.Pointer(&p.at)))
}

// written sends what the plugin has written to the host, and returns the reference with which
// the pointer goes back. The caller keeps the memory alive. A pair that is being sent already,
// because it refers to itself for instance, is not sent again.
func (p *pair) written() (wire.Ref, error) {
	if !p.mu.TryLock() {
		return p.remote.ownerRef(), nil
	}
	defer p.mu.Unlock()
	return p.remote.ownerRef(), p.flushLocked()
}

func (p *pair) flush() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.flushLocked()
}

func (p *pair) flushLocked() (failure error) {
	at := *(*unsafe.Pointer)(unsafe.Pointer(&p.at))
	if p.elem.Fixed() && len(p.known) == int(p.elem.Type().Size()) {
		if bytes.Equal(unsafe.Slice((*byte)(at), len(p.known)), p.known) {
			return nil
		}
	}
	b, fresh := p.encode(at)
	if !fresh && bytes.Equal(b, p.known) {
		return nil
	}
	p.known = b
	h := Begin(p.remote, 0, 3)
	h.frame.Func = wire.OpWritten
	defer h.End(&failure)
	h.frame.SetArgument(1, unsafe.Pointer(unsafe.SliceData(b)), len(b))
	h.Do(true)
	h.Done()
	return failure
}

// beginPairs records the pointers that a call has brought.
func beginPairs(f *wire.Frame, list []unsafe.Pointer) {
	pairs.Lock()
	defer pairs.Unlock()
	pairs.calls[f] = append(pairs.calls[f], list...)
	for _, at := range list {
		if p := pairs.at[uintptr(at)]; p != nil {
			p.calls++
		}
	}
}

// takePairs removes the record of beginPairs and returns its pairs. The lock is held.
func takePairs(f *wire.Frame) []*pair {
	list := pairs.calls[f]
	delete(pairs.calls, f)
	found := make([]*pair, 0, len(list))
	for _, at := range list {
		if p := pairs.at[uintptr(at)]; p != nil {
			p.calls--
			found = append(found, p)
		}
	}
	runtime.KeepAlive(list)
	return found
}

// keepPair makes p the latest of those that may be kept. The lock is held.
func keepPair(p *pair) {
	if i := slices.Index(pairs.kept, p); i >= 0 {
		pairs.kept = slices.Delete(pairs.kept, i, i+1)
	} else if len(pairs.kept) == keptPairs {
		pairs.kept = slices.Delete(pairs.kept, 0, 1)
	}
	pairs.kept = append(pairs.kept, p)
}

func dropPairs(f *wire.Frame) {
	if pairs.n.Load() > 0 {
		pairs.Lock()
		defer pairs.Unlock()
		takePairs(f)
	}
}

// endPairs sends what the plugin has written during a call to the host. If kept is true, it
// also checks the pairs of earlier calls, except those that another call under way has
// brought.
func endPairs(f *wire.Frame, kept bool) {
	if pairs.n.Load() == 0 {
		return
	}
	pairs.Lock()
	list := takePairs(f)
	own := len(list)
	if kept {
		list = appendKept(list)
	}
	memory := memoryOf(list)
	for _, p := range list[:own] {
		keepPair(p)
	}
	pairs.Unlock()
	for _, p := range list {
		if err := p.flush(); err != nil {
			panic(err)
		}
	}
	runtime.KeepAlive(memory)
}

// appendKept appends what was kept of earlier calls and no call under way has. The lock is held.
func appendKept(list []*pair) []*pair {
	for _, p := range pairs.kept {
		if p.calls == 0 {
			list = append(list, p)
		}
	}
	return list
}

// memoryOf returns pointers to what the pairs stand for, which keep it alive. The lock is held.
func memoryOf(list []*pair) (memory []unsafe.Pointer) {
	for _, p := range list {
		memory = append(memory, *(*unsafe.Pointer)(unsafe.Pointer(&p.at)))
	}
	return memory
}

// tellPairs brings what the plugin keeps of earlier calls up to date before it calls the
// host, which may look at it.
func tellPairs() {
	if pairs.n.Load() == 0 {
		return
	}
	pairs.Lock()
	list := appendKept(nil)
	memory := memoryOf(list)
	pairs.Unlock()
	for _, p := range list {
		if !p.mu.TryLock() {
			continue // it is being told, and that calls the host
		}
		err := error(nil)
		if len(p.known) <= maxTold {
			err = p.flushLocked()
		}
		p.mu.Unlock()
		if err != nil {
			panic(err)
		}
	}
	runtime.KeepAlive(memory)
}
