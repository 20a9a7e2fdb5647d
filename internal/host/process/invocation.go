//go:build linux || darwin || freebsd || netbsd || openbsd || (windows && amd64)

package process

import (
	"errors"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// An invocation is pooled, with the lane that it has.
type invocation struct {
	backend *Backend
	index   int
	lane    *exchange.Lane
	side    *exchange.Side
	events  exchange.Events // of side
	frame   wire.Frame
	words   []uint64
	args    []argument
	want    uint64 // how many bytes of results there is to be room for
	buffer  []byte // the results, copied
	results uint64 // how many bytes they are
	room    exchange.Room
	before  []byte // what was in the arguments that the plugin may write to
	counted bool   // in the backend's calls
	late    bool   // begun by Held
}

// An argument is bytes of the host's.
type argument struct {
	at     int
	p      unsafe.Pointer
	n      int    // bytes
	length uint64 // what the plugin gets as their number
	shared bool   // what the plugin writes goes back
	filled bool   // only that does, from the beginning
	count  int    // then the word of the result that says how many bytes
	size   int    // only what has changed does, by elements of this size; 0: all does
}

// written returns how many bytes come back of a call that has ended.
func (a *argument) written(f *wire.Frame, words []uint64) uint64 {
	switch {
	case !a.shared:
		return 0
	case a.filled:
		return uint64(filled(f, words[a.count], a.n))
	}
	return uint64(a.n)
}

const (
	inlineWords = 16
	firstBuffer = 4 << 10
	keepBuffer  = 1 << 20 // a larger one is not kept between calls
)

// Begin implements backend.Backend.
func (b *Backend) Begin(function uint64, words int) (backend.Invocation, *wire.Frame, error) {
	return b.start(function, words, false)
}

// start begins an invocation, as far as the gate and the limit let it. late says that it is of
// Held.
func (b *Backend) start(function uint64, words int, late bool) (backend.Invocation, *wire.Frame, error) {
	if b.ended.Load() {
		return nil, nil, &backend.GoneError{Err: b.Gone()}
	}
	if err := b.admit(); err != nil {
		return nil, nil, err
	}
	v, f, err := b.begin(function, words)
	if err != nil {
		b.dismiss()
		return nil, nil, err
	}
	if v.counted = true; late || b.Shut() {
		if err := b.Check(late); err != nil {
			v.Release()
			return nil, nil, err
		}
		v.late = late
	}
	return v, f, nil
}

// admit counts a call, unless too many are under way.
func (b *Backend) admit() error {
	n, all := b.calls.Add(1), backend.AddProcessCalls(1)
	err := backend.CheckProcessCalls(all)
	if n > b.maxCalls {
		err = backend.ErrTooManyCalls
	}
	if err != nil {
		b.dismiss()
	}
	return err
}

// dismiss ends the count of a call.
func (b *Backend) dismiss() {
	b.calls.Add(-1)
	backend.AddProcessCalls(-1)
}

// begin is Begin until Release, without the limit: operations of objects, such as the end of a
// context, must reach a plugin in which all calls wait.
func (b *Backend) begin(function uint64, words int) (*invocation, *wire.Frame, error) {
	b.underWay.Add(1)
	if b.released.Load() || b.ended.Load() {
		b.leave()
		return nil, nil, &backend.GoneError{Err: b.Gone()}
	}
	v, err := b.take()
	if err != nil {
		b.leave()
		return nil, nil, err
	}
	if words > len(v.words) {
		v.setWords(words)
	}
	v.frame.Func = function
	return v, &v.frame, nil
}

// take returns an invocation that is not under way.
func (b *Backend) take() (v *invocation, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if last := len(b.idle) - 1; last >= 0 {
		v := b.idle[last]
		b.idle = b.idle[:last]
		return v, nil
	}
	n := int(b.lanes.Load())
	if n == exchange.CallLanes {
		return nil, backend.ErrTooManyCalls
	}
	if err := b.section.commit(exchange.LaneOffset(false, n), exchange.LaneSize); err != nil {
		return nil, err
	}
	lane := exchange.LaneAt(b.section.memory, false, n)
	v = &invocation{backend: b, index: n, lane: lane, want: firstBuffer, room: exchange.NewRoom(b.arena, b.section.commit)}
	v.side = b.newSide(false, n, &v.events)
	b.sides[n] = v.side
	b.lanes.Store(int32(n + 1))
	v.setWords(inlineWords)
	defer b.guard(nil)()
	b.section.header().Lanes.Ring(b.bells)
	return v, nil
}

// newSide returns the host's side of a lane, which has the events.
func (c *child) newSide(own bool, i int, events *exchange.Events) *exchange.Side {
	if c.wakes != nil {
		return c.wakes.Lane(own, i)
	}
	c.connect(c, events, &exchange.LaneAt(c.section.memory, own, i).Events)
	return exchange.NewSide(exchange.Host, events)
}

func (b *Backend) leave() {
	b.underWay.Add(-1)
	if b.Shut() {
		b.Wake()
	}
}

func (v *invocation) setWords(n int) {
	v.words = make([]uint64, n)
	v.frame.Words, v.frame.NWords = uintptr(unsafe.Pointer(unsafe.SliceData(v.words))), uint64(n)
}

// grow makes room for n bytes of results.
func (v *invocation) grow(n int) { v.want = max(v.want, uint64(n)) }

// SetBytes implements backend.Invocation.
func (v *invocation) SetBytes(at int, p unsafe.Pointer, n int) {
	v.args = append(v.args, argument{at: at, p: p, n: n, length: uint64(n)})
}

// SetShared implements backend.Invocation.
func (v *invocation) SetShared(at int, p unsafe.Pointer, n int) {
	v.args = append(v.args, argument{at: at, p: p, n: n, length: uint64(n), shared: true})
}

// SetWritten implements backend.Invocation.
func (v *invocation) SetWritten(at int, p unsafe.Pointer, n, size int) {
	v.args = append(v.args, argument{at: at, p: p, n: n, length: uint64(n), shared: true, size: size})
}

// SetFilled implements backend.Invocation.
func (v *invocation) SetFilled(at int, p unsafe.Pointer, n, count int) {
	v.args = append(v.args, argument{at: at, p: p, n: n, length: uint64(n), shared: true, filled: true, count: count})
}

// length makes n the number that the plugin gets for the argument in word at.
func (v *invocation) length(at int, n uint64) {
	for i := range v.args {
		if v.args[i].at == at {
			v.args[i].length = n
		}
	}
}

// Invoke implements backend.Invocation.
func (v *invocation) Invoke() error {
	if v.backend.wakes != nil {
		return v.guarded()
	}
	return v.invoke()
}

// guarded is invoke with a section that may become shorter.
func (v *invocation) guarded() (err error) {
	defer v.backend.guard(func() { err = v.backend.gone() })()
	return v.invoke()
}

func (v *invocation) invoke() error {
	b := v.backend
	if v.counted {
		b.child.calls.Add(1)
	}
	if b.news != nil && v.frame.Func < wire.OpPing && b.news.Any() {
		b.news.Tell()
	}
	defer v.free()
	f := &v.frame
	f.Status, f.Len, f.Held, v.results = 0, 0, 0, 0
	places, err := v.put()
	if err != nil {
		return err
	}
	v.lane.Turn.Set(exchange.Call, v.side)
	if err := v.await(); err != nil {
		b.Drain()
		return err
	}
	s := &v.lane.Call
	f.Status, f.Len, f.Held = atomic.LoadUint64(&s.Status), atomic.LoadUint64(&s.Len), atomic.LoadUint64(&s.Held)
	copy(v.words, b.section.words(places.words, f.NWords))
	before := v.before
	for i := range v.args {
		a := &v.args[i]
		if n := a.written(f, v.words); n > 0 && a.size > 0 {
			wire.CopyChanges(unsafe.Slice((*byte)(a.p), a.n), before[:a.n], b.section.piece(places.args[i], n), a.size)
			before = before[a.n:]
		} else if n > 0 {
			copy(unsafe.Slice((*byte)(a.p), n), b.section.piece(places.args[i], n))
		}
	}
	switch {
	case f.Status == wire.StatusEnded:
		f.Status = wire.StatusBadOp
	case f.Held != 0 && (f.Func == wire.OpFetch || f.Func == wire.OpDrop):
		return wire.ErrDamaged // or the host would ask again and again
	case f.Held != 0:
		return v.fetch(f.Held, f.Len)
	case f.Len > places.capacity:
		return wire.ErrDamaged
	case f.Status == wire.StatusTooLarge || f.Len > b.maxResult:
		return &backend.SizeError{Limit: b.maxResult}
	}
	v.take(b.section.piece(places.buffer, f.Len))
	return nil
}

// take copies results.
func (v *invocation) take(b []byte) {
	if len(b) > len(v.buffer) {
		v.buffer = make([]byte, len(b))
	}
	v.results = uint64(copy(v.buffer, b))
}

// places are where in the memory a call is.
type places struct {
	words, buffer, capacity uint64
	args                    []uint64
}

// put writes the call to its lane.
func (v *invocation) put() (p places, err error) {
	b, f := v.backend, &v.frame
	words, data := exchange.CallPlaces(v.index)
	room := &v.room
	room.Begin(data)
	if p.words = words; f.NWords > exchange.LaneWords {
		p.words = room.Piece(f.NWords * 8)
	}
	v.placeArgs(&p)
	p.capacity = max(v.want, room.Rest())
	p.buffer = room.Place(p.capacity)
	if room.Err != nil {
		return p, room.Err
	}
	shared := b.section.words(p.words, f.NWords)
	copy(shared, v.words)
	for i, a := range v.args {
		if a.n > 0 && !a.filled {
			copy(b.section.piece(p.args[i], uint64(a.n)), unsafe.Slice((*byte)(a.p), a.n))
		}
		if a.size > 0 {
			v.before = append(v.before, unsafe.Slice((*byte)(a.p), a.n)...)
		}
		shared[a.at], shared[a.at+1] = b.base+p.args[i], a.length
	}
	s := &v.lane.Call
	s.Func, s.Status, s.Words, s.NWords = f.Func, 0, b.base+p.words, f.NWords
	s.Buf, s.Cap, s.Len, s.Held, s.Reach = b.base+p.buffer, p.capacity, 0, 0, room.Reach
	return p, nil
}

var errTurn = errors.New("it broke the protocol: it took a turn that was not its own")

// await waits until the call has ended, and handles its callbacks.
func (v *invocation) await() error {
	b := v.backend
	for was := exchange.Call; ; was = exchange.Reply {
		switch now := v.lane.Turn.Await(was, v.side, b.ended.Load); {
		case now == exchange.Return:
			return nil
		case now == exchange.Callback:
			b.callback(v.lane, false, v.index)
			v.lane.Turn.Set(exchange.Reply, v.side)
		case b.ended.Load():
			return b.gone()
		default:
			b.kill(errTurn)
			<-b.child.done
			return b.gone()
		}
	}
}

// free gives back what is used of the arena, and forgets the host's memory.
func (v *invocation) free() {
	v.room.Free()
	clear(v.args)
	v.args = v.args[:0]
	if v.before = v.before[:0]; cap(v.before) > keepBuffer {
		v.before = nil
	}
}

// Results implements backend.Invocation.
func (v *invocation) Results() []byte { return v.buffer[:v.results] }

var errFetch = errors.New("the plugin did not hand over the results that it holds")

// fetch gets results that did not fit, and makes room for as many from now on.
func (v *invocation) fetch(ticket, size uint64) error {
	b := v.backend
	if size > b.maxResult {
		b.Operate(wire.OpDrop, []uint64{ticket}, nil)
		return &backend.SizeError{Limit: b.maxResult}
	}
	if size > uint64(len(v.buffer)) {
		v.buffer = make([]byte, size)
	}
	if status, n := b.Operate(wire.OpFetch, []uint64{ticket}, v.buffer[:size]); status != wire.StatusOK || n != size {
		if err := b.Crash(); err != nil {
			return err
		}
		return errFetch
	}
	v.results = size
	v.want = max(v.want, min(2*size, keepBuffer))
	return nil
}

// Release implements backend.Invocation.
func (v *invocation) Release() {
	b := v.backend
	if len(v.buffer) > keepBuffer {
		v.buffer, v.want = nil, firstBuffer
	}
	v.want = min(v.want, keepBuffer)
	v.args, v.results = v.args[:0], 0
	if v.late {
		v.late = false
		b.LateEnded()
	}
	if v.counted {
		v.counted = false
		b.dismiss()
	}
	b.mu.Lock()
	if !b.ended.Load() { // the turns of a lane that was cut off are not known
		b.idle = append(b.idle, v)
	}
	b.mu.Unlock()
	b.leave()
}
