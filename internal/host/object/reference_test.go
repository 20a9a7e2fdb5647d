package object

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend/fake"
	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// message encodes v as an any.
func message(t testing.TB, o *Attachment, v any) []byte {
	t.Helper()
	return encodedAs(t, o, v)
}

// decoded decodes an any.
func decoded(o *Attachment, b []byte) (v any, err error) {
	c, err := codec.For(reflect.TypeFor[any]())
	if err != nil {
		return nil, err
	}
	return v, codec.Unmarshal(c, b, o.scope, unsafe.Pointer(&v))
}

// sent is what a plugin sends for an object.
func sent(text string, ref wire.Ref) []byte {
	e := new(wire.Encoder)
	e.PutUint8(25)
	e.PutString(text)
	e.PutRef(ref)
	return e.Bytes()
}

type hidden struct{ n int }

func TestDynamic(t *testing.T) {
	o, l := newAttachment(t)
	v, err := decoded(o, sent("*p.T", 7))
	if err != nil {
		t.Fatal(err)
	}
	got := v.(*Object)
	if got.Type() != "*p.T" || !reflect.DeepEqual(message(t, o, got), sent("", 7|wire.Owner)) {
		t.Errorf("got type %s and message %x, want *p.T and the owner's reference", got.Type(), message(t, o, got))
	}
	l.Run = func(v *fake.Invocation) error {
		v.Frame().SetInt(0, v.Frame().Int(1)+1)
		return nil
	}
	if results, err := got.Call(context.Background(), "Add", 4); err != nil || results[0] != 5 {
		t.Errorf("Add: got %v, %v, want 5, nil", results, err)
	}
	other, _ := newAttachment(t)
	c, _ := codec.For(reflect.TypeFor[any]())
	if b := message(t, other, got); b[0] != 27 || other.session.Exported() != 1 {
		t.Errorf("to another plugin: got message %x and %d exported objects, want a pointer of the host's and 1", b, other.session.Exported())
	}
	if unknown, err := decoded(o, sent("*p.hidden", 8)); err != nil {
		t.Error(err)
	} else if _, err := unknown.(*Object).Call(context.Background(), "Add", 1); !errors.Is(err, call.ErrNotFound) {
		t.Error(err)
	}

	own := make(chan int)
	if b := message(t, o, own); !reflect.DeepEqual(b, sent("chan int", 1)) {
		t.Errorf("got %x, want a reference to a chan int", b)
	}
	for _, wrapped := range []any{own, o.Wrap(own)} {
		t.Run(fmt.Sprintf("%T", wrapped), func(t *testing.T) {
			message(t, o, wrapped)
			if back, err := decoded(o, sent("", 1|wire.Owner)); err != nil || back != any(own) {
				t.Errorf("got %v, %v, want the host's channel", back, err)
			}
		})
	}
	if _, err := decoded(o, sent("", 99|wire.Owner)); err == nil {
		t.Error("a made-up object: got no error, want one")
	}
	got.Close()
	gone := any(got)
	if err := codec.Marshal(c, &wire.Encoder{Scope: o.scope}, unsafe.Pointer(&gone)); err == nil || !strings.Contains(err.Error(), "released") {
		t.Errorf("after Close: got error %v, want that it was released", err)
	}
}

// A func of the plugin's that is in no manifest.
func TestDynamicFunc(t *testing.T) {
	o, l := newAttachment(t)
	e := new(wire.Encoder)
	e.PutUint8(1)
	e.PutString("func(context.Context,int)(int)")
	e.PutRef(9)
	v, err := decoded(o, e.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	l.Run = func(v *fake.Invocation) error {
		f := v.Frame()
		if f.Ref(0) != 9|wire.Owner || f.Func != wire.OpInvoke || f.Ref(1) != 0 {
			t.Errorf("got %#x %#x %#x, want the func 9, OpInvoke and no context", f.Ref(0), f.Func, f.Ref(1))
		}
		v.SetResult(0, f.Message(3))
		return nil
	}
	if n := v.(func(context.Context, int) int)(context.Background(), 6); n != 6 {
		t.Errorf("got %d, want the plugin's result", n)
	}
	if b := message(t, o, v); !reflect.DeepEqual(b, sent("", 9|wire.Owner)) {
		t.Errorf("got %x, want the owner's reference to 9", b)
	}
}

// The plugin calls a func of the host's that is in no manifest.
func TestInvoke(t *testing.T) {
	o, _ := newAttachment(t)
	message(t, o, func(s string, n ...int) (string, error) {
		if len(n) == 0 {
			return "", errors.New("none")
		}
		return fmt.Sprint(s, n), nil
	})
	message(t, o, &hidden{})
	invoke := func(ref wire.Ref, args ...[]byte) (*wire.Frame, []byte) {
		n := max(1+2*len(args), 2*(2+len(args))) // two results, and the changed arguments
		words := onHeap(make([]uint64, n+16))
		buffer := unsafe.Slice((*byte)(unsafe.Pointer(&words[n])), 8*16)
		f := &wire.Frame{Func: wire.OpInvoke, Session: o.session.number, Words: uintptr(unsafe.Pointer(&words[0])), NWords: uint64(n),
			Buf: uintptr(unsafe.Pointer(&buffer[0])), Cap: uint64(len(buffer))}
		f.SetRef(0, ref)
		for i, a := range args {
			f.SetArgument(1+2*i, unsafe.Pointer(unsafe.SliceData(a)), len(a))
		}
		Handle(f)
		runtime.KeepAlive(words)
		runtime.KeepAlive(args)
		return f, buffer
	}
	text, list := new(wire.Encoder), new(wire.Encoder)
	text.PutString("n: ")
	wire.PutFixed(list, []int{1, 2})
	f, b := invoke(1, text.Bytes(), list.Bytes())
	if f.Status != wire.StatusOK || f.Uint64(2) != wire.Nil || string(b[f.Int(0)+17:][:f.Int(1)-17]) != "n: [1 2]" {
		t.Errorf("got status %d, %q, want OK and n: [1 2]", f.Status, b[:f.Len])
	}
	if f, _ := invoke(1, text.Bytes(), []byte{0}); f.Status != wire.StatusOK || f.Uint64(2) == wire.Nil {
		t.Errorf("got status %d, want OK with an error", f.Status)
	}
	for name, test := range map[string]struct {
		ref    wire.Ref
		args   [][]byte
		status uint64
		text   string
	}{
		"a struct":  {2, nil, wire.StatusRefused, "is no func"},
		"unknown":   {3, nil, wire.StatusGone, ""},
		"too few":   {1, [][]byte{{0}}, wire.StatusBadOp, ""},
		"cut off":   {1, [][]byte{{5}, {0}}, wire.StatusRefused, "argument 1"},
		"too large": {1, [][]byte{{0}, {0xff, 0xff, 0xff, 0xff, 0x0f}}, wire.StatusRefused, "argument 2"},
	} {
		t.Run(name, func(t *testing.T) {
			f, b := invoke(test.ref, test.args...)
			if f.Status != test.status || !strings.Contains(string(b[:f.Len]), test.text) {
				t.Errorf("%s: got status %d, %q, want %d, %q", name, f.Status, b[:f.Len], test.status, test.text)
			}
		})
	}
}
