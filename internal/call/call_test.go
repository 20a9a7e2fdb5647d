package call

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/manifest"
	"github.com/RamanSharma100/go-winplugin/internal/wire"
)

type celsius float64
type level int8

func TestScalar(t *testing.T) {
	for _, test := range []struct {
		in   any
		kind manifest.Kind
		want any // a string is the error's text
	}{
		{10, manifest.Int, 10},
		{uintptr(10), manifest.Int, 10},
		{int8(-1), manifest.Int64, int64(-1)},
		{-1, manifest.Uint, "-1 (int) overflows uint"},
		{300, manifest.Int8, "300 (int) overflows int8"},
		{127, manifest.Int8, int8(127)},
		{128, manifest.Int8, "128 (int) overflows int8"},
		{-128, manifest.Int8, int8(-128)},
		{-129, manifest.Int8, "-129 (int) overflows int8"},
		{math.MinInt64, manifest.Int64, int64(math.MinInt64)},
		{uint64(math.MaxUint64), manifest.Uint64, uint64(math.MaxUint64)},
		{uint64(math.MaxUint64), manifest.Int64, "18446744073709551615 (uint64) overflows int64"},
		{uint64(math.MaxInt64), manifest.Int, math.MaxInt64},
		{256, manifest.Uint8, "256 (int) overflows uint8"},
		{1 << 32, manifest.Uint32, "4294967296 (int) overflows uint32"},
		{level(-3), manifest.Int16, int16(-3)},
		{time.Second, manifest.Int64, int64(1e9)},
		{3.0, manifest.Int, 3},
		{-3.0, manifest.Int8, int8(-3)},
		{3.5, manifest.Int, "3.5 (float64) is not a whole number that fits int"},
		{1e300, manifest.Int, "1e+300 (float64) is not a whole number that fits int"},
		{math.NaN(), manifest.Int, "NaN (float64) is not a whole number that fits int"},
		{3, manifest.Float64, 3.0},
		{celsius(1.5), manifest.Float64, 1.5},
		{1<<53 + 1, manifest.Float64, "9007199254740993 (int) is not exactly a float64"},
		{uint64(math.MaxUint64), manifest.Float64, "18446744073709551615 (uint64) is not exactly a float64"},
		{0.5, manifest.Float32, float32(0.5)},
		{0.1, manifest.Float32, "0.1 (float64) is not exactly a float32; convert it first"},
		{float32(0.1), manifest.Float32, float32(0.1)},
		{math.Inf(-1), manifest.Float32, float32(math.Inf(-1))},
		{true, manifest.Bool, true},
		{1, manifest.Bool, "cannot use int as bool"},
		{true, manifest.Int, "cannot use bool as int"},
		{"1", manifest.Int, "cannot use string as int"},
		{"1", manifest.Float64, "cannot use string as float64"},
		{nil, manifest.Int, "nil has no value of this type"},
	} {
		w, err := Scalar(test.in, test.kind)
		got := Value(w, test.kind)
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("Scalar(%#v, %s) = %#v, want %#v", test.in, test.kind, got, test.want)
		}
	}
}

func TestScalarKeepsNaN(t *testing.T) {
	nan := math.Float64frombits(0x7ff8dead0000beef)
	if w, err := Scalar(nan, manifest.Float64); err != nil || w != 0x7ff8dead0000beef {
		t.Errorf("float64: %#x, %v", w, err)
	}
	if w, err := Scalar(math.Float32frombits(0x7fc0beef), manifest.Float32); err != nil || w != 0x7fc0beef {
		t.Errorf("float32: %#x, %v", w, err)
	}
	if w, err := Scalar(math.Copysign(0, -1), manifest.Float64); err != nil || w != 1<<63 {
		t.Errorf("-0: %#x, %v", w, err)
	}
}

func scalar(k manifest.Kind) manifest.Type { return manifest.Type{Kind: k} }

