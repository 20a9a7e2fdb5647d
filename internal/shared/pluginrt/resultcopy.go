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

	"github.com/RamanSharma100/go-winplugin/internal/shared/merge"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A resultCopy is a map, a slice or a pointer that a func or method of the host has returned. The
// plugin has a copy. What it writes there is sent to the host before the same goroutine calls the
// object again, and when the call from the host ends in which the copy arrived.
//
// Only the goroutine that got the copy looks at it again: others may get copies of the same object
// and write to them at the same time.
type resultCopy struct {
	ref    wire.Ref // the host's original
	id     uint64   // the address of its memory in the host
	remote *Remote
	ledger *ledger
	value  reflect.Value // the copy
	depth  uintptr       // how deep in the stack the copy arrived
	last   uintptr       // how deep it arrived the last time
	encode func(*wire.Encoder)
	known  []byte // the encoding of the value that the host has
	fresh  bool   // known has references that the host does not have yet
}

const (
	latestReturned  = 4       // of an object, which are compared before each call of it
	keptReturned    = 64      // of a goroutine, which are compared when the call ends; up to manyReturned more
	manyReturned    = 16      // are removed at a time
	returnedBytes   = 4 << 20 // of the encodings of these
	ledgersOfPlugin = 64      // of goroutines that the plugin has started
)

// A ledger has the copies that a goroutine got. The lock of ledgers guards its fields.
type ledger struct {
	routine
	own  bool // the plugin has started the goroutine, which is in no call from the host
	list []*resultCopy
	size int // of the encodings

	encoder  wire.Encoder // used by the goroutine alone
	encoding bool
}

var ledgers = struct {
	sync.Mutex
	n   atomic.Int64
	of  map[uintptr]*ledger // by the address of the goroutine's g
	own []*ledger           // at most ledgersOfPlugin; the latest is the last
}{of: make(map[uintptr]*ledger)}

// TakeReturned takes a map, a slice or a pointer that the host has returned.
func TakeReturned[T any](c *Callback, i, at int, v *T, take func(*wire.Decoder, *T), put func(*wire.Encoder, *T)) {
	d := c.Result(i, at)
	ref, id := d.Ref(), d.Uint64()
	take(d, v)
	if ref == 0 {
		return
	}
	w := new(T)
	*w = *v
	keepReturned(&resultCopy{ref: ref, id: id, remote: c.remote, value: reflect.ValueOf(w).Elem(), encode: func(e *wire.Encoder) { put(e, w) }})
	*v = *w
}

// takeReturned is TakeReturned for a value of any type.
func (c *Callback) takeReturned(i, at int, v reflect.Value, take func(*wire.Decoder, unsafe.Pointer), put func(*wire.Encoder, unsafe.Pointer)) {
	d := c.Result(i, at)
	ref, id := d.Ref(), d.Uint64()
	take(d, v.Addr().UnsafePointer())
	if ref == 0 {
		return
	}
	own := reflect.New(v.Type()).Elem()
	own.Set(v)
	keepReturned(&resultCopy{ref: ref, id: id, remote: c.remote, value: own, encode: func(e *wire.Encoder) { put(e, own.Addr().UnsafePointer()) }})
	v.Set(own)
}

// keepReturned adds a copy to the goroutine's ledger. If the goroutine has a copy of the same
// memory of the host already, it becomes what r is, and r gets its value.
func keepReturned(r *resultCopy) {
	var mark byte
	running, depth := goroutine(&mark)
	if running.g == 0 {
		releases.Add(r.ref, 1)
		return
	}
	r.depth, r.last = depth, depth
	l := ledgerOf(running)
	if l == nil {
		l = newLedger(running)
	}
	r.ledger = l
	r.remember()
	if r.remote != nil {
		r.remote.gave.Store(true)
	}
	old := l.same(r)
	if old != nil && old.become(r) {
		l.add(r, old)
		release([]*resultCopy{old})
	} else {
		l.add(r, nil)
	}
	list := l.oldest()
	for _, r := range list {
		r.flush(true)
	}
	release(list)
}

