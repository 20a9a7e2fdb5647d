//go:build amd64 && (linux || windows)

package process

import (
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// newForged returns a backend whose plugin is this test.
func newForged(t testing.TB) *Backend {
	t.Helper()
	c, err := newChild(func() (system, *section, *exchange.Wakes, error) { return newSystem(false) })
	if err != nil {
		t.Fatal(err)
	}
	c.forge()
	t.Cleanup(c.free)
	for _, own := range []bool{false, true} {
		if err := c.section.commit(exchange.LaneOffset(own, 0), 8*exchange.LaneSize); err != nil {
			t.Fatal(err)
		}
	}
	return &Backend{
		child: c, session: 7 | wire.Foreign, maxResult: 1 << 20,
		bounds: bounds{maxCallbacks: MaxCallbacks}, operations: make(chan struct{}, 10),
	}
}

// forgedSide returns the side of a plugin that is this test.
func forgedSide(lane *exchange.Lane) *exchange.Side {
	return exchange.NewSide(exchange.Plugin, &lane.Events)
}

// A forged callback is refused, or gives the host a copy that it can read in any way.
func TestForgedCallback(t *testing.T) {
	words, data := exchange.BackPlaces(true, 3)
	good := exchange.Slot{Func: 1, Words: words, NWords: 4, Buf: data, Cap: 64, NSpans: 1}
	good.Spans[0] = exchange.Span{At: 0, Offset: data + 64, Size: 10}
	huge := ^uint64(0)
	for _, test := range []struct {
		name  string
		forge func(*exchange.Slot)
		want  error
	}{
		{"as it should be", func(*exchange.Slot) {}, nil},
		{"no words", func(s *exchange.Slot) { s.NWords = 0 }, errPlaces},
		{"too many words", func(s *exchange.Slot) { s.NWords = huge / 8 }, errPlaces},
		{"words overflow", func(s *exchange.Slot) { s.Words = huge - 7 }, errPlaces},
		{"words at an odd place", func(s *exchange.Slot) { s.Words++ }, errPlaces},
		{"words of another lane", func(s *exchange.Slot) { s.Words, _ = exchange.BackPlaces(true, 4) }, errPlaces},
		{"words of a call", func(s *exchange.Slot) { s.Words, _ = exchange.CallPlaces(3) }, errPlaces},
		{"words in the header", func(s *exchange.Slot) { s.Words = 0 }, errPlaces},
		{"words in the host's arena", func(s *exchange.Slot) { s.Words = exchange.HostArena }, errPlaces},
		{"words behind the end", func(s *exchange.Slot) { s.Words = exchange.Size - 8 }, errPlaces},
		{"buffer outside", func(s *exchange.Slot) { s.Buf = huge }, errPlaces},
		{"buffer too long", func(s *exchange.Slot) { s.Cap = exchange.LaneSize }, errPlaces},
		{"length overflows", func(s *exchange.Slot) { s.Cap = huge - data + 1 }, errPlaces},
		{"too many spans", func(s *exchange.Slot) { s.NSpans = exchange.MaxSpans + 1 }, errPlaces},
		{"span for no word", func(s *exchange.Slot) { s.Spans[0].At = 3 }, errPlaces},
		{"span for a word far away", func(s *exchange.Slot) { s.Spans[0].At = huge }, errPlaces},
		{"span outside", func(s *exchange.Slot) { s.Spans[0].Offset = exchange.Size }, errPlaces},
		{"span overflows", func(s *exchange.Slot) { s.Spans[0].Size = huge }, errPlaces},
		{"span beyond the limit", func(s *exchange.Slot) { s.Spans[0].Offset, s.Spans[0].Size = exchange.OwnArena, 1<<20+1 }, errPlaces},
		{"span that is filled", func(s *exchange.Slot) { s.Spans[0].Filled = 4 }, nil},
		{"span that is filled as no word says", func(s *exchange.Slot) { s.Spans[0].Filled = 5 }, errPlaces},
		{"span in the arena", func(s *exchange.Slot) { s.Spans[0].Offset = exchange.OwnArena }, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newForged(t)
			s := &exchange.LaneAt(b.section.memory, true, 3).Back
			*s = good
			test.forge(s)
			f := &frame{buffer: make([]byte, 128)}
			_, err := b.read(f, s, true, 3)
			if !errors.Is(err, test.want) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			if err == nil {
				readAll(t, f)
			}
		})
	}
}

// The words of a forged callback that are no spans cannot be read as addresses.
func TestForgedAddress(t *testing.T) {
	b := newForged(t)
	words, data := exchange.BackPlaces(false, 0)
	s := &exchange.LaneAt(b.section.memory, false, 0).Back
	*s = exchange.Slot{Func: 1, Words: words, NWords: 4, Buf: data}
	copy(b.section.words(words, 4), []uint64{0xdead0000, 100, 0xdead0000, 0})
	f := new(frame)
	if _, err := b.read(f, s, false, 0); err != nil {
		t.Fatal(err)
	}
	for name, read := range map[string]func(){
		"bytes":    func() { f.Bytes(0) },
		"string":   func() { _ = f.String(0) },
		"numbers":  func() { wire.FixedSlice[uint64](&f.Frame, 0) },
		"releases": func() { f.Releases() },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if _, ok := recover().(*wire.DecodeError); !ok {
					t.Error("got no DecodeError, want one")
				}
			}()
			read()
		})
	}
	if got := f.Message(2); got != nil {
		t.Errorf("got %v for no bytes, want none", got)
	}
}

