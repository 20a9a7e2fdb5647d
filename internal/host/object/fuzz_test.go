package object

import (
	"io"
	"log/slog"
	"runtime"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// These are what a plugin in another process sends to the host: package process passes on frames of
// its own, whose words may have any value.

// A forgery is a frame of such a plugin.
type forgery struct {
	frame  wire.Frame
	words  [16]uint64
	sizes  [16]uint64 // of the bytes at the address in the word of the same index
	buffer [512]byte
}

// forge returns a frame with 8 words. In the words at and at+1 are the address of b and n.
func forge(o *Attachment, op, ref uint64, at int, b []byte, n uint64) *forgery {
	g := new(forgery)
	words := (*[16]uint64)(unsafe.Pointer(&g.words))
	words[0] = ref
	if b != nil {
		words[at], words[at+1], words[8+at] = uint64(uintptr(unsafe.Pointer(unsafe.SliceData(b)))), n, uint64(len(b))
	}
	g.frame = wire.Frame{
		Func: op, Session: o.session.number, Words: uintptr(unsafe.Pointer(words)), NWords: 8,
		Buf: uintptr(unsafe.Pointer(&g.buffer)), Cap: uint64(len(g.buffer)),
	}
	return g
}

// handle makes the host handle the frame, whose bytes are those of b.
func (g *forgery) handle(t *testing.T, b []byte) {
	Handle(&g.frame)
	runtime.KeepAlive(g)
	runtime.KeepAlive(b)
	f := &g.frame
	if f.Status == 0 || f.Status > wire.StatusTooLarge {
		t.Errorf("operation %d: got status %d, want one of those there are", f.Func, f.Status)
	}
	if f.Held == 0 && f.Len > f.Cap {
		t.Errorf("operation %d: got %d bytes in a buffer of %d, want a ticket", f.Func, f.Len, f.Cap)
	}
}

// FuzzCallbacks calls the host with any function or operation, any object, and any message as
// an argument.
func FuzzCallbacks(f *testing.F) {
	o, _ := newAttachmentAt(f, wire.Foreign)
	value := exported(f, o, &fnType, func(n int) int { return n + 1 })
	size := exported[sizer](f, o, &named, new(store))
	_, pointer := message(f, o, new(store)), wire.Ref(3)
	add := message(f, o, func(n int, v any) any { return v })
	f.Add(uint64(0), uint64(value|wire.Owner), byte(1), []byte{})
	f.Add(wire.OpInvoke, uint64(value|wire.Owner), byte(1), message(f, o, 3))
	f.Add(wire.OpWritten, uint64(pointer|wire.Owner), byte(1), message(f, o, store{}))
	for op := wire.OpPing; op <= wire.OpEnviron; op++ {
		f.Add(op, uint64(value), byte(2), add)
		f.Add(op, uint64(size), byte(3), add)
	}
	f.Fuzz(func(t *testing.T, op, ref uint64, at byte, argument []byte) {
		if op == wire.OpEnviron {
			return // it would change the environment of the test
		}
		forge(o, op, ref, int(at%7), argument, uint64(len(argument))).handle(t, argument)
		if o.session.Exported() < 3 { // they were released
			exported(t, o, &fnType, func(n int) int { return n + 1 })
			exported[sizer](t, o, &named, new(store))
		}
	})
}

// FuzzReleases releases anything. What the plugin has no reference to stays.
func FuzzReleases(f *testing.F) {
	o, _ := newAttachmentAt(f, wire.Foreign)
	ref := exported[sizer](f, o, &named, new(store))
	f.Add([]byte{byte(ref), 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}, uint64(1))
	f.Add(make([]byte, 32), uint64(2))
	f.Add(make([]byte, 24), uint64(1))
	f.Fuzz(func(t *testing.T, list []byte, n uint64) {
		aligned := make([]uint64, len(list)/8+1) // as package process aligns its copies
		b := unsafe.Slice((*byte)(unsafe.Pointer(&aligned[0])), 8*len(aligned))[:len(list)]
		copy(b, list)
		g := forge(o, wire.OpRelease, 0, 0, b, n)
		g.handle(t, b)
		whole := len(list)%16 == 0 && n <= uint64(len(list)/16)
		if ok := g.frame.Status == wire.StatusOK; ok != whole {
			t.Errorf("got status %d for %d releases in %d bytes", g.frame.Status, n, len(list))
		}
		if o.session.Exported() == 0 {
			exported[sizer](t, o, &named, new(store))
		}
	})
}

// FuzzStreams sends anything to channels of the host, receives from them, and closes them, in any
// order.
func FuzzStreams(f *testing.F) {
	o, _ := newAttachmentAt(f, wire.Foreign)
	f.Add([]byte{0, 1, 2}, encodedAs(f, o, []int{1, 2}))
	f.Add([]byte{1, 1, 1, 0, 0}, []byte{2, 2})
	f.Fuzz(func(t *testing.T, do, values []byte) {
		c := make(chan int, 4)
		ref := exported(t, o, &both, c)
		owner := uint64(ref | wire.Owner)
		for _, what := range do[:min(len(do), 16)] {
			switch what % 6 {
			case 0:
				forge(o, 3, owner, 1, values, uint64(len(values))).handle(t, values) // sendMany
			case 1:
				forge(o, 4, owner, 1, nil, 0).handle(t, nil) // recvMany
			case 2:
				forge(o, 5, owner, 1, nil, 0).handle(t, nil) // close
			case 3:
				forge(o, wire.OpWake, uint64(ref), 1, nil, 0).handle(t, nil)
			case 4:
				select {
				case <-c:
				default:
				}
			case 5:
				forge(o, 0, owner, 1, nil, 0).handle(t, nil) // a call of a func
			}
		}
		o.Release(ref)
	})
}

// FuzzLogRecords gives the host records of a plugin's log that may be damaged.
func FuzzLogRecords(f *testing.F) {
	o, _ := newAttachmentAt(f, wire.Foreign)
	o.SetLog(slog.NewTextHandler(io.Discard, nil))
	var e wire.Encoder
	e.PutUint64(1)
	e.PutUint32(2)
	e.PutUint8(0)
	e.PutUint64(uint64(slog.LevelInfo))
	e.PutString("text")
	e.PutUvarint(1)
	e.PutString("key")
	e.PutBool(true)
	e.PutUvarint(0)
	f.Add(e.Bytes())
	f.Fuzz(func(t *testing.T, record []byte) {
		if got := o.session.log(record); got != wire.StatusOK && got != wire.StatusRefused {
			t.Errorf("got status %d, want %d or %d", got, wire.StatusOK, wire.StatusRefused)
		}
	})
}
