//go:build go1.22

package pluginrt

import (
	"bytes"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A pair is a pointer of the host that a value of dynamic type contained, and the memory in the
// plugin to which the plugin's copy of that pointer points. The same pointer of the host gets
// the same memory, as long as the plugin refers to it.
//
// The plugin may write to this memory, and the host expects to find there what was written. So
// the memory is encoded again when the call that passed the pointer ends. If the encoding has
// changed, it is sent to the host. The plugin may keep the pointer and write later. So the last
// keptPairs pointers are also compared when later calls end, and before the plugin calls the
// host.
type pair struct {
	remote *Remote      // the host's pointer
	elem   *codec.Codec // of what the pointer points to
	typ    reflect.Type // see blockOf
	at     uintptr      // the address of the block; a number, so that the pair does not keep the block alive
	again  bool         // takePair returned the block again since its finalizer was set; guarded by pairs
	calls  int          // calls under way that passed the pointer; guarded by pairs

	mu    sync.Mutex
	known []byte // the encoding of the value that the host has
}

const keptPairs = 64

// maxTold is the largest encoding that tellPairs compares. A decoder in the plugin may call the
// host for each element that it decodes, and each of these calls encodes the value again.
const maxTold = 4 << 10

// pairs has the pairs whose blocks the plugin refers to.
var pairs = struct {
	sync.Mutex
	n     atomic.Int64
	byRef map[wire.Ref]*pair
	at    map[uintptr]*pair                // by the address of the block
	calls map[*wire.Frame][]unsafe.Pointer // the blocks of calls under way, which it keeps alive
	kept  []*pair                          // at most keptPairs; the latest is the last
}{byRef: make(map[wire.Ref]*pair), at: make(map[uintptr]*pair), calls: make(map[*wire.Frame][]unsafe.Pointer)}

// takePair returns the memory for a pointer of the host. The memory is zero, and the caller
// decodes the value into it.
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

// blockOf returns the type of a pair's block of memory: the value, and a pointer to the Remote.
// The pointer keeps the Remote alive as long as the block. Also, an object that contains a
// pointer is an allocation of its own, as a finalizer requires: the allocator puts small objects
// without pointers together.
func blockOf(t reflect.Type) reflect.Type {
	if b, ok := blocks.Load(t); ok {
		return b.(reflect.Type)
	}
	b := reflect.StructOf([]reflect.StructField{{Name: "Value", Type: t}, {Name: "Remote", Type: reflect.TypeFor[unsafe.Pointer]()}})
	blocks.Store(t, b)
	return b
}

// watch removes the pair when the plugin no longer refers to its block. If takePair has returned
// the block in the meantime, it waits for the next time.
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

// encode returns the encoding of the value at p.at. fresh reports that the encoding contains
// references to objects that the plugin has just exported. The host must get them, or they would
// never be released.
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

// written sends the value to the host if it has changed, and returns the reference by which the
// pointer itself is sent. The caller keeps the memory alive. If the pair is being sent already,
// written does not wait: the value may contain the pointer to itself.
func (p *pair) written() (wire.Ref, error) {
	if !p.mu.TryLock() {
		return p.remote.ownerRef(), nil
	}
	defer p.mu.Unlock()
	return p.remote.ownerRef(), p.flushLocked()
}

// flush sends the value to the host if it has changed.
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
	h.Argument(1, unsafe.Pointer(unsafe.SliceData(b)), len(b))
	h.Do(true)
	h.Done()
	return failure
}

// beginPairs records the blocks of the pointers that a call has passed.
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

// keepPair makes p the latest of pairs.kept. The lock is held.
func keepPair(p *pair) {
	if i := slices.Index(pairs.kept, p); i >= 0 {
		pairs.kept = slices.Delete(pairs.kept, i, i+1)
	} else if len(pairs.kept) == keptPairs {
		pairs.kept = slices.Delete(pairs.kept, 0, 1)
	}
	pairs.kept = append(pairs.kept, p)
}

// keepPairs keeps the pairs of blocks, so that what the plugin writes there is sent to the host when later
// calls end.
func keepPairs(list []unsafe.Pointer) {
	if len(list) == 0 {
		return
	}
	pairs.Lock()
	defer pairs.Unlock()
	for _, at := range list {
		if p := pairs.at[uintptr(at)]; p != nil {
			keepPair(p)
		}
	}
}

// dropPairs is endPairs for a call that panicked or was refused: what the plugin had written until
// then arrives. It returns the first error.
func dropPairs(f *wire.Frame) (failure error) {
	if pairs.n.Load() == 0 {
		return nil
	}
	pairs.Lock()
	list := takePairs(f)
	memory := memoryOf(list)
	for _, p := range list {
		keepPair(p)
	}
	pairs.Unlock()
	for _, p := range list {
		if err := p.tryFlush(); err != nil && failure == nil {
			failure = err
		}
	}
	runtime.KeepAlive(memory)
	return failure
}

// tryFlush is flush, but a panic becomes an error.
func (p *pair) tryFlush() (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%v", v)
		}
	}()
	return p.flush()
}

// endPairs sends what the plugin has written during a call to the host. If kept is true, it
// also sends what was written through pointers of earlier calls, except those that another call
// under way has passed as well.
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

// appendKept appends the pairs of earlier calls that no call under way has passed. The lock is
// held.
func appendKept(list []*pair) []*pair {
	for _, p := range pairs.kept {
		if p.calls == 0 {
			list = append(list, p)
		}
	}
	return list
}

// memoryOf returns pointers to the blocks of the pairs, which keep the blocks alive. The lock is
// held.
func memoryOf(list []*pair) (memory []unsafe.Pointer) {
	for _, p := range list {
		memory = append(memory, *(*unsafe.Pointer)(unsafe.Pointer(&p.at)))
	}
	return memory
}

// tellPairs sends what the plugin has written through pointers of earlier calls. It runs before
// the plugin calls the host, which may look at these values.
func tellPairs() {
	if pairs.n.Load() == 0 {
		return
	}
	pairs.Lock()
	list := appendKept(nil)
	memory := memoryOf(list)
	pairs.Unlock()
	for _, p := range list {
		if err := p.tell(); err != nil {
			panic(err)
		}
	}
	runtime.KeepAlive(memory)
}

// tell is flush for a value that is small, and that no other call is sending.
func (p *pair) tell() error {
	if !p.mu.TryLock() {
		return nil
	}
	defer p.mu.Unlock()
	if len(p.known) > maxTold {
		return nil
	}
	return p.flushLocked()
}
