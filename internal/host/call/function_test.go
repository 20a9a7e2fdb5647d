package call

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/backend/fake"
	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

var (
	bytesOf = manifest.Type{Kind: manifest.Slice, Elem: &manifest.Type{Kind: manifest.Uint8}}
	errorOf = manifest.Type{Kind: manifest.Interface, Name: "error"}
)

func scalar(k manifest.Kind) manifest.Type { return manifest.Type{Kind: k} }

// answered returns a backend that answers invocations by run.
func answered(run func(*fake.Invocation)) *fake.Backend {
	return &fake.Backend{Run: func(v *fake.Invocation) error {
		run(v)
		return nil
	}}
}

func exportsOf(t testing.TB, b backend.Backend, m *manifest.Manifest) *Exports {
	t.Helper()
	e, err := NewExports(m)
	if err != nil {
		t.Fatal(err)
	}
	e.SetBackend(b)
	return e
}

func exports(t testing.TB, b backend.Backend, f manifest.Function) *Exports {
	t.Helper()
	return exportsOf(t, b, &manifest.Manifest{Package: "test", Functions: []manifest.Function{f}})
}

func TestArguments(t *testing.T) {
	seen := func(v *fake.Invocation) {
		f := v.Frame()
		if f.Int8(0) != -5 || f.String(1) != "text" || string(f.Bytes(3)) != "bytes" {
			t.Errorf("got %d, %q, %q, want -5, text, bytes", f.Int8(0), f.String(1), f.Bytes(3))
		}
	}
	e := exports(t, answered(seen), manifest.Function{Name: "F", Params: []manifest.Param{
		{Name: "n", Type: scalar(manifest.Int8)}, {Name: "s", Type: scalar(manifest.String)}, {Type: bytesOf},
	}})
	if s, _ := e.Lookup("F"); s.Words != 5 {
		t.Fatalf("the frame has %d words, want 5", s.Words)
	}
	if _, err := e.Call(context.Background(), "F", []any{-5, "text", []byte("bytes")}); err != nil {
		t.Fatal(err)
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
		t.Run(test.want, func(t *testing.T) {
			_, err := e.Call(context.Background(), "F", test.args)
			var se *SignatureError
			if !errors.As(err, &se) || se.Detail != test.want || !strings.Contains(err.Error(), "F(n int8, s string,") {
				t.Errorf("Call(%v) = %v, want %s", test.args, err, test.want)
			}
		})
	}
}

// Arguments of a variadic parameter come one by one, or as a slice.
func TestVariadicArguments(t *testing.T) {
	var got []int32
	ints := manifest.Type{Kind: manifest.Slice, Elem: &manifest.Type{Kind: manifest.Int32}}
	e := exports(t, answered(func(v *fake.Invocation) { got = wire.FixedSlice[int32](v.Frame(), 2) }), manifest.Function{
		Name: "F", Params: []manifest.Param{{Name: "s", Type: scalar(manifest.String)}, {Name: "ns", Type: ints}}, Variadic: true,
	})
	for _, test := range []struct {
		args []any
		want []int32
		err  string
	}{
		{[]any{"a"}, []int32{}, ""},
		{[]any{"a", 1, int8(2), 3.0}, []int32{1, 2, 3}, ""},
		{[]any{"a", []int32{4, 5}}, []int32{4, 5}, ""},
		{[]any{}, nil, "takes at least 1 argument, got 0"},
		{[]any{"a", 1, 1 << 40}, nil, "argument 3 (ns): 1099511627776 (int) overflows int32"},
	} {
		t.Run(test.err, func(t *testing.T) {
			got = nil
			_, err := e.Call(context.Background(), "F", test.args)
			if diff := cmp.Diff(test.want, got); diff != "" || (err == nil) != (test.err == "") || err != nil && !strings.HasSuffix(err.Error(), test.err) {
				t.Errorf("%v: %v (-want +got):\n%s", test.args, err, diff)
			}
		})
	}
}

// failure is an error as a plugin encodes it.
func failure(err error) []byte {
	var e wire.Encoder
	codec.PutError(&e, err)
	return e.Bytes()
}

func results(words []uint64, data []byte) *fake.Backend {
	return answered(func(v *fake.Invocation) {
		copy(unsafe.Slice(v.Frame().Word(0), len(words)), words)
		v.Frame().Len = uint64(copy(v.Buffer, data))
	})
}

func TestResults(t *testing.T) {
	f := manifest.Function{Name: "F", Results: []manifest.Param{
		{Type: scalar(manifest.Uint16)}, {Type: scalar(manifest.String)}, {Type: bytesOf}, {Type: errorOf},
	}}
	data := append([]byte("abcdef"), failure(errors.New("bad"))...)
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
		t.Run(test.name, func(t *testing.T) {
			got, err := exports(t, results(test.words, data), f).Call(context.Background(), "F", nil)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.name, diff)
			}
			if (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Errorf("%s: error %v, want %q", test.name, err, test.err)
			}
		})
	}
}