// readAll reads each word as bytes, numbers and releases.
func readAll(t testing.TB, f *frame) {
	t.Helper()
	for i := range int(f.NWords) - 1 {
		for _, read := range []func(){
			func() { touch(t, f, f.Message(i)) },
			func() {
				list := wire.BorrowSlice[uint64](&f.Frame, i)
				touch(t, f, unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(list))), 8*len(list)))
			},
		} {
			func() {
				defer func() {
					if v := recover(); v != nil {
						if _, ok := v.(*wire.DecodeError); !ok {
							t.Errorf("got the panic %v, want a DecodeError", v)
						}
					}
				}()
				read()
			}()
		}
	}
}

// touch makes sure that the bytes are the host's own.
func touch(t testing.TB, f *frame, b []byte) {
	if len(b) == 0 {
		return
	}
	from, to := uintptr(unsafe.Pointer(unsafe.SliceData(f.data))), uintptr(len(f.data))
	if at := uintptr(unsafe.Pointer(unsafe.SliceData(b))); at < from || at-from > to || uintptr(len(b)) > to-(at-from) {
		t.Errorf("got %d bytes that are not in the host's copy", len(b))
	}
}

func FuzzCallback(f *testing.F) {
	words, data := exchange.BackPlaces(false, 0)
	seed := make([]byte, 0, 200)
	for _, n := range []uint64{1, words, 4, data, 64, 1, 0, data + 64, 10, 0, 0xdead, 100} {
		seed = binary.LittleEndian.AppendUint64(seed, n)
	}
	f.Add(seed)
	b := newForged(f)
	s := &exchange.LaneAt(b.section.memory, false, 0).Back
	f.Fuzz(func(t *testing.T, in []byte) {
		next := func() (n uint64) {
			if len(in) >= 8 {
				n, in = binary.LittleEndian.Uint64(in), in[8:]
			}
			return n
		}
		*s = exchange.Slot{Func: next(), Words: next(), NWords: next(), Buf: next(), Cap: next(), NSpans: next()}
		for i := range s.Spans[:min(s.NSpans, 4)] {
			s.Spans[i] = exchange.Span{At: next(), Offset: next(), Size: next(), Filled: next()}
		}
		copy(b.section.words(words, 16), []uint64{next(), next(), next(), next(), next()})
		forged := &frame{buffer: make([]byte, 128)}
		if _, err := b.read(forged, s, false, 0); err == nil {
			readAll(t, forged)
		}
	})
}

// A plugin that breaks the protocol is killed.
func TestBrokenProtocol(t *testing.T) {
	for name, breaks := range map[string]func(b *Backend, v *invocation){
		"turn": func(_ *Backend, v *invocation) { v.lane.Turn.Set(77, exchange.NewSide(exchange.Plugin, &v.events)) },
		"places": func(_ *Backend, v *invocation) {
			v.lane.Back.Words = 1
			v.lane.Turn.Set(exchange.Callback, exchange.NewSide(exchange.Plugin, &v.events))
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newForged(t)
			b.handle, b.maxCalls = func(*wire.Frame) {}, 10
			b.arena = exchange.NewArena(exchange.HostArena, exchange.ArenaSize, b.section.discard)
			b.Init(b.crashed, nil)
			started := make(chan error)
			go b.run(started, b.launchSleep)
			if err := <-started; err != nil {
				t.Fatal(err)
			}
			v, f, err := b.Begin(0, 4)
			if err != nil {
				t.Fatal(err)
			}
			defer v.Release()
			go func() {
				for f.Func == 0 && v.(*invocation).lane.Turn.Load() != exchange.Call {
				}
				breaks(b, v.(*invocation))
			}()
			var crash *native.CrashError
			if err := v.Invoke(); !errors.As(err, &crash) || crash.Err == nil {
				t.Errorf("got %v, want a CrashError with its cause", err)
			}
		})
	}
}

