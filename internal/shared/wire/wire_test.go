package wire

import (
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

// The layout is the contract with the bridge's C and with libraries that are built
// already: another layout needs another abi.Version.
func TestFrameLayout(t *testing.T) {
	got := map[string]uintptr{
		"Frame":                unsafe.Sizeof(Frame{}),
		"Frame.Words":          unsafe.Offsetof(Frame{}.Words),
		"Frame.Held":           unsafe.Offsetof(Frame{}.Held),
		"Frame.Session":        unsafe.Offsetof(Frame{}.Session),
		"Frame.PreemptPending": unsafe.Offsetof(Frame{}.PreemptPending),
	}
	want := map[string]uintptr{"Frame": 80, "Frame.Words": 16, "Frame.Held": 56, "Frame.Session": 64, "Frame.PreemptPending": 72}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("layout (-want +got):\n%s", diff)
	}
}

func newFrame(n int) (*Frame, []uint64) {
	words := make([]uint64, n)
	return &Frame{Words: uintptr(unsafe.Pointer(unsafe.SliceData(words))), NWords: uint64(n)}, words
}

func TestScalarsKeepTheirBits(t *testing.T) {
	f, words := newFrame(1)
	check := func(name string, set func(), same func() bool) {
		t.Helper()
		words[0] = 0xA5A5A5A5A5A5A5A5
		set()
		if !same() {
			t.Errorf("%s: got another value of the word %#x, want the same", name, words[0])
		}
	}
	for _, v := range []int64{0, 1, -1, math.MinInt64, math.MaxInt64, math.MinInt32, math.MinInt16, math.MinInt8} {
		check("int", func() { f.SetInt(0, int(v)) }, func() bool { return f.Int(0) == int(v) })
		check("int8", func() { f.SetInt8(0, int8(v)) }, func() bool { return f.Int8(0) == int8(v) })
		check("int16", func() { f.SetInt16(0, int16(v)) }, func() bool { return f.Int16(0) == int16(v) })
		check("int32", func() { f.SetInt32(0, int32(v)) }, func() bool { return f.Int32(0) == int32(v) })
		check("int64", func() { f.SetInt64(0, v) }, func() bool { return f.Int64(0) == v })
		check("uint", func() { f.SetUint(0, uint(v)) }, func() bool { return f.Uint(0) == uint(v) })
		check("uint8", func() { f.SetUint8(0, uint8(v)) }, func() bool { return f.Uint8(0) == uint8(v) })
		check("uint16", func() { f.SetUint16(0, uint16(v)) }, func() bool { return f.Uint16(0) == uint16(v) })
		check("uint32", func() { f.SetUint32(0, uint32(v)) }, func() bool { return f.Uint32(0) == uint32(v) })
		check("uint64", func() { f.SetUint64(0, uint64(v)) }, func() bool { return f.Uint64(0) == uint64(v) })
		check("uintptr", func() { f.SetUintptr(0, uintptr(v)) }, func() bool { return f.Uintptr(0) == uintptr(v) })
		check("float64", func() { f.SetFloat64(0, math.Float64frombits(uint64(v))) },
			func() bool { return math.Float64bits(f.Float64(0)) == uint64(v) })
		check("float32", func() { f.SetFloat32(0, math.Float32frombits(uint32(v))) },
			func() bool { return math.Float32bits(f.Float32(0)) == uint32(v) })
	}
	for _, v := range []bool{true, false} {
		check("bool", func() { f.SetBool(0, v) }, func() bool { return f.Bool(0) == v })
	}
}

func TestArgumentsAreCopied(t *testing.T) {
	f, _ := newFrame(2)
	src := []byte("hello\x00\xff")
	f.SetArgument(0, unsafe.Pointer(unsafe.SliceData(src)), len(src))
	s, b := f.String(0), f.Bytes(0)
	for i := range src {
		src[i] = 'x'
	}
	runtime.KeepAlive(src)
	if s != "hello\x00\xff" || string(b) != s {
		t.Errorf("got %q and %q, want the same text twice", s, b)
	}
	f.SetArgument(0, unsafe.Pointer(unsafe.SliceData([]byte{})), 0)
	if b := f.Bytes(0); b == nil || len(b) != 0 {
		t.Errorf("an empty slice: got %#v, want one that is not nil", b)
	}
	f.SetNil(0)
	if b := f.Bytes(0); b != nil {
		t.Errorf("got %#v, want nil", b)
	}
}

func TestFailure(t *testing.T) {
	for name, v := range map[string]Failure{
		"empty": {},
		"full":  {Type: "*errors.errorString", Message: "böse\x00\xff", Stack: "goroutine 1", Value: "\x00\x01", Number: 300},
	} {
		t.Run(name, func(t *testing.T) {
			b := AppendFailure(nil, v)
			got, err := DecodeFailure(b)
			if err != nil || got != v {
				t.Errorf("got %+v, %v, want %+v", got, err, v)
			}
			for i := range b {
				if _, err := DecodeFailure(b[:i]); !errors.Is(err, ErrDamaged) {
					t.Errorf("cut to %d of %d bytes: got error %v, want ErrDamaged", i, len(b), err)
				}
			}
			if _, err := DecodeFailure(append(b, 0)); !errors.Is(err, ErrDamaged) {
				t.Errorf("with a byte too many: got %v, want %v", err, ErrDamaged)
			}
		})
	}
}

// A value that does not fit is left out, and cuts nothing of the texts.
func TestFailureFitsWithoutValue(t *testing.T) {
	texts := Failure{Type: "string", Message: "no such thing", Stack: "goroutine 1"}
	whole := texts
	whole.Value = strings.Repeat("v", 100)
	for _, test := range []struct {
		name string
		size int
		want Failure
	}{
		{"all", 1000, whole},
		{"no value", 100, texts},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := FitFailure(whole, test.size)
			if got, err := DecodeFailure(b); err != nil || got != test.want || len(b) > test.size {
				t.Errorf("got %+v in %d bytes, error %v, want %+v in at most %d", got, len(b), err, test.want, test.size)
			}
		})
	}
}

func FuzzDecodeFailure(f *testing.F) {
	f.Add(AppendFailure(nil, Failure{Type: "a", Message: "b", Stack: "c", Value: "d", Number: 5}))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, b []byte) {
		v, err := DecodeFailure(b)
		if err != nil {
			return
		}
		again, err := DecodeFailure(AppendFailure(nil, v))
		if err != nil || again != v {
			t.Errorf("%q: got %+v back, error %v, want %+v", b, again, err, v)
		}
		if total := len(v.Type) + len(v.Message) + len(v.Stack) + len(v.Value); total > len(b) {
			t.Errorf("got %d bytes of %d, want no more", total, len(b))
		}
	})
}