// same returns the copy of the memory of which r is a copy, too, or nil.
func (l *ledger) same(r *resultCopy) *resultCopy {
	ledgers.Lock()
	defer ledgers.Unlock()
	for _, old := range l.list {
		if old.id == r.id && old.remote == r.remote && old.value.Type() == r.value.Type() {
			return old
		}
	}
	return nil
}

// become makes the copy what r is, so that both are one. It returns false if the plugin has written
// to the copy and the host does not know yet.
func (old *resultCopy) become(r *resultCopy) bool {
	if old.fresh || r.fresh {
		return false
	}
	if b, fresh := old.encoding(); fresh || !bytes.Equal(b, old.known) {
		return false
	}
	m := merge.Merger{Restored: true, Identity: true}
	if m.Content(old.value, r.value) != nil {
		return false
	}
	r.value.Set(old.value)
	r.depth = min(r.depth, old.depth)
	return true
}

// add adds r in the place of old, which may be nil.
func (l *ledger) add(r, old *resultCopy) {
	ledgers.Lock()
	defer ledgers.Unlock()
	if old != nil {
		l.drop(func(r *resultCopy) bool { return r == old })
	}
	l.list, l.size = append(l.list, r), l.size+len(r.known)
}

// oldest removes the oldest copies, if there are too many.
func (l *ledger) oldest() []*resultCopy {
	ledgers.Lock()
	defer ledgers.Unlock()
	most, n := keptReturned, 0
	if l.own {
		most = latestReturned
	}
	if len(l.list) < most+manyReturned && l.size <= returnedBytes {
		return nil
	}
	for size := l.size; n < len(l.list)-1 && (len(l.list)-n > most || size > returnedBytes); n++ {
		size -= len(l.list[n].known)
	}
	list := slices.Clone(l.list[:n])
	l.list = slices.Delete(l.list, 0, n)
	l.count()
	return list
}

// drop removes the copies for which gone returns true. The lock is held.
func (l *ledger) drop(gone func(*resultCopy) bool) {
	l.list = slices.DeleteFunc(l.list, gone)
	l.count()
}

// count adds up the sizes. The lock is held.
func (l *ledger) count() {
	l.size = 0
	for _, r := range l.list {
		l.size += len(r.known)
	}
}

// ledgerOf returns the ledger of the running goroutine, or nil. It removes the ledger of one that
// has ended and had the same g. Other goroutines may write to these copies now, so they are not
// compared.
func ledgerOf(running routine) *ledger {
	ledgers.Lock()
	l := ledgers.of[running.g]
	if l == nil || l.id == running.id {
		ledgers.Unlock()
		return l
	}
	l.remove()
	ledgers.own = slices.DeleteFunc(ledgers.own, func(own *ledger) bool { return own == l })
	ledgers.Unlock()
	for _, r := range l.list {
		releases.Add(r.ref, 1)
	}
	return nil
}

// newLedger makes a ledger for the running goroutine.
func newLedger(running routine) *ledger {
	l := &ledger{routine: running, own: !inCall()}
	var oldest *ledger
	ledgers.Lock()
	ledgers.of[l.g] = l
	ledgers.n.Add(1)
	if l.own {
		ledgers.own = append(ledgers.own, l)
		if len(ledgers.own) > ledgersOfPlugin {
			oldest = ledgers.own[0]
			ledgers.own = slices.Delete(ledgers.own, 0, 1)
			oldest.remove()
		}
	}
	ledgers.Unlock()
	if oldest != nil {
		release(oldest.list)
	}
	return l
}

// remove removes the ledger. The lock is held.
func (l *ledger) remove() {
	if ledgers.of[l.g] == l {
		delete(ledgers.of, l.g)
		ledgers.n.Add(-1)
	}
}

// release releases the host's originals. It makes the callback itself, because a call is about to
// end, so nothing of it is left afterwards.
func release(list []*resultCopy) {
	if len(list) == 0 {
		return
	}
	refs := make([]wire.Release, len(list))
	for i, r := range list {
		refs[i] = wire.Release{Handle: r.ref, Count: 1}
	}
	releases.Send(refs)
}

