package object

import (
	"context"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A store is a value of the host with a method that the plugin must not call.
type store struct{ Items int }

func (s *store) Size(n int) int   { return n + s.Items }
func (s *store) Delete(n int) int { s.Items -= n; return s.Items }

type sizer interface{ Size(int) int }

// calling is what a plugin asks for: a callback, or an operation with a message.
type calling struct {
	name  string
	words []uint64
	op    uint64
	text  string // of a message in words 1 and 2, or 2 and 3 for OpEncode
}

// A plugin in another process does with a value what the value was passed as, and nothing else. One
// in this process may do everything that its manifest lists.
func TestGrants(t *testing.T) {
	size, remove := calling{name: "Size", op: 1}, calling{name: "Delete", op: 2}
	invoke := calling{name: "invoke", op: wire.OpInvoke, text: "int"}
	written := calling{name: "write", op: wire.OpWritten, text: "store"}
	encoded := calling{name: "encode", op: wire.OpEncode, words: []uint64{wire.EncodeJSON}, text: "bytes"}
	decoded := calling{name: "decode", op: wire.OpEncode, words: []uint64{wire.DecodeJSON}, text: "bytes"}
	base := calling{name: "base", op: wire.OpBase}
	all := []calling{size, remove, invoke, written, encoded, decoded, base, {name: "call", op: 0}}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, test := range []struct {
		name    string
		export  func(o *Attachment) (wire.Ref, error)
		allowed string
	}{
		{"interface of the host", func(o *Attachment) (wire.Ref, error) {
			return exported[sizer](t, o, &named, new(store)), nil
		}, "Size"},
		{"object for an interface of the plugin", func(o *Attachment) (wire.Ref, error) {
			return exported(t, o, &named, new(store)), nil
		}, "Size"},
		{"func", func(o *Attachment) (wire.Ref, error) {
			return exported(t, o, &fnType, func(n int) int { return n }), nil
		}, "invoke call"},
		{"pointer in an any", func(o *Attachment) (wire.Ref, error) {
			c, err := codec.For(reflect.TypeFor[store]())
			if err != nil {
				return 0, err
			}
			return o.PutPaired(c, unsafe.Pointer(new(store)))
		}, "write"},
		{"value in an any", func(o *Attachment) (wire.Ref, error) {
			ref, _, err := o.Export(new(store))
			return ref, err
		}, ""},
		{"context", func(o *Attachment) (wire.Ref, error) {
			ref, _ := o.ExportContext(ctx)
			return ref, nil
		}, "base"},
		{"what the host has returned", func(o *Attachment) (wire.Ref, error) {
			ref, _, err := o.session.Keep(new(call.Returned), 1)
			return ref, err
		}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			o, _ := newAttachmentAt(t, wire.Foreign)
			ref, err := test.export(o)
			if err != nil || ref == 0 {
				t.Fatalf("got the handle %d, error %v", ref, err)
			}
			for _, c := range all {
				status, text := c.make(t, o, ref|wire.Owner)
				if got, want := status == wire.StatusOK, strings.Contains(test.allowed, c.name); got != want {
					t.Errorf("%s: got status %d (%s), want it allowed: %t", c.name, status, text, want)
				}
			}
		})
	}
	t.Run("in this process", func(t *testing.T) {
		o, _ := newAttachment(t)
		ref := exported(t, o, &named, new(store))
		if status, text := remove.make(t, o, ref|wire.Owner); status != wire.StatusOK {
			t.Errorf("got status %d (%s), want OK", status, text)
		}
	})
}

// make makes the callback as a plugin in another process does.
func (c *calling) make(t *testing.T, o *Attachment, ref wire.Ref) (status uint64, text string) {
	t.Helper()
	var b []byte
	switch c.text {
	case "int":
		b = encodedAs(t, o, 1)
	case "store":
		b = encodedAs(t, o, store{Items: 1})
	case "bytes":
		var e wire.Encoder
		wire.PutFixed(&e, []byte(`{"Items":1}`))
		b = e.Bytes()
	}
	words := append([]uint64{uint64(ref)}, c.words...)
	at := len(words)
	for len(words) < 8 {
		words = append(words, 0)
	}
	words = onHeap(append(words, make([]uint64, len(words))...))
	buffer := make([]byte, 1024)
	f := &wire.Frame{
		Func: c.op, Session: o.session.number, Words: uintptr(unsafe.Pointer(unsafe.SliceData(words))), NWords: 8,
		Buf: uintptr(unsafe.Pointer(unsafe.SliceData(buffer))), Cap: uint64(len(buffer)),
	}
	if b != nil {
		f.SetArgument(at, unsafe.Pointer(unsafe.SliceData(b)), len(b))
		words[8+at] = uint64(len(b))
	}
	Handle(f)
	runtime.KeepAlive(words)
	runtime.KeepAlive(b)
	if f.Status != wire.StatusOK {
		failure, _ := wire.DecodeFailure(buffer[:min(f.Len, f.Cap)])
		return f.Status, failure.Message
	}
	if c.op == wire.OpEncode && len(buffer[:f.Len]) > 0 {
		if err := codec.TakeError(decoder(o, buffer[*f.Word(2):*f.Word(2)+*f.Word(3)])); *f.Word(2) != wire.Nil && err != nil {
			return wire.StatusRefused, err.Error()
		}
	}
	return f.Status, ""
}

func decoder(o *Attachment, b []byte) *wire.Decoder {
	d := &wire.Decoder{Scope: o.scope}
	d.Reset(b)
	return d
}

// encodedAs encodes a value whose type the other side knows.
func encodedAs[T any](t testing.TB, o *Attachment, v T) []byte {
	t.Helper()
	c, err := codec.For(reflect.TypeFor[T]())
	if err != nil {
		t.Fatal(err)
	}
	e := &wire.Encoder{Scope: o.scope}
	if err := codec.Marshal(c, e, unsafe.Pointer(&v)); err != nil {
		t.Fatal(err)
	}
	return e.Bytes()
}
