package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

type named string

func TestValues(t *testing.T) {
	p := openKitchen(t)
	for _, test := range []struct {
		function string
		args     []any
		want     []any
	}{
		{"Bool", []any{true}, []any{true}},
		{"Bool", []any{false}, []any{false}},
		{"Int", []any{math.MinInt64}, []any{math.MinInt64}},
		{"Int", []any{uintptr(10)}, []any{10}},
		{"Int8", []any{-128}, []any{int8(-128)}},
		{"Int16", []any{int16(math.MinInt16)}, []any{int16(math.MinInt16)}},
		{"Int32", []any{math.MinInt32}, []any{int32(math.MinInt32)}},
		{"Int64", []any{int64(math.MaxInt64)}, []any{int64(math.MaxInt64)}},
		{"Uint", []any{uint(math.MaxUint)}, []any{uint(math.MaxUint)}},
		{"Uint8", []any{255}, []any{uint8(255)}},
		{"Uint16", []any{65535}, []any{uint16(65535)}},
		{"Uint32", []any{uint32(math.MaxUint32)}, []any{uint32(math.MaxUint32)}},
		{"Uint64", []any{uint64(math.MaxUint64)}, []any{uint64(math.MaxUint64)}},
		{"Uintptr", []any{1}, []any{uintptr(1)}},
		{"Float32", []any{float32(0.1)}, []any{float32(0.1)}},
		{"Float64", []any{math.Inf(-1)}, []any{math.Inf(-1)}},
		{"Float64", []any{7}, []any{7.0}},
		{"Rune", []any{'世'}, []any{'世'}},
		{"Warmer", []any{20, 1.5}, []any{21.5}},
		{"Double", []any{time.Second}, []any{2 * time.Second}},
		{"Label", []any{named("x")}, []any{"<x>"}},
		{"Nothing", nil, nil},
		{"Many", []any{-1, 2, 0.5, true}, []any{true, float32(0.5), uint16(2), int8(-1)}},
		{"Sum", []any{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}, []any{210}},
		{"Echo", []any{""}, []any{""}},
		{"Echo", []any{"ünï\x00\xff 世界"}, []any{"ünï\x00\xff 世界"}},
		{"Echo", []any{strings.Repeat("0123456789", 1e5)}, []any{strings.Repeat("0123456789", 1e5)}},
		{"Bytes", []any{[]byte(nil)}, []any{[]byte(nil)}},
		{"Bytes", []any{nil}, []any{[]byte(nil)}},
		{"Bytes", []any{[]byte{}}, []any{[]byte{}}},
		{"Bytes", []any{[]byte{0, 255}}, []any{[]byte{0, 255}}},
		{"Count", []any{[]byte("four")}, []any{4}},
		{"Repeat", []any{"x", 4095}, []any{strings.Repeat("x", 4095)}},
		{"Repeat", []any{"x", 4096}, []any{strings.Repeat("x", 4096)}},
		{"Repeat", []any{"x", 4097}, []any{strings.Repeat("x", 4097)}},
		{"Repeat", []any{"x", 3 << 20}, []any{strings.Repeat("x", 3<<20)}},
		{"Pieces", []any{"a", []byte("b"), 10}, []any{"aa", []byte("bb"), "----------", 10}},
		{"Pieces", []any{"a", []byte("b"), 9000}, []any{"aa", []byte("bb"), strings.Repeat("-", 9000), 9000}},
		{"Pieces", []any{strings.Repeat("a", 9000), nil, 1}, []any{strings.Repeat("a", 18000), []byte(nil), "-", 1}},
		{"Take", []any{5, 3}, []any{2}},
		{"Fail", []any{""}, nil},
		{"Größe", []any{"ä"}, []any{2}},
		{"Version", nil, []any{"1.0"}},
	} {
		t.Run(test.function, func(t *testing.T) {
			got := call(t, p, test.function, test.args...)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s(%.40v) (-want +got):\n%.400s", test.function, test.args, diff)
			}
		})
	}
}