// encoding encodes the copy as it is now. fresh reports that the encoding has references that the
// host must get, as in [pair.encode].
// The memory of b is used again by the next encoding of the goroutine.
func (r *resultCopy) encoding() (b []byte, fresh bool) {
	e, l := &r.ledger.encoder, r.ledger
	if l.encoding {
		e = new(wire.Encoder) // within an encoding that has called the host
	} else {
		l.encoding = true
		defer func() { l.encoding = false }()
	}
	if cap(e.Bytes()) > keepBuffer {
		e.Reset(nil)
	}
	e.Scope, e.Sorted, e.Exported = pluginScope, true, 0
	e.Reset(e.Bytes()[:0])
	r.encode(e)
	return e.Bytes(), e.Exported > 0
}

// remember records that the host has the value as it is now.
func (r *resultCopy) remember() {
	b, fresh := r.encoding()
	r.known, r.fresh = bytes.Clone(b), fresh
}

// flush sends the copy to the host if it has changed. It panics with a HostError if that fails.
// last says that it is not called again.
func (r *resultCopy) flush(last bool) {
	b, fresh := r.encoding()
	if !fresh && !r.fresh && bytes.Equal(b, r.known) {
		return
	}
	was := r.known
	b = bytes.Clone(b)
	r.known, r.fresh = b, false
	if fresh && !last {
		defer r.remember() // the host takes the references of b
	}
	h := Begin(nil, 0, 5)
	h.frame.Func = wire.OpReturned
	var failure error
	defer func() {
		if failure != nil && !h.gone {
			panic(&HostError{Message: "what was written to a value that the host has returned: " + failure.Error()})
		}
	}()
	defer h.End(&failure)
	h.frame.SetRef(0, r.ref)
	h.Argument(1, unsafe.Pointer(unsafe.SliceData(was)), len(was))
	h.Argument(3, unsafe.Pointer(unsafe.SliceData(b)), len(b))
	h.Do(true)
	h.Done()
	runtime.KeepAlive(was)
}

// tellReturned sends what the running goroutine has written to copies that calls of an object have
// returned, before it calls the object again.
func tellReturned(remote *Remote) {
	if remote == nil || !remote.gave.Load() || ledgers.n.Load() == 0 {
		return
	}
	var mark byte
	running, _ := goroutine(&mark)
	l := ledgerOf(running)
	if l == nil {
		return
	}
	var latest [latestReturned]*resultCopy
	n := 0
	ledgers.Lock()
	for i := len(l.list) - 1; i >= 0 && n < len(latest); i-- {
		if r := l.list[i]; r.remote == remote && len(r.known) <= maxTold {
			latest[n] = r
			n++
		}
	}
	ledgers.Unlock()
	for _, r := range latest[:n] {
		r.flush(false)
	}
}

// endReturned sends what was written to copies that arrived during a call from the host, and
// forgets them. mark is a variable of the func that handles the call.
func endReturned(mark *byte) {
	if ledgers.n.Load() == 0 {
		return
	}
	running, depth := goroutine(mark)
	if l := ledgerOf(running); l != nil {
		l.end(depth)
	}
}

func (l *ledger) end(depth uintptr) {
	var list, gone []*resultCopy
	ledgers.Lock()
	for _, r := range l.list {
		if r.last > depth {
			list, r.last = append(list, r), r.depth
		}
		if r.depth > depth {
			gone = append(gone, r)
		}
	}
	l.drop(func(r *resultCopy) bool { return r.depth > depth })
	if len(l.list) == 0 && !l.own {
		l.remove()
	}
	ledgers.Unlock()
	defer release(gone)
	for _, r := range list {
		r.flush(r.depth > depth)
	}
}

// dropReturned is endReturned for a call that panicked: what the plugin has written arrives, but an
// error is lost.
func dropReturned(mark *byte) {
	if ledgers.n.Load() > 0 {
		defer func() { _ = recover() }()
		endReturned(mark)
	}
}
