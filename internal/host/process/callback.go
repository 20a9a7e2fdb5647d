//go:build linux || darwin || freebsd || netbsd || openbsd || (windows && amd64)

package process

import (
	"bytes"
	"errors"
	"math/bits"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A frame is the host's own copy of a callback.
type frame struct {
	wire.Frame
	words  []uint64 // then as many sizes: see wire.Foreign
	data   []byte   // the arguments that are bytes
	buffer []byte   // for the results
	copied uint64   // bytes of data, as the backend counts them
	spans  []exchange.Span
}

var frames = sync.Pool{New: func() any { return &frame{buffer: make([]byte, backBuffer)} }}

const (
	backBuffer = 64 << 10 // longer results of callbacks stay with the host until the plugin fetches them
	mostWords  = 1 << 16
)

var (
	errPlaces = errors.New("it broke the protocol: a callback lies outside of its memory")
	errBusy   = errors.New("it broke the protocol: it began a callback where one was under way")
)

// serve handles the callbacks that belong to no call, until the process has ended.
func (b *Backend) serve() {
	h := b.section.header()
	defer b.serving.Done()
	defer b.guard(nil)()
	for n := uint32(0); !b.ended.Load(); {
		n = h.Calls.Await(n, b.bells, b.ended.Load)
		for i := range h.Pending {
			for set := h.Pending[i].Swap(0); set != 0; set &= set - 1 {
				b.begun(64*i + bits.TrailingZeros64(set))
			}
		}
	}
}

// begun handles a callback on a lane of the plugin's own.
func (b *Backend) begun(i int) {
	if b.busy[i].Swap(true) {
		b.kill(errBusy)
		return
	}
	if err := b.section.commit(exchange.LaneOffset(true, i), exchange.LaneSize); err != nil {
		b.kill(err)
		return
	}
	lane, side := exchange.LaneAt(b.section.memory, true, i), b.own[i]
	if side == nil {
		side = b.newSide(true, i, new(exchange.Events))
		b.own[i] = side
	}
	b.serving.Add(1)
	go func() {
		defer b.serving.Done()
		defer b.guard(nil)()
		b.callback(lane, true, i)
		b.busy[i].Store(false)
		lane.Turn.Set(exchange.Reply, side)
	}()
}

// callback handles the callback on a lane.
func (b *Backend) callback(lane *exchange.Lane, own bool, i int) {
	f := frames.Get().(*frame)
	defer f.drop()
	b.callbacks.Add(1)
	s := &lane.Back
	p, err := b.read(f, s, own, i)
	defer func(n uint64) { b.copied.Add(-n) }(f.copied)
	if err != nil {
		b.kill(err)
		return
	}
	if !own {
		b.handle(&f.Frame)
	} else if b.enterCallback(&f.Frame) {
		b.handle(&f.Frame)
		b.leaveCallback(&f.Frame)
	}
	words := b.section.words(p.words, f.NWords)
	for i, a := range f.spans {
		shared, mine := b.section.piece(a.Offset, a.Size), f.data[:a.Size]
		if f.words[a.At] == uint64(uintptr(unsafe.Pointer(unsafe.SliceData(mine)))) {
			f.words[a.At] = words[a.At] // no result: the address of the host's copy does not cross
		}
		f.data = f.data[a.Size:]
		switch {
		case a.Filled != 0:
			s.Spans[i].Changed = uint64(copy(shared, mine[:filled(&f.Frame, f.words[a.Filled-1], len(mine))]))
		case !bytes.Equal(shared, mine):
			s.Spans[i].Changed = uint64(copy(shared, mine))
		}
	}
	copy(words, f.words)
	if f.Func != wire.OpFetch && f.Len <= f.Cap {
		copy(b.section.piece(p.buffer, p.capacity), f.buffer[:f.Len])
	}
	s.Status, s.Len, s.Held = f.Status, f.Len, f.Held
}

// read copies the callback to f. The places that it returns are in the plugin's memory.
func (b *Backend) read(f *frame, s *exchange.Slot, own bool, i int) (p places, err error) {
	load := atomic.LoadUint64
	words, data := exchange.BackPlaces(own, i)
	within := func(offset, n uint64) bool {
		return contains(data, exchange.DataSize, offset, n) || contains(exchange.OwnArena, exchange.ArenaSize, offset, n)
	}
	n, spans := load(&s.NWords), load(&s.NSpans)
	p.words, p.buffer, p.capacity = load(&s.Words), load(&s.Buf), load(&s.Cap)
	if n == 0 || n > mostWords || spans > exchange.MaxSpans || p.words%8 != 0 || !within(p.buffer, p.capacity) ||
		!contains(words, exchange.LaneWords*8, p.words, n*8) && !contains(exchange.OwnArena, exchange.ArenaSize, p.words, n*8) {
		return p, errPlaces
	}
	if err := errors.Join(b.section.commit(p.words, n*8), b.section.commit(p.buffer, p.capacity)); err != nil {
		return p, err
	}
	if f.words = f.words[:0]; cap(f.words) < int(2*n) {
		f.words = make([]uint64, 0, 2*n)
	}
	f.words = append(f.words, b.section.words(p.words, n)...)
	f.words = f.words[:2*n]
	clear(f.words[n:])
	total := uint64(0)
	for i := range s.Spans[:spans] {
		from := &s.Spans[i]
		a := exchange.Span{At: load(&from.At), Offset: load(&from.Offset), Size: load(&from.Size), Filled: load(&from.Filled)}
		if a.At >= n-1 || a.Filled > n || !within(a.Offset, a.Size) || a.Size > b.maxResult-total {
			return p, errPlaces
		}
		if err := b.section.commit(a.Offset, a.Size); err != nil {
			return p, err
		}
		total += a.Size
		f.spans = append(f.spans, a)
	}
	f.copied = total
	if b.copied.Add(total) > maxCopied {
		return p, errCopied
	}
	f.data = make([]byte, total)
	at := f.data
	for i, a := range f.spans {
		s.Spans[i].Changed = 0
		if a.Filled == 0 {
			copy(at, b.section.piece(a.Offset, a.Size))
		}
		f.words[a.At], f.words[n+a.At] = uint64(uintptr(unsafe.Pointer(unsafe.SliceData(at)))), a.Size
		at = at[a.Size:]
	}
	f.Frame = wire.Frame{
		Func: load(&s.Func), NWords: n, Words: uintptr(unsafe.Pointer(unsafe.SliceData(f.words))), Session: b.session,
		Buf: uintptr(unsafe.Pointer(unsafe.SliceData(f.buffer))), Cap: min(p.capacity, uint64(len(f.buffer))),
	}
	if f.Func == wire.OpFetch && p.capacity > 0 {
		// The host writes there and reads nothing.
		f.Buf, f.Cap = uintptr(unsafe.Pointer(unsafe.SliceData(b.section.piece(p.buffer, p.capacity)))), p.capacity
	}
	return p, nil
}

// filled returns how many of n bytes a reader has filled. count is what it says.
func filled(f *wire.Frame, count uint64, n int) int {
	if f.Status != wire.StatusOK {
		return 0
	}
	return min(max(int(count), 0), n)
}

func (f *frame) drop() {
	f.data, f.spans, f.copied = nil, f.spans[:0], 0
	frames.Put(f)
}