// The words of a callback come back without the addresses of the host's copies.
func TestNoAddressComesBack(t *testing.T) {
	b := newForged(t)
	words, data := exchange.BackPlaces(true, 3)
	shared := b.section.words(words, 4)
	copy(shared, []uint64{0xabc, 10, 7, 0})
	lane := exchange.LaneAt(b.section.memory, true, 3)
	lane.Back = exchange.Slot{Func: 1, Words: words, NWords: 4, Buf: data, Cap: 64, NSpans: 1}
	lane.Back.Spans[0] = exchange.Span{At: 0, Offset: data + 64, Size: 10}
	b.handle = func(f *wire.Frame) {
		if got := len(f.Bytes(0)); got != 10 {
			t.Errorf("got %d bytes, want 10", got)
		}
		*f.Word(2) = 8
	}
	b.callback(lane, true, 3)
	if got, want := [4]uint64(shared), [4]uint64{0xabc, 10, 8, 0}; got != want {
		t.Errorf("got the words %#x, want %#x", got, want)
	}
	b.handle = func(f *wire.Frame) { *f.Word(0) = 9 } // a result
	b.callback(lane, true, 3)
	if got, want := shared[0], uint64(9); got != want {
		t.Errorf("got the result %d, want %d", got, want)
	}
}

// What the host's code fills goes to the plugin, and nothing beyond it, whatever the result says.
func TestFilledByHost(t *testing.T) {
	for name, test := range map[string]struct {
		result uint64
		status uint64
		want   string
	}{
		"some":           {4, wire.StatusOK, "readin"},
		"nothing":        {0, wire.StatusOK, "plugin"},
		"beyond the end": {1 << 40, wire.StatusOK, "read\x00\x00"},
		"negative":       {^uint64(0), wire.StatusOK, "plugin"},
		"a panic":        {4, wire.StatusPanic, "plugin"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newForged(t)
			words, data := exchange.BackPlaces(true, 3)
			copy(b.section.words(words, 4), []uint64{0xabc, 6, 0, 0})
			shared := b.section.piece(data+64, 6)
			copy(shared, "plugin")
			lane := exchange.LaneAt(b.section.memory, true, 3)
			lane.Back = exchange.Slot{Func: 1, Words: words, NWords: 4, Buf: data, Cap: 64, NSpans: 1}
			lane.Back.Spans[0] = exchange.Span{Offset: data + 64, Size: 6, Filled: 3}
			b.handle = func(f *wire.Frame) {
				filled := wire.BorrowSlice[byte](f, 0)
				if got := string(filled); got != strings.Repeat("\x00", 6) {
					t.Errorf("got %q in the host, want nothing of the plugin's", got)
				}
				copy(filled, "read")
				*f.Word(2), f.Status = test.result, test.status
			}
			b.callback(lane, true, 3)
			if got := string(shared); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// Callbacks whose arguments overlap do not make the host copy more than the memory has.
func TestCopiedArguments(t *testing.T) {
	b := newForged(t)
	b.copied.Store(maxCopied - 5)
	words, data := exchange.BackPlaces(true, 3)
	s := &exchange.LaneAt(b.section.memory, true, 3).Back
	*s = exchange.Slot{Func: 1, Words: words, NWords: 4, Buf: data, Cap: 64, NSpans: 1}
	s.Spans[0] = exchange.Span{At: 0, Offset: data + 64, Size: 10}
	if _, err := b.read(new(frame), s, true, 3); !errors.Is(err, errCopied) {
		t.Errorf("got %v, want that the arguments overlap", err)
	}
}

// The host counts the goroutines of the plugin that wait in it, whatever the plugin counts.
func TestCallbackLimit(t *testing.T) {
	b := newForged(t)
	b.maxCallbacks = 2
	words, data := exchange.BackPlaces(true, 0)
	lane := exchange.LaneAt(b.section.memory, true, 0)
	for _, test := range []struct {
		name    string
		op      uint64
		waiting int64
		want    uint64
	}{
		{"below the limit", 1, 1, wire.StatusOK},
		{"at the limit", 1, 2, wire.StatusRefused},
		{"a func at the limit", wire.OpInvoke, 2, wire.StatusRefused},
		{"an operation at the limit", wire.OpRelease, 2, wire.StatusOK},
	} {
		t.Run(test.name, func(t *testing.T) {
			b.waiting.Store(test.waiting)
			b.handle = func(f *wire.Frame) { f.Status = wire.StatusOK }
			lane.Back = exchange.Slot{Func: test.op, Words: words, NWords: 4, Buf: data, Cap: 1024}
			b.callback(lane, true, 0)
			if got := lane.Back.Status; got != test.want {
				t.Errorf("got status %d, want %d", got, test.want)
			}
			if got := b.waiting.Load(); got != test.waiting {
				t.Errorf("got %d that wait afterwards, want %d", got, test.waiting)
			}
		})
	}
}

// An operation waits for those that are under way, and is not lost.
func TestOperationWaits(t *testing.T) {
	b := newForged(t)
	for range cap(b.operations) {
		b.operations <- struct{}{}
	}
	got := make(chan uint64)
	go func() {
		status, _ := b.Operate(wire.OpPing, []uint64{0}, nil)
		got <- status
	}()
	b.ended.Store(true)
	select {
	case status := <-got:
		t.Errorf("got status %d while others are under way, want it to wait", status)
	default:
	}
	close(b.child.done)
	if status := <-got; status != wire.StatusGone {
		t.Errorf("got status %d after the end, want %d", status, wire.StatusGone)
	}
}