var (
	bytesType = manifest.Type{Kind: manifest.Slice, Elem: &manifest.Type{Kind: manifest.Uint8}}
	errorType = manifest.Type{Kind: manifest.Interface, Name: "error"}
)

func signature(t *testing.T, f manifest.Function) *Signature {
	t.Helper()
	s, err := NewSignature("test", 7, &f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func frame(words []uint64) *wire.Frame {
	return &wire.Frame{Words: uintptr(unsafe.Pointer(unsafe.SliceData(words))), NWords: uint64(len(words))}
}

func TestPut(t *testing.T) {
	s := signature(t, manifest.Function{Name: "F", Params: []manifest.Param{
		{Name: "n", Type: scalar(manifest.Int8)}, {Name: "s", Type: scalar(manifest.String)}, {Type: bytesType},
	}})
	if s.Words != 5 {
		t.Fatalf("the frame has %d words, want 5", s.Words)
	}
	words := make([]uint64, s.Words)
	f := frame(words)
	args := []any{-5, "text", []byte("bytes")}
	if err := s.Put(f, args); err != nil {
		t.Fatal(err)
	}
	if f.Int8(0) != -5 || f.String(1) != "text" || string(f.Bytes(3)) != "bytes" {
		t.Errorf("got %d, %q, %q", f.Int8(0), f.String(1), f.Bytes(3))
	}
	for _, test := range []struct {
		args []any
		want string
	}{
		{[]any{1, "s"}, "takes 3 arguments, got 2"},
		{[]any{300, "s", nil}, "argument 1 (n): 300 (int) overflows int8"},
		{[]any{1, 2, nil}, "argument 2 (s): cannot use int as string"},
		{[]any{1, nil, nil}, "argument 2 (s): nil has no value of this type"},
		{[]any{1, "s", "t"}, "argument 3: cannot use string as []byte"},
	} {
		err := s.Put(f, test.args)
		var se *SignatureError
		if !errors.As(err, &se) || se.Detail != test.want || !strings.Contains(err.Error(), "F(n int8, s string,") {
			t.Errorf("Put(%v) = %v, want %s", test.args, err, test.want)
		}
	}
}

func TestTake(t *testing.T) {
	s := signature(t, manifest.Function{Name: "F", Results: []manifest.Param{
		{Type: scalar(manifest.Uint16)}, {Type: scalar(manifest.String)}, {Type: bytesType}, {Type: errorType},
	}})
	data := wire.AppendFailure([]byte("abcdef"), wire.Failure{Type: "*x.E", Message: "bad"})
	fail := uint64(len(data) - 6)
	for _, test := range []struct {
		name  string
		words []uint64
		want  []any
		err   string
	}{
		{"all", []uint64{9, 0, 2, 2, 4, 6, fail}, []any{uint16(9), "ab", []byte("cdef")}, "bad"},
		{"empty", []uint64{9, 6, 0, 0, 0, wire.Nil, 0}, []any{uint16(9), "", []byte{}}, ""},
		{"nil", []uint64{9, 0, 0, wire.Nil, 0, wire.Nil, 0}, []any{uint16(9), "", []byte(nil)}, ""},
		{"beyond the end", []uint64{9, 0, 1000, 0, 0, wire.Nil, 0}, nil, "damaged"},
		{"before the start", []uint64{9, 1 << 63, 1, 0, 0, wire.Nil, 0}, nil, "damaged"},
		{"sum wraps", []uint64{9, 2, 1<<64 - 1, 0, 0, wire.Nil, 0}, nil, "damaged"},
		{"error is none", []uint64{9, 0, 0, 0, 0, 0, 3}, nil, "damaged"},
	} {
		got, err := s.Take(frame(test.words), data)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
		if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.err)
		}
	}
}