func TestFloatBits(t *testing.T) {
	p := openKitchen(t)
	for _, bits := range []uint64{0x7ff8dead0000beef, 0xfff0000000000001, 1 << 63, 1} {
		t.Run(fmt.Sprintf("%#x", bits), func(t *testing.T) {
			got := call(t, p, "Float64", math.Float64frombits(bits))[0].(float64)
			if math.Float64bits(got) != bits {
				t.Errorf("got %#x, want %#x", math.Float64bits(got), bits)
			}
		})
	}
	if got := call(t, p, "Float32", math.Float32frombits(0x7fc0beef))[0].(float32); math.Float32bits(got) != 0x7fc0beef {
		t.Errorf("float32: got %#x, want 0x7fc0beef", math.Float32bits(got))
	}
}

// What the plugin keeps is its own, and what it returns is the host's.
func TestMemoryIsNotShared(t *testing.T) {
	p := openKitchen(t)
	arg := []byte("argument")
	call(t, p, "Keep", arg)
	copy(arg, "XXXXXXXX")
	first := call(t, p, "Kept")[0].([]byte)
	if string(first) != "argument" {
		t.Fatalf("the plugin kept: got %q, want \"argument\"", first)
	}
	copy(first, "YYYYYYYY")
	if second := call(t, p, "Kept")[0].([]byte); !bytes.Equal(second, []byte("argument")) {
		t.Errorf("the host wrote into the plugin's memory: got %q, want %q", second, []byte("argument"))
	}
}

func TestErrorResults(t *testing.T) {
	p := openKitchen(t)
	results, err := p.Call(context.Background(), "Take", 1, 3)
	var e *winplugin.ErrorResult
	if !errors.As(err, &e) || e.Message != "2 missing" || e.Type != "*kitchen.Shortage" || err.Error() != "2 missing" {
		t.Errorf("error: got %#v, want a %T, \"2 missing\", \"*kitchen.Shortage\" and \"2 missing\"", err, e)
	}
	if diff := cmp.Diff([]any{0}, results); diff != "" {
		t.Errorf("results beside the error (-want +got):\n%s", diff)
	}
	long := strings.Repeat("lang ", 5000)
	if _, err := p.Call(context.Background(), "Fail", long); err == nil || err.Error() != long {
		t.Errorf("a long error came as %.50v, want %.50s", err, long)
	}
}

func TestCallFailures(t *testing.T) {
	p := openKitchen(t)
	for _, test := range []struct {
		function string
		args     []any
		want     string
		is       error
	}{
		{"Add", []any{1}, "plugin kitchen: Add(a int, b int) int: takes 2 arguments, got 1", nil},
		{"Add", []any{1, 2, 3}, "takes 2 arguments, got 3", nil},
		{"Int8", []any{300}, "argument 1 (v): 300 (int) overflows int8", nil},
		{"Echo", []any{1}, "argument 1 (s): cannot use int as string", nil},
		{"Add", []any{1, nil}, "argument 2 (b): nil has no value of this type", nil},
		{"add", nil, "did you mean Add?", winplugin.ErrNotFound},
		{"Missing", nil, "no such function: Missing; it has Add, Block", winplugin.ErrNotFound},
		{"", nil, "no such function", winplugin.ErrNotFound},
		{"Map", []any{1}, "type parameters", winplugin.ErrNotFound},
		{"Watch", []any{1}, "argument 1 (c): plugin has chan int, host has int", nil},
		{"Move", []any{1, 2}, "argument 1 (p): cannot use int as struct { X int; Y int;", nil},
	} {
		t.Run(test.function, func(t *testing.T) {
			_, err := p.Call(context.Background(), test.function, test.args...)
			if err == nil || !strings.Contains(err.Error(), test.want) || test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("%s%v: %v, want %s", test.function, test.args, err, test.want)
			}
			var se *winplugin.SignatureError
			if test.is == nil && !errors.As(err, &se) {
				t.Errorf("%s%v: got a %T, want a *SignatureError", test.function, test.args, err)
			}
		})
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	before := call(t, p, "Next")[0].(int64)
	if _, err := p.Call(ctx, "Next"); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: got %v, want %v", err, context.Canceled)
	}
	if after := call(t, p, "Next")[0].(int64); after != before+1 {
		t.Errorf("got a counter of %d, want %d: the function must not be called", after, before+1)
	}
}

