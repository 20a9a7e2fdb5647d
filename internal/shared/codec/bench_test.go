package codec

import (
	"fmt"
	"reflect"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// order is the order of the benchmarks: 10 lines and 3 tags.
func order() Order {
	o := Order{ID: 4711, Customer: "ACME Corporation", Tags: map[string]string{"a": "1", "b": "22", "color": "green"}, Paid: true}
	for i := range 10 {
		o.Lines = append(o.Lines, Line{SKU: fmt.Sprintf("SKU-%05d", i), Qty: int32(i), Price: 9.99 * float64(i)})
	}
	return o
}

func BenchmarkEncode(b *testing.B) {
	run := func(name string, v any, p unsafe.Pointer) {
		b.Run(name, func(b *testing.B) {
			c, err := For(reflect.TypeOf(v).Elem())
			if err != nil {
				b.Fatal(err)
			}
			var e wire.Encoder
			b.ReportAllocs()
			for range b.N {
				e.Reset(e.Bytes()[:0])
				if err := Marshal(c, &e, p); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(int64(len(e.Bytes())))
		})
	}
	for _, v := range samples() {
		run(v.name, v.ptr, reflect.ValueOf(v.ptr).UnsafePointer())
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, s := range samples() {
		b.Run(s.name, func(b *testing.B) {
			t := reflect.TypeOf(s.ptr).Elem()
			c, err := For(t)
			if err != nil {
				b.Fatal(err)
			}
			var e wire.Encoder
			if err := Marshal(c, &e, reflect.ValueOf(s.ptr).UnsafePointer()); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(e.Bytes())))
			b.ReportAllocs()
			v := reflect.New(t)
			for range b.N {
				v.Elem().SetZero()
				if err := Unmarshal(c, e.Bytes(), nil, v.UnsafePointer()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

type sample struct {
	name string
	ptr  any
}

func samples() []sample {
	o := order()
	floats := make([]float64, 1e6)
	texts := make([]string, 1000)
	pairs := map[string]string{}
	for i := range texts {
		texts[i] = fmt.Sprint("text ", i)
		pairs[texts[i]] = texts[i]
	}
	nested := map[string][]string{"a": texts[:10], "b": texts[10:20]}
	dynamic := []any{1, "x", 2.5, map[string]any{"a": 1, "b": "c"}}
	var err error = fmt.Errorf("reading: %w", reflectError())
	return []sample{
		{"Order", &o}, {"floats", &floats}, {"strings", &texts}, {"map", &pairs},
		{"maps", &nested}, {"any", &dynamic}, {"error", &err},
	}
}

func reflectError() error { return fmt.Errorf("x") }

func BenchmarkStatic(b *testing.B) {
	o := order()
	var e wire.Encoder
	b.Run("encode", func(b *testing.B) {
		for range b.N {
			e.Reset(e.Bytes()[:0])
			putOrder(&e, &o)
		}
	})
	b.Run("decode", func(b *testing.B) {
		e.Reset(e.Bytes()[:0])
		putOrder(&e, &o)
		b.ResetTimer()
		var d wire.Decoder
		for range b.N {
			d.Reset(e.Bytes())
			var o Order
			takeOrder(&d, &o)
		}
	})
}