func FuzzTake(f *testing.F) {
	f.Add(uint64(0), uint64(2), uint64(1), uint64(3), []byte("abcdef"))
	f.Fuzz(func(t *testing.T, a, b, c, d uint64, data []byte) {
		s, err := NewSignature("test", 0, &manifest.Function{Name: "F", Results: []manifest.Param{{Type: bytesType}, {Type: errorType}}})
		if err != nil {
			t.Fatal(err)
		}
		results, err := s.Take(frame([]uint64{a, b, c, d}), data)
		for _, r := range results {
			if b, ok := r.([]byte); ok && len(b) > len(data) {
				t.Errorf("%d bytes came out of %d (%v)", len(b), len(data), err)
			}
		}
	})
}

func FuzzScalar(f *testing.F) {
	f.Add(int64(-1), 1.5, byte(3))
	kinds := []manifest.Kind{manifest.Int, manifest.Int8, manifest.Int16, manifest.Int32, manifest.Int64, manifest.Uint, manifest.Uint8,
		manifest.Uint16, manifest.Uint32, manifest.Uint64, manifest.Uintptr, manifest.Float32, manifest.Float64}
	f.Fuzz(func(t *testing.T, i int64, x float64, k byte) {
		kind := kinds[int(k)%len(kinds)]
		for _, v := range []any{i, uint64(i), int32(i), x, float32(x)} {
			w, err := Scalar(v, kind)
			if err != nil {
				continue
			}
			// What was accepted must come back as the very same number.
			back, err := Scalar(Value(w, kind), kindOf(v))
			again, _ := Scalar(v, kindOf(v))
			if err != nil || back != again && x == x {
				t.Errorf("%v (%T) as %s is %v, and back %#x, %v", v, v, kind, Value(w, kind), back, err)
			}
		}
	})
}

func kindOf(v any) manifest.Kind {
	switch v.(type) {
	case int64:
		return manifest.Int64
	case uint64:
		return manifest.Uint64
	case int32:
		return manifest.Int32
	case float32:
		return manifest.Float32
	}
	return manifest.Float64
}

func TestParse(t *testing.T) {
	for _, test := range []struct {
		text string
		typ  manifest.Type
		want any
	}{
		{"10", scalar(manifest.Int), int64(10)},
		{"0x1F", scalar(manifest.Uint8), uint64(31)},
		{"1_000", scalar(manifest.Int), int64(1000)},
		{"300", scalar(manifest.Int8), "300 overflows int8"},
		{"-1", scalar(manifest.Uint), `"-1" is not a number of type uint`},
		{"ten", scalar(manifest.Int), `"ten" is not a number of type int`},
		{"1e3", scalar(manifest.Float64), 1000.0},
		{"0.1", scalar(manifest.Float32), float32(0.1)},
		{"true", scalar(manifest.Bool), true},
		{"ja", scalar(manifest.Bool), `"ja" is not a bool; write true or false`},
		{"ünï", scalar(manifest.String), "ünï"},
	} {
		got, err := Parse(test.text, &test.typ)
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("Parse(%q, %s) = %#v, want %#v", test.text, test.typ, got, test.want)
		}
	}
	for text, want := range map[string]string{"plain": "plain", "base64:aGk=": "hi", "": ""} {
		if got, err := Parse(text, &bytesType); err != nil || string(got.([]byte)) != want {
			t.Errorf("Parse(%q, []byte) = %v, %v", text, got, err)
		}
	}
	if _, err := Parse("x", &errorType); err == nil {
		t.Error("an error value was parsed")
	}
}

func TestNotFound(t *testing.T) {
	m := &manifest.Manifest{Package: "calc", Functions: []manifest.Function{{Name: "Add"}, {Name: "Sub"}},
		Skipped: []manifest.Skipped{{Name: "Map", Reason: "generic"}}}
	for name, want := range map[string]string{
		"add": "plugin calc: no such function: add; did you mean Add?",
		"Mul": "plugin calc: no such function: Mul; it has Add, Sub",
		"Map": "plugin calc: no such function: Map is exported, but cannot be called: generic",
	} {
		err := NotFound(m, name)
		if !errors.Is(err, ErrNotFound) || err.Error() != want {
			t.Errorf("NotFound(%s) = %v, want %s", name, err, want)
		}
	}
}
