package typemap

import (
	"reflect"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap/typemaptest"
)

// orderLike has the structure of the plugin's Order.
type orderLike struct {
	ID       int64
	Customer string
	Lines    []struct {
		SKU   string
		Qty   int32
		Price float64
	}
	Tags map[string]string
	Paid bool
}

func BenchmarkArgument(b *testing.B) {
	s := NewScope(typemaptest.Shop)
	like := orderLike{Tags: map[string]string{"a": "b", "c": "d", "e": "f"}}
	for range 10 {
		like.Lines = append(like.Lines, struct {
			SKU   string
			Qty   int32
			Price float64
		}{"sku", 1, 2})
	}
	wide := hostOrder{ID: 1, Tags: like.Tags}
	for range 10 {
		wide.Lines = append(wide.Lines, &hostLine{"sku", 1, 2})
	}
	for _, bench := range []struct {
		name, typ string
		v         any
	}{
		{"int", "int", 5},
		{"widened", "int64", 5},
		{"floats", "[]float64", make([]float64, 1000)},
		{"any", "[]int", []any{1, 2, 3}},
		{"matched", "Order", like},
		{"converted", "Order", wide},
	} {
		mt := typemaptest.Type(bench.typ)
		ty, err := s.Type(mt)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if _, _, err := ty.Argument(bench.v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("match", func(b *testing.B) {
		mt, rt := typemaptest.Type("Order"), reflect.TypeFor[orderLike]()
		for range b.N {
			if err := Match(typemaptest.Shop.Types, mt, rt); err != nil {
				b.Fatal(err)
			}
		}
	})
}
