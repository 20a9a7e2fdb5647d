package closure

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

type (
	small struct {
		A int8
		B uint16
		C bool
	}
	line struct {
		SKU   string
		Qty   int32
		Price float64
	}
	nested struct {
		Small small
		Lines [1]line
		At    *int
	}
)

// made returns a func of type F whose results are those of f for the same arguments.
func made[F any](t *testing.T, reuse bool, f F) F {
	t.Helper()
	typ := reflect.TypeFor[F]()
	var argument, result []uintptr
	v, argument, result, ok := Make(typ, reuse, func(p unsafe.Pointer) {
		in := make([]reflect.Value, typ.NumIn())
		for i := range in {
			in[i] = reflect.NewAt(typ.In(i), unsafe.Add(p, argument[i])).Elem()
		}
		for i, r := range reflect.ValueOf(f).Call(in) {
			reflect.NewAt(typ.Out(i), unsafe.Add(p, result[i])).Elem().Set(r)
		}
	})
	if !ok {
		t.Skip("not on this platform")
	}
	return v.Interface().(F)
}

func TestMake(t *testing.T) {
	n, err := 5, errors.New("failed")
	one := line{"a", -3, 1.5}
	for _, test := range []struct {
		name string
		call func(t *testing.T) (got, want any)
	}{
		{"nothing", func(t *testing.T) (any, any) {
			called := false
			made(t, true, func() { called = true })()
			return called, true
		}},
		{"a struct", func(t *testing.T) (any, any) {
			return made(t, true, func(l line) line { l.Qty--; return l })(one), line{"a", -4, 1.5}
		}},
		{"small numbers", func(t *testing.T) (any, any) {
			f := made(t, true, func(a int8, b uint16, c float32, d bool) (bool, float32, uint16, int8) { return d, c, b, a })
			d, c, b, a := f(-1, 65535, 0.5, true)
			return []any{a, b, c, d}, []any{int8(-1), uint16(65535), float32(0.5), true}
		}},
		{"structs in structs", func(t *testing.T) (any, any) {
			return made(t, true, func(n nested) nested { n.Small.A++; return n })(nested{small{1, 2, true}, [1]line{one}, &n}), nested{small{2, 2, true}, [1]line{one}, &n}
		}},
		{"complex numbers", func(t *testing.T) (any, any) {
			a, b := made(t, true, func(a complex64, b complex128) (complex128, complex64) { return b, a })(1+2i, 3-4i)
			return []any{a, b}, []any{3 - 4i, complex64(1 + 2i)}
		}},
		{"interfaces and errors", func(t *testing.T) (any, any) {
			a, b := made(t, false, func(ctx context.Context, v any) (any, error) { return v, ctx.Value(small{}).(error) })(context.WithValue(t.Context(), small{}, err), one)
			return []any{a, b == err}, []any{one, true}
		}},
		{"all registers", func(t *testing.T) (any, any) {
			f := made(t, true, func(a [1]string, b []int, c, d int, e *int, g bool, f0, f1, f2, f3, f4, f5, f6, f7 float64) (*int, bool, int, int, []int, string, float64, float64) {
				return e, g, c, d, b, a[0], f0 + f1 + f2 + f3, f4*1000 + f5*100 + f6*10 + f7
			})
			e, g, c, d, b, a, x, y := f([1]string{"x"}, []int{7}, 3, 4, &n, true, 1, 2, 3, 4, 5, 6, 7, 8)
			return []any{*e, g, c, d, b, a, x, y}, []any{5, true, 3, 4, []int{7}, "x", 10.0, 5678.0}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, want := test.call(t)
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(small{})); diff != "" {
				t.Errorf("results (-want +got):\n%s", diff)
			}
		})
	}
}

// Values that are on the stack by the calling convention are left to package reflect.
func TestMakeRefuses(t *testing.T) {
	for _, f := range []any{
		func([2]int) {}, func(struct{ _ int }) {}, func(struct{}) {}, func() [3]byte { return [3]byte{} }, func(...int) {},
		func(a, b, c string, d, e, f, g int) {}, func(a, b, c, d complex128, e float64) {},
	} {
		t.Run(reflect.TypeOf(f).String(), func(t *testing.T) {
			if _, _, _, ok := Make(reflect.TypeOf(f), true, nil); ok {
				t.Error("got a func, want none")
			}
		})
	}
}

// The collector finds pointers in arguments and results, and the stack may move.
func TestMakeCollects(t *testing.T) {
	const calls = 50
	f := made(t, true, func(l line, at *[]byte) (*line, string) {
		runtime.GC()
		grow(200)
		return &l, l.SKU + string(*at)
	})
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			for i := range calls {
				text := fmt.Sprint(strings.Repeat("x", i), g)
				bytes := []byte(text)
				got, both := f(line{SKU: text, Qty: int32(i)}, &bytes)
				runtime.Gosched()
				if want := (line{SKU: text, Qty: int32(i)}); *got != want || both != text+text {
					t.Errorf("got %v, %q, want %v, %q", *got, both, want, text+text)
				}
			}
		})
	}
	all.Wait()
}

func TestMakePanics(t *testing.T) {
	f := made(t, true, func(l line) line { panic(l.SKU) })
	defer func() {
		if got, want := recover(), any("a"); got != want {
			t.Errorf("got panic %v, want %v", got, want)
		}
	}()
	f(line{SKU: "a"})
}

func BenchmarkMake(b *testing.B) {
	type point struct{ X, Y, Z int }
	var argument, result []uintptr
	f, argument, result, ok := Make(reflect.TypeFor[func(point) point](), true, func(p unsafe.Pointer) {
		*(*point)(unsafe.Add(p, result[0])) = *(*point)(unsafe.Add(p, argument[0]))
	})
	if !ok {
		b.Skip("not on this platform")
	}
	g := f.Interface().(func(point) point)
	b.ReportAllocs()
	for b.Loop() {
		if g(point{1, 2, 3}) != (point{1, 2, 3}) {
			b.Fatal("got another point")
		}
	}
}
