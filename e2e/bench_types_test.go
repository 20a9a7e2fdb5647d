package e2e

import (
	"strings"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
)

// Order and Line are the host's own types with the structure of the plugin's.
type Order struct {
	ID       int64
	Customer string
	Lines    []Line
	Tags     map[string]string
	Paid     bool
}

type Line struct {
	SKU   string
	Qty   int32
	Price float64
}

// order has ten lines and three tags.
func order() Order {
	o := Order{ID: 1, Customer: "Grüße & Söhne", Tags: map[string]string{"a": "1", "b": "2", "c": "3"}, Paid: true}
	for range 10 {
		o.Lines = append(o.Lines, Line{SKU: "SKU-123456", Qty: 3, Price: 9.99})
	}
	return o
}

func bound[F any](b testing.TB, p *winplugin.Plugin, name string) F {
	b.Helper()
	f, err := winplugin.Func[F](p, name)
	if err != nil {
		b.Fatal(err)
	}
	return f
}

// BenchmarkFunc compares typed funcs with the bare transition.
func BenchmarkFunc(b *testing.B) {
	p := openKitchen(b)
	bare := nothing(b, backend(b, kitchen(b), plugin.Options{}))
	b.Run("Add", func(b *testing.B) {
		f := bound[func(int, int) int](b, p, "Add")
		b.ReportAllocs()
		compare(b, "func", func(n int) {
			for i := range n {
				if f(i, 1) != i+1 {
					b.Fatalf("got another sum than want %d", i+1)
				}
			}
		}, bare)
	})
	b.Run("String16", func(b *testing.B) {
		f := bound[func(string) string](b, p, "Echo")
		text := strings.Repeat("x", 16)
		b.ReportAllocs()
		compare(b, "func", func(n int) {
			for range n {
				if len(f(text)) != len(text) {
					b.Fatalf("got another length than want %d", len(text))
				}
			}
		}, bare)
	})
	b.Run("Reflect", func(b *testing.B) {
		f := bound[func(int8, int16) int16](b, openMarket(b), "Small")
		b.ReportAllocs()
		compare(b, "func", func(n int) {
			for range n {
				if f(1, 2) != 3 {
					b.Fatal("got another sum, want 3")
				}
			}
		}, bare)
	})
}

// BenchmarkOrder passes an Order and returns it.
func BenchmarkOrder(b *testing.B) {
	f := bound[func(Order) (Order, error)](b, openMarket(b), "Pass")
	o := order()
	b.ReportAllocs()
	for b.Loop() {
		if r, err := f(o); err != nil || len(r.Lines) != 10 {
			b.Fatalf("got an order of %d lines, %v, want 10, nil", len(r.Lines), err)
		}
	}
}

// BenchmarkEcho64K compares passing and returning a long string with the two copies of
// it that the plugin and the host end up with, made here by strings.Clone. When the
// argument is borrowed, there is only the host's.
func BenchmarkEcho64K(b *testing.B) {
	text := strings.Repeat("x", 64<<10)
	echo := func(f func(string) string) func(int) {
		return func(n int) {
			for range n {
				if len(f(text)) != len(text) {
					b.Fatalf("got another length, want %d", len(text))
				}
			}
		}
	}
	market := copyPlugin(b, "market")
	for name, opts := range map[string][]winplugin.Option{
		"copied":   nil,
		"borrowed": {winplugin.WithBorrow("Echo", "s")},
	} {
		b.Run(name, func(b *testing.B) {
			f := bound[func(string) string](b, open(b, market, opts...), "Echo")
			b.ReportAllocs()
			compare(b, "plugin", echo(f), echo(func(s string) string { return strings.Clone(strings.Clone(s)) }))
		})
	}
}

// BenchmarkSum compares summing up a million numbers in the plugin with the same here.
func BenchmarkSum(b *testing.B) {
	p := openMarket(b)
	xs := make([]float64, 1_000_000)
	for i := range xs {
		xs[i] = float64(i)
	}
	want := sumHere(xs)
	for _, name := range []string{"Sum", "SumBorrowed"} {
		b.Run(name, func(b *testing.B) {
			f := bound[func([]float64) float64](b, p, name)
			sum := func(f func([]float64) float64) func(int) {
				return func(n int) {
					for range n / 400 {
						if f(xs) != want {
							b.Fatalf("got another sum, want %v", want)
						}
					}
				}
			}
			compare(b, "plugin", sum(f), sum(sumHere))
		})
	}
}

//go:noinline
func sumHere(xs []float64) (sum float64) {
	for _, x := range xs {
		sum += x
	}
	return sum
}
