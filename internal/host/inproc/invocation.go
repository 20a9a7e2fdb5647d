package inproc

import (
	"errors"
	"runtime"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// An invocation is pooled. The frame, the words and the buffer are on the heap, so they do
// not move while the plugin may write to them.
type invocation struct {
	backend    *Backend
	shard      *shard
	transition *native.Transition
	words      []uint64
	buffer     []byte // for the results' bytes
	ticket     [1]uint64
	late       bool // it was begun while the backend was held, or after that
	entered    bool // the function has run, by Simple
}

const (
	inlineWords = 16      // enough for most functions
	firstBuffer = 4 << 10 // in bytes; grows when results do not fit
	keepBuffer  = 1 << 20 // a larger one is not kept between calls
)

func newInvocation(b *Backend) *invocation {
	v := &invocation{
		backend:    b,
		shard:      &b.shards[b.next.Add(1)%uint32(len(b.shards))],
		transition: b.library.NewTransition(),
	}
	v.setWords(inlineWords)
	v.grow(firstBuffer)
	return v
}

func (v *invocation) setWords(n int) {
	v.words = make([]uint64, n)
	f := &v.transition.Frame
	f.Words, f.NWords = uintptr(unsafe.Pointer(unsafe.SliceData(v.words))), uint64(n)
}

// grow replaces the buffer by one of n bytes.
func (v *invocation) grow(n int) {
	v.buffer = make([]byte, n)
	f := &v.transition.Frame
	f.Buf, f.Cap = uintptr(unsafe.Pointer(unsafe.SliceData(v.buffer))), uint64(n)
}

// Begin implements backend.Backend.
func (b *Backend) Begin(function uint64, words int) (backend.Invocation, *wire.Frame, error) {
	v := b.take()
	if v == nil {
		var err error
		if v, err = b.admit(); err != nil {
			return nil, nil, err
		}
	}
	return v, v.begin(function, words), nil
}

// take returns the invocation of this processor, or nil if there is none or the backend was
// closed.
func (b *Backend) take() (v *invocation) {
	if at := procPin(); at < len(b.idle) && !b.Shut() {
		p := &b.idle[at]
		v, p.invocation = p.invocation, nil
	}
	procUnpin()
	return v
}

// put keeps the invocation for this processor, and reports whether it did.
func (b *Backend) put(v *invocation) (kept bool) {
	if at := procPin(); at < len(b.idle) && !b.Shut() && b.idle[at].invocation == nil {
		b.idle[at].invocation = v
		kept = true
	}
	procUnpin()
	return kept
}

// admit returns an invocation that is counted, unless the backend is closed or too many are
// under way.
func (b *Backend) admit() (*invocation, error) {
	v := b.invocations.Get().(*invocation)
	if n, all := v.shard.add(); n > b.unchecked || b.Shut() {
		if err := b.check(n, all); err != nil {
			b.leave(v.shard)
			b.invocations.Put(v)
			return nil, err
		}
	}
	return v, nil
}

// A shard counts invocations under way. A backend has several, so that processors do not
// contend for one cache line.
type shard struct {
	count atomic.Int64
	_     [56]byte
}

// uncounted are the first few invocations of each shard, which backend.AddProcessCalls does not
// get, so that processors do not contend for its counter while there are few.
const uncounted = 4

// add counts an invocation. It returns how many the shard has, and how many of all plugins
// are counted if this one is.
func (s *shard) add() (n, all int64) {
	if n = s.count.Add(1); n > uncounted {
		all = backend.AddProcessCalls(1)
	}
	return n, all
}

// remove ends the count of an invocation.
func (s *shard) remove() {
	if s.count.Add(-1) >= uncounted {
		backend.AddProcessCalls(-1)
	}
}

// check returns an error if the backend is closed or too many invocations are under way. n and
// all are the results of add.
func (b *Backend) check(n, all int64) error {
	if b.Shut() {
		if err := b.Check(false); err != nil {
			return err
		}
	}
	return b.checkLimits(n, all)
}

func (b *Backend) checkLimits(n, all int64) error {
	// The shards fill evenly, so all are counted only if one is full.
	if n > b.maxCalls/int64(len(b.shards)) && b.Stats().InFlight > b.maxCalls {
		return backend.ErrTooManyCalls
	}
	return backend.CheckProcessCalls(all)
}

func (b *Backend) leave(s *shard) {
	s.remove()
	if b.Shut() {
		b.Wake()
	}
}

func (v *invocation) begin(function uint64, words int) *wire.Frame {
	if words > len(v.words) {
		v.setWords(words)
	}
	v.transition.Frame.Func = function
	return &v.transition.Frame
}

// SetBytes implements backend.Invocation. The plugin reads the host's memory.
func (v *invocation) SetBytes(at int, p unsafe.Pointer, n int) {
	v.transition.Frame.SetArgument(at, p, n)
}

// SetShared implements backend.Invocation.
func (v *invocation) SetShared(at int, p unsafe.Pointer, n int) { v.SetBytes(at, p, n) }

// SetWritten implements backend.Invocation.
func (v *invocation) SetWritten(at int, p unsafe.Pointer, n, _ int) { v.SetBytes(at, p, n) }

// SetFilled implements backend.Invocation.
func (v *invocation) SetFilled(at int, p unsafe.Pointer, n, _ int) { v.SetBytes(at, p, n) }

// Invoke implements backend.Invocation.
func (v *invocation) Invoke() error {
	f := &v.transition.Frame
	if !v.entered {
		if v.backend.news.Any() {
			v.backend.news.Tell()
		}
		f.Status, f.Len, f.Held = 0, 0, 0
		v.backend.library.Enter(v.transition)
	}
	v.entered = false
	if f.Status == wire.StatusEnded {
		v.backend.Drain() // no call begins after one has failed because of the end
		return v.backend.library.Crash()
	}
	if f.Held != 0 {
		return v.fetch(f.Held, f.Len)
	}
	if f.Len > f.Cap {
		return wire.ErrDamaged
	}
	if f.Status == wire.StatusTooLarge {
		return &backend.SizeError{Limit: v.backend.maxResult}
	}
	return nil
}

// Results implements backend.Invocation.
func (v *invocation) Results() []byte { return v.buffer[:v.transition.Frame.Len] }

var errFetch = errors.New("the plugin did not hand over the results that it holds")

// fetch gets results that the plugin holds because the buffer was too small, and keeps the
// larger buffer. It enters the plugin once more, with another frame, because the words of the
// first frame contain results.
func (v *invocation) fetch(ticket, size uint64) error {
	v.ticket[0] = ticket // on the heap, as all memory that the plugin reads must be
	if size > v.backend.maxResult {
		v.backend.Operate(wire.OpDrop, v.ticket[:], nil)
		return &backend.SizeError{Limit: v.backend.maxResult}
	}
	v.grow(int(max(size, min(2*uint64(len(v.buffer)), keepBuffer))))
	if status, n := v.backend.Operate(wire.OpFetch, v.ticket[:], v.buffer); status != wire.StatusOK || n != size {
		if err := v.backend.library.Crash(); err != nil {
			return err
		}
		return errFetch
	}
	return nil
}

// Release implements backend.Invocation.
func (v *invocation) Release() {
	b := v.backend
	if !v.late && len(v.buffer) <= keepIdle && b.put(v) {
		return
	}
	if len(v.buffer) > keepBuffer {
		v.grow(firstBuffer)
	}
	v.drop()
}

// drop ends an invocation that is counted, and puts it into the pool.
func (v *invocation) drop() {
	if v.late {
		v.late = false
		v.backend.LateEnded()
	}
	v.backend.leave(v.shard)
	v.backend.invocations.Put(v)
}

// Operate implements backend.Backend.
func (b *Backend) Operate(op uint64, words []uint64, buffer []byte) (status, n uint64) {
	x := b.library.NewTransition()
	f := &x.Frame
	f.Func = op
	f.Words, f.NWords = uintptr(unsafe.Pointer(unsafe.SliceData(words))), uint64(len(words))
	f.Buf, f.Cap = uintptr(unsafe.Pointer(unsafe.SliceData(buffer))), uint64(len(buffer))
	b.library.Enter(x)
	runtime.KeepAlive(words)
	runtime.KeepAlive(buffer)
	if f.Status == wire.StatusEnded {
		return wire.StatusGone, 0
	}
	return f.Status, f.Len
}
