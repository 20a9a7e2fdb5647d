package e2e

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"
)

// A number of dynamic type takes no memory but for the values themselves.
func TestAnyAllocates(t *testing.T) {
	pass := bound[func(any) any](t, openMarket(t), "Any")
	n := 1000
	allocs := testing.AllocsPerRun(1000, func() {
		if n++; pass(n) != n {
			t.Fatalf("got another number, want %d", n)
		}
	})
	if allocs > 3 && !raceDetector {
		t.Errorf("got %v allocations for a call with a number of dynamic type, want at most 3", allocs)
	}
}

// BenchmarkAny compares a value of dynamic type, there and back, with a scalar call.
func BenchmarkAny(b *testing.B) {
	p := openMarket(b)
	add := bound[func(int, int) int](b, p, "Add")
	scalar := func(n int) {
		for i := range n {
			if add(i, 1) != i+1 {
				b.Fatalf("got another sum, want %d", i+1)
			}
		}
	}
	pass := bound[func(any) any](b, p, "Any")
	b.Run("int", func(b *testing.B) {
		b.ReportAllocs()
		compare(b, "any", func(n int) {
			for i := range n {
				if pass(i) != i {
					b.Fatalf("got another value, want %d", i)
				}
			}
		}, scalar)
	})
	b.Run("Call", func(b *testing.B) {
		ctx := b.Context()
		b.ReportAllocs()
		compare(b, "any", func(n int) {
			for i := range n {
				if r, err := p.Call(ctx, "Any", i); err != nil || r[0] != i {
					b.Fatalf("got another value, want %d", i)
				}
			}
		}, scalar)
	})
}

// BenchmarkAnys compares a slice of structs of dynamic type, there and back, with the typed
// slice.
func BenchmarkAnys(b *testing.B) {
	p := openMarket(b)
	lines := bound[func([]Line) []Line](b, p, "Lines")
	list := bound[func([]any) []any](b, p, "List")
	typed := make([]Line, 100)
	dynamic := make([]any, len(typed))
	for i := range typed {
		typed[i] = Line{"SKU-123456", 3, 9.99}
		dynamic[i] = typed[i]
	}
	limit := func(n int) {
		for range n / 10 {
			if v := lines(typed); len(v) != len(typed) {
				b.Fatalf("got %d lines, want %d", len(v), len(typed))
			}
		}
	}
	b.Run("host's", func(b *testing.B) {
		compare(b, "any", func(n int) {
			for range n / 10 {
				if v := list(dynamic); v[0] != dynamic[0] {
					b.Fatalf("got %#v, want %#v", v[0], dynamic[0])
				}
			}
		}, limit)
	})
	b.Run("plugin's", func(b *testing.B) {
		examples, err := p.Call(b.Context(), "Examples", len(typed))
		if err != nil {
			b.Fatal(err)
		}
		dynamic := examples[0].([]any)
		compare(b, "any", func(n int) {
			for range n / 10 {
				if v := list(dynamic); v[0] != dynamic[0] {
					b.Fatalf("got %#v, want %#v", v[0], dynamic[0])
				}
			}
		}, limit)
	})
}

// BenchmarkStruct compares a typed func with structs with one that passes bytes, which both
// sides encode and decode by hand.
func BenchmarkStruct(b *testing.B) {
	p := openMarket(b)
	b.Run("Line", func(b *testing.B) {
		typed := bound[func(Line) Line](b, p, "PassLine")
		bytes := bound[func([]byte) []byte](b, p, "PassLineBytes")
		l := Line{"SKU-123456", 3, 9.99}
		var buffer []byte
		b.ReportAllocs()
		compare(b, "func", func(n int) {
			for range n {
				if typed(l) != l {
					b.Fatalf("got another line, want %v", l)
				}
			}
		}, func(n int) {
			for range n {
				buffer = putLine(buffer[:0], l)
				if r, _ := takeLine(bytes(buffer)); r != l {
					b.Fatalf("got another line, want %v", l)
				}
			}
		})
	})
	b.Run("Order", func(b *testing.B) {
		typed := bound[func(Order) (Order, error)](b, p, "Pass")
		bytes := bound[func([]byte) []byte](b, p, "PassBytes")
		o := order()
		var buffer []byte
		b.ReportAllocs()
		compare(b, "func", func(n int) {
			for range n {
				if r, err := typed(o); err != nil || len(r.Lines) != 10 {
					b.Fatalf("got %d lines, %v, want 10, nil", len(r.Lines), err)
				}
			}
		}, func(n int) {
			for range n {
				buffer = putOrder(buffer[:0], o)
				if len(takeOrder(bytes(buffer)).Lines) != 10 {
					b.Fatal("got another order, want one of 10 lines")
				}
			}
		})
	})
}

// BenchmarkPointer compares a pointer, whose value crosses twice, with a value.
func BenchmarkPointer(b *testing.B) {
	p := openMarket(b)
	value := bound[func(Order) int](b, p, "Length")
	pointer := bound[func(*Order) int](b, p, "LengthAt")
	for _, lines := range []int{10, 1000} {
		o := order()
		for len(o.Lines) < lines {
			o.Lines = append(o.Lines, o.Lines[0])
		}
		calls := func(n int) int { return max(1, n*10/lines) }
		b.Run(fmt.Sprint(lines), func(b *testing.B) {
			compare(b, "pointer", func(n int) {
				for range calls(n) {
					if pointer(&o) != lines {
						b.Fatalf("got another length, want %d", lines)
					}
				}
			}, func(n int) {
				for range calls(n) {
					if value(o) != lines {
						b.Fatalf("got another length, want %d", lines)
					}
				}
			})
		})
	}
}

// The codec by hand is that of testdata/market.

func putString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func takeCount(b []byte) (int, []byte) {
	n, size := binary.Uvarint(b)
	return int(n), b[size:]
}

func takeString(b []byte) (string, []byte) {
	n, b := takeCount(b)
	return string(b[:n]), b[n:]
}

func putLine(b []byte, l Line) []byte {
	b = putString(b, l.SKU)
	b = binary.LittleEndian.AppendUint32(b, uint32(l.Qty))
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(l.Price))
}

func takeLine(b []byte) (l Line, rest []byte) {
	l.SKU, b = takeString(b)
	l.Qty = int32(binary.LittleEndian.Uint32(b))
	l.Price = math.Float64frombits(binary.LittleEndian.Uint64(b[4:]))
	return l, b[12:]
}

func putOrder(b []byte, o Order) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(o.ID))
	b = putString(b, o.Customer)
	b = binary.AppendUvarint(b, uint64(len(o.Lines)))
	for _, l := range o.Lines {
		b = putLine(b, l)
	}
	b = binary.AppendUvarint(b, uint64(len(o.Tags)))
	for k, v := range o.Tags {
		b = putString(putString(b, k), v)
	}
	if o.Paid {
		return append(b, 1)
	}
	return append(b, 0)
}

func takeOrder(b []byte) (o Order) {
	var n int
	o.ID = int64(binary.LittleEndian.Uint64(b))
	o.Customer, b = takeString(b[8:])
	n, b = takeCount(b)
	o.Lines = make([]Line, n)
	for i := range o.Lines {
		o.Lines[i], b = takeLine(b)
	}
	n, b = takeCount(b)
	o.Tags = make(map[string]string, n)
	for range n {
		var k, v string
		k, b = takeString(b)
		v, b = takeString(b)
		o.Tags[k] = v
	}
	o.Paid = b[0] == 1
	return o
}
