package native

import (
	"errors"
	"strings"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

func TestHandleCallback(t *testing.T) {
	for _, test := range []struct {
		name    string
		handler func(*wire.Frame)
		buffer  int
		status  uint64
		want    wire.Failure // but for the stack
	}{
		{name: "no handler", status: wire.StatusBadOp},
		{name: "handled", handler: func(f *wire.Frame) { f.Status = wire.StatusOK }, status: wire.StatusOK},
		{name: "the handler knows no such operation", handler: func(*wire.Frame) {}, status: wire.StatusBadOp},
		{name: "panic with a text", handler: func(*wire.Frame) { panic("boom") }, buffer: 4096, status: wire.StatusPanic, want: wire.Failure{Type: "string", Message: "boom"}},
		{name: "panic with an error", handler: func(*wire.Frame) { panic(errors.New("boom")) }, buffer: 4096, status: wire.StatusPanic, want: wire.Failure{Type: "*errors.errorString", Message: "boom"}},
		{name: "panic, and no buffer", handler: func(f *wire.Frame) { f.Len, f.Held = 5, 6; panic("boom") }, status: wire.StatusPanic},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := SetHandler(test.handler)
			defer SetHandler(before)
			buffer := make([]byte, test.buffer+1)
			f := &wire.Frame{Buf: uintptr(unsafe.Pointer(&buffer[0])), Cap: uint64(test.buffer)}
			handleCallback(unsafe.Pointer(f))
			if uint64(f.Status) != test.status {
				t.Errorf("got status %d, want %d", f.Status, test.status)
			}
			if f.Held != 0 {
				t.Errorf("got results held under %d, want none", f.Held)
			}
			if test.buffer == 0 {
				if f.Len != 0 {
					t.Errorf("got %d bytes, want none", f.Len)
				}
				return
			}
			got, err := wire.DecodeFailure(buffer[:f.Len])
			if err != nil || got.Type != test.want.Type || got.Message != test.want.Message || !strings.Contains(got.Stack, "TestHandleCallback") {
				t.Errorf("got failure %+.60v, %v, want %+v with the handler's stack", got, err, test.want)
			}
		})
	}
}

func TestSetHandlerReturnsTheOneBefore(t *testing.T) {
	calls := 0
	before := SetHandler(func(*wire.Frame) { calls++ })
	if got := SetHandler(before); got == nil {
		t.Error("got no handler, want the one that was set")
	} else if got(nil); calls != 1 {
		t.Errorf("got another handler, want the one that was set")
	}
}

// The callbacks of a library that has been unloaded are no longer counted.
func TestUncountCallbacks(t *testing.T) {
	before := processCallbacks.Count.Load()
	l := &Library{callbacks: &wire.CallbackCount{Process: &processCallbacks}}
	l.callbacks.Counted.Add(3)
	processCallbacks.Count.Add(3)
	l.uncountCallbacks()
	if got := processCallbacks.Count.Load(); got != before {
		t.Errorf("got %d callbacks of all libraries, want %d", got, before)
	}
}
