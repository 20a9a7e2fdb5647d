package object

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// The host keeps so much for a plugin in another process, and no more.
func TestBounds(t *testing.T) {
	const limit = 3
	for _, test := range []struct {
		name string
		set  func(*bounds)
		keep func(o *Attachment, i int) error
	}{
		{"objects", func(b *bounds) { b.objects = limit }, func(o *Attachment, i int) error {
			_, err := o.export(&store{Items: i}, grant{})
			return err
		}},
		{"returned values", func(b *bounds) { b.objects = limit }, func(o *Attachment, _ int) error {
			_, _, err := o.session.Keep(new(call.Returned), 1)
			return err
		}},
		{"results", func(b *bounds) { b.results = limit }, func(o *Attachment, _ int) error {
			_, err := o.session.Hold(nil)
			return err
		}},
		{"bytes of results", func(b *bounds) { b.bytes = limit }, func(o *Attachment, _ int) error {
			_, err := o.session.Hold([]byte{1})
			return err
		}},
		{"contexts", func(b *bounds) { b.contexts = limit }, func(o *Attachment, i int) error {
			ctx, err := o.ImportContext(wire.Ref(i+1), 0)
			kept = append(kept, ctx)
			return err
		}},
		{"channels", func(b *bounds) { b.channels = limit }, func(o *Attachment, i int) error {
			c, err := imported[<-chan int](o, &channel, wire.Ref(i+1))
			kept = append(kept, c)
			return err
		}},
		{"contexts of the host", func(b *bounds) { b.objects = limit }, func(o *Attachment, _ int) error {
			ctx, cancel := context.WithCancel(t.Context())
			t.Cleanup(cancel)
			o.ExportContext(ctx)
			return o.session.gate.operator.(*library).killed
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			kept = nil
			o, _ := newAttachmentAt(t, wire.Foreign)
			test.set(&o.session.bounds)
			for i := range limit {
				if err := test.keep(o, i); err != nil {
					t.Fatalf("number %d: got error %v, want nil", i, err)
				}
			}
			if err := test.keep(o, limit); !errors.Is(err, backend.ErrHoldsTooMuch) {
				t.Errorf("one more: got error %v, want ErrHoldsTooMuch", err)
			}
			own, _ := newAttachment(t)
			test.set(&own.session.bounds)
			for i := range 2 * limit {
				if err := test.keep(own, i); err != nil {
					t.Fatalf("in this process: got error %v, want nil", err)
				}
			}
			runtime.KeepAlive(kept)
		})
	}
}

// kept keeps what is imported from being collected.
var kept []any

// An operation whose list has another length than it says, or that is too large, is refused.
func TestDamagedOperations(t *testing.T) {
	o, _ := newAttachmentAt(t, wire.Foreign)
	o.SetLog(slog.NewTextHandler(io.Discard, nil))
	ref := exported(t, o, &named, new(store))
	list := []wire.Release{{Handle: ref, Count: 1}}
	for _, test := range []struct {
		name       string
		op, n      uint64
		at         int // the word with the address
		size, want uint64
	}{
		{"more releases than there are", wire.OpRelease, 2, 0, 16, wire.StatusRefused},
		{"endless releases", wire.OpRelease, 1 << 62, 0, 16, wire.StatusRefused},
		{"half a release", wire.OpRelease, 1, 0, 24, wire.StatusRefused},
		{"releases without a list", wire.OpRelease, 1, 0, 0, wire.StatusRefused},
		{"environment beyond its end", wire.OpEnviron, 17, 1, 16, wire.StatusRefused},
		{"record beyond its end", wire.OpLog, 17, 0, 16, wire.StatusRefused},
		{"record that is none", wire.OpLog, 16, 0, 16, wire.StatusRefused},
		{"value beyond its end", wire.OpWritten, 17, 1, 16, wire.StatusRefused},
		{"one release", wire.OpRelease, 1, 0, 16, wire.StatusOK},
	} {
		t.Run(test.name, func(t *testing.T) {
			words := onHeap(make([]uint64, 16))
			buffer := make([]byte, 512)
			f := &wire.Frame{
				Func: test.op, Session: o.session.number, Words: uintptr(unsafe.Pointer(unsafe.SliceData(words))), NWords: 8,
				Buf: uintptr(unsafe.Pointer(unsafe.SliceData(buffer))), Cap: uint64(len(buffer)),
			}
			words[0] = uint64(ref)
			f.SetArgument(test.at, unsafe.Pointer(unsafe.SliceData(list)), int(test.n))
			words[8+test.at] = test.size
			if test.op == wire.OpWritten {
				o.session.grant(ref, grant{pointer: true})
			}
			Handle(f)
			runtime.KeepAlive(list)
			if f.Status != test.want {
				t.Errorf("got status %d, want %d", f.Status, test.want)
			}
		})
	}
	if n := o.session.Exported(); n != 0 {
		t.Errorf("got %d objects after the release, want 0", n)
	}
}

// A panic in a callback tells another process no address.
func TestPanicHasNoAddress(t *testing.T) {
	o, _ := newAttachmentAt(t, wire.Foreign)
	ref := exported(t, o, &fnType, func(n int) int { panic("it fails") })
	words := onHeap(append([]uint64{uint64(ref | wire.Owner), 1}, 0, 0))
	buffer := make([]byte, 64<<10)
	f := &wire.Frame{
		Session: o.session.number, Words: uintptr(unsafe.Pointer(unsafe.SliceData(words))), NWords: 2,
		Buf: uintptr(unsafe.Pointer(unsafe.SliceData(buffer))), Cap: uint64(len(buffer)),
	}
	Handle(f)
	runtime.KeepAlive(words)
	failure, err := wire.DecodeFailure(buffer[:f.Len])
	if err != nil || f.Status != wire.StatusPanic || !strings.Contains(failure.Stack, "bounds_test.go") {
		t.Fatalf("got status %d, %v, error %v, want a panic with its stack", f.Status, failure, err)
	}
	if strings.Contains(failure.Stack, "0xc0") || strings.Contains(failure.Stack, "+0x1") {
		t.Errorf("got the stack %s, want it without addresses", failure.Stack)
	}
}
