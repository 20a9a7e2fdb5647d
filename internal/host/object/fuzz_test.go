package object

import (
	"io"
	"log/slog"
	"runtime"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// FuzzCallbacks lets a plugin call the host with anything: any function or operation, any
// object, any words, any message as an argument. Each call gets a status.
func FuzzCallbacks(f *testing.F) {
	o, _ := newAttachment(f)
	value := exported(f, o, &fnType, func(n int) int { return n + 1 })
	add := message(f, o, func(n int, v any) any { return v })
	f.Add(uint64(0), uint64(value|wire.Owner), uint64(3), []byte{})
	f.Add(wire.OpInvoke, uint64(value|wire.Owner), uint64(1), message(f, o, 3))
	for op := wire.OpPing; op <= wire.OpBatch+1; op++ {
		f.Add(op, uint64(value), uint64(2), add)
	}
	f.Fuzz(func(t *testing.T, op, ref, words uint64, argument []byte) {
		if op == wire.OpRelease {
			return // its words are the address of a list, which only memory can answer for
		}
		list := make([]uint64, 1+words%16)
		buffer := make([]byte, 256)
		call := &wire.Frame{
			Func: op, Session: o.session.number,
			Words: uintptr(unsafe.Pointer(unsafe.SliceData(list))), NWords: uint64(len(list)),
			Buf: uintptr(unsafe.Pointer(unsafe.SliceData(buffer))), Cap: uint64(len(buffer)),
		}
		list[0] = ref
		for at := 1; at+1 < len(list); at += 2 {
			call.SetArgument(at, unsafe.Pointer(unsafe.SliceData(argument)), len(argument))
		}
		if op == wire.OpLog {
			if len(list) < 2 {
				return
			}
			call.SetArgument(0, unsafe.Pointer(unsafe.SliceData(argument)), len(argument))
		}
		Handle(call)
		runtime.KeepAlive(list)
		runtime.KeepAlive(buffer)
		if call.Status == 0 || call.Status > wire.StatusTooLarge {
			t.Errorf("operation %d: got status %d, want one of those there are", op, call.Status)
		}
		if call.Held == 0 && call.Len > call.Cap {
			t.Errorf("operation %d: got %d bytes in a buffer of %d, want a ticket", op, call.Len, call.Cap)
		}
	})
}

// FuzzLogRecords gives the host records of a plugin's log that may be damaged.
func FuzzLogRecords(f *testing.F) {
	o, _ := newAttachment(f)
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