// Whatever words and bytes come back, there is no panic, and no more than has come.
func FuzzResults(f *testing.F) {
	f.Add(uint64(0), uint64(2), uint64(1), uint64(3), []byte("abcdef"))
	f.Fuzz(func(t *testing.T, a, b, c, d uint64, data []byte) {
		if len(data) > 4<<10 {
			return
		}
		e := exports(t, results([]uint64{a, b, c, d}, data), manifest.Function{Name: "F", Results: []manifest.Param{{Type: bytesOf}, {Type: errorOf}}})
		got, err := e.Call(context.Background(), "F", nil)
		for _, r := range got {
			if b, ok := r.([]byte); ok && len(b) > len(data) {
				t.Errorf("got %d bytes of %d (%v), want no more than there are", len(b), len(data), err)
			}
		}
	})
}

func TestNotFound(t *testing.T) {
	m := &manifest.Manifest{Package: "calc", Functions: []manifest.Function{{Name: "Add"}, {Name: "Sub"}},
		Methods: []manifest.Function{{Name: "Value", Receiver: "example.org/calc.Exception"}}, ImportPath: "example.org/calc",
		Variables: []manifest.Variable{{Name: "Total"}}, Skipped: []manifest.Skipped{{Name: "Map", Reason: "generic"}}}
	for name, want := range map[string]string{
		"add":   "plugin calc: no such function: add; did you mean Add?",
		"Ad":    "plugin calc: no such function: Ad; did you mean Add?",
		"Mul":   "plugin calc: no such function: Mul; it has Add, Sub",
		"Map":   "plugin calc: no such function: Map is exported, but cannot be used: generic",
		"Total": "plugin calc: no such function: Total is a variable; use Var",

		"Exception.Value":    "plugin calc: no such function: Value is a method of Exception; use Object.Call(ctx, \"Value\", …) of an object of that type",
		"(*Exception).Value": "plugin calc: no such function: Value is a method of Exception; use Object.Call(ctx, \"Value\", …) of an object of that type",
	} {
		t.Run(name, func(t *testing.T) {
			err := NotFound(m, name)
			if !errors.Is(err, ErrNotFound) || err.Error() != want {
				t.Errorf("NotFound(%s) = %v, want %s", name, err, want)
			}
		})
	}
}

// A func type that Go cannot make is an error.
func TestSymbolOfManyParameters(t *testing.T) {
	for _, test := range []struct {
		name            string
		params, results int
		want            string
	}{
		{"as many as there may be", 127, 1, ""},
		{"too many parameters", 129, 0, "has 129 parameters and results"},
		{"too many together", 100, 29, "has 129 parameters and results"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := manifest.Function{Name: "F"}
			for range test.params {
				f.Params = append(f.Params, manifest.Param{Type: scalar(manifest.Int)})
			}
			for range test.results {
				f.Results = append(f.Results, manifest.Param{Type: scalar(manifest.Int)})
			}
			_, err := exports(t, &fake.Backend{}, f).Symbol("F")
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// Whatever words a callback's frame has, there is no panic of the host, and the status
// says what was wrong. Addresses in a frame are the plugin's own and are trusted, so
// only lengths and contents are made up.
func FuzzCallbackArguments(f *testing.F) {
	f.Add(uint64(5), []byte("text"), []byte{1, 2, 3, 4}, []byte{2, 1, 0}, uint8(0))
	f.Add(uint64(0), []byte(nil), []byte{1, 2, 3}, []byte{}, uint8(7))
	ints := manifest.Type{Kind: manifest.Slice, Elem: &manifest.Type{Kind: manifest.Int32}}
	texts := manifest.Type{Kind: manifest.Map, Key: &manifest.Type{Kind: manifest.String}, Elem: &manifest.Type{Kind: manifest.Interface}}
	m := &manifest.Manifest{Package: "test", Callbacks: []manifest.Function{{
		Receiver: "test.I", Name: "F", Params: []manifest.Param{
			{Type: scalar(manifest.Int)}, {Type: scalar(manifest.Bool)}, {Type: scalar(manifest.String)}, {Type: ints}, {Type: texts}, {Type: errorOf},
		},
	}}}
	s, err := NewCallbackSignature("test", 0, &m.Callbacks[0], m.Types)
	if err != nil {
		f.Fatal(err)
	}
	host := func(bool, string, []int32, map[string]any, error) {}
	s.method = ""
	c, err := BindCallback(s, typemap.NewScope(m), reflect.TypeOf(host))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, word uint64, text, bulk, message []byte, null uint8) {
		frame := benchFrame()
		frame.SetUint64(1, word)
		for i, b := range [][]byte{text, bulk, message, message} {
			at := 2 + 2*i
			frame.SetArgument(at, unsafe.Pointer(unsafe.SliceData(b)), len(b))
			if null&(1<<i) != 0 && i != 0 {
				frame.SetNil(at)
			}
		}
		c.Handle(frame, host, nil)
		runtime.KeepAlive([][]byte{text, bulk, message})
		switch frame.Status {
		case wire.StatusOK:
			if len(bulk)%4 != 0 && null&2 == 0 {
				t.Errorf("got a slice of int32 of %d bytes, want an error", len(bulk))
			}
		case wire.StatusRefused:
		default:
			t.Errorf("%x, %x, %x: got status %d, want %d or %d", text, bulk, message, frame.Status, wire.StatusOK, wire.StatusRefused)
		}
		frame.NWords = 3
		if c.Handle(frame, host, nil); frame.Status != wire.StatusBadOp {
			t.Errorf("too few words: status %d, want %d", frame.Status, wire.StatusBadOp)
		}
	})
}