func TestPanics(t *testing.T) {
	p := openKitchen(t)
	for _, test := range []struct {
		function string
		args     []any
		value    string
	}{
		{"Panic", []any{"text"}, "text"},
		{"PanicError", nil, "an error"},
		{"NilMap", nil, "assignment to entry in nil map"},
		{"NilPointer", nil, "runtime error: invalid memory address or nil pointer dereference"},
		{"Index", []any{3}, "runtime error: index out of range [3] with length 3"},
		{"Divide", []any{1, 0}, "runtime error: integer divide by zero"},
		{"Deep", []any{1000}, "deep"},
	} {
		t.Run(test.function, func(t *testing.T) {
			_, err := p.Call(context.Background(), test.function, test.args...)
			var pe *winplugin.PanicError
			if !errors.As(err, &pe) {
				t.Errorf("%s: got error %v, want a PanicError", test.function, err)
				return
			}
			if pe.Value != test.value || pe.Plugin != "kitchen" || pe.Function != test.function {
				t.Errorf("%s: got %+v, want the value %s and function %s of plugin kitchen", test.function, pe, test.value, test.function)
			}
			if !strings.Contains(pe.Stack, "kitchen."+test.function+"(") || !strings.Contains(pe.Stack, "fail.go:") {
				t.Errorf("%s: got the stack\n%s\nwant the function and its file in it", test.function, pe.Stack)
			}
			if got := call(t, p, "Add", 1, 2)[0]; got != 3 {
				t.Errorf("Add after %s: got %v, want 3", test.function, got)
			}
		})
	}
	// The host's own faults are still its own.
	func() {
		defer func() {
			if v := recover(); v == nil {
				t.Error("the host's nil pointer: got no panic, want one")
			}
		}()
		var null *struct{ x int }
		null.x++
	}()
}

func TestClose(t *testing.T) {
	p, err := winplugin.Open(kitchen(t), options()...)
	if err != nil {
		t.Fatal(err)
	}
	const n = 4
	started, ended := make(chan bool), make(chan error, n)
	for range n {
		go func() {
			started <- true
			_, err := p.Call(context.Background(), "Block", 300)
			ended <- err
		}()
		<-started
	}
	short, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	if err := p.CloseContext(short); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("close with little time: got error %v, want nil or context.DeadlineExceeded", err)
	}
	if _, err := p.Call(context.Background(), "Next"); !errors.Is(err, winplugin.ErrClosed) {
		t.Errorf("call after close: got %v, want %v", err, winplugin.ErrClosed)
	}
	closed := make(chan error, 2)
	for range 2 {
		go func() { closed <- p.Close() }()
	}
	for range 2 {
		if err := <-closed; err != nil {
			t.Errorf("close: got error %v, want nil", err)
		}
	}
	for range n {
		// Each call either began before the close and succeeded, or failed with ErrClosed.
		if err := <-ended; err != nil && !errors.Is(err, winplugin.ErrClosed) {
			t.Errorf("call in flight: got error %v, want nil or ErrClosed", err)
		}
	}
	if got := call(t, openKitchen(t), "Add", 1, 1)[0]; got != 2 {
		t.Errorf("Add after the plugin was opened again: got %v, want 2", got)
	}
}

func TestOpenTwice(t *testing.T) {
	a, b := openKitchen(t), openKitchen(t)
	first := call(t, a, "Next")[0].(int64)
	if second := call(t, b, "Next")[0].(int64); second != first+1 {
		t.Errorf("two openings of one library: got counters %d and %d, want %d after the first", first, second, first+1)
	}
	c := openCopy(t, "a_second_copy")
	if other := call(t, c, "Next")[0].(int64); other != 1 {
		t.Errorf("another library shares the state: got %d, want 1", other)
	}
}
