package typemap

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap/typemaptest"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

func TestTransfer(t *testing.T) {
	s := NewScope(typemaptest.Shop)
	integer, text := manifest.Type{Kind: manifest.Int}, manifest.Type{Kind: manifest.String}
	field := func(name string, t manifest.Type) manifest.Field {
		return manifest.Field{Name: name, Type: t, Exported: true}
	}
	a := field("A", integer)
	structOf := func(fields ...manifest.Field) manifest.Type {
		return manifest.Type{Kind: manifest.Struct, Fields: fields}
	}
	list := func(elem manifest.Type) manifest.Type { return manifest.Type{Kind: manifest.Slice, Elem: &elem} }
	for _, test := range []struct {
		name  string
		to    manifest.Type
		v     any
		want  string // as Go prints it
		lost  []string
		fails bool
	}{
		{name: "the same", to: integer, v: 5, want: "5"},
		{name: "gains and loses fields", to: structOf(a, field("B", text)), v: struct {
			B, C string
			D    int
		}{"b", "c", 0}, want: "{A:0 B:b}", lost: []string{"C: there is no such field any more"}},
		{name: "in lists", to: list(structOf(a)), v: []struct{ A, B int }{{1, 2}, {3, 4}}, want: "[{A:1} {A:3}]", lost: []string{"[].B: there is no such field any more"}},
		{name: "a field that does not fit", to: structOf(field("A", manifest.Type{Kind: manifest.Int8}), field("B", integer)), v: struct{ A, B int }{300, 4}, want: "{A:0 B:4}", lost: []string{"A: 300"}},
		{name: "a list that does not fit", to: structOf(field("A", list(text))), v: struct{ A []int }{[]int{1}}, want: "{A:[]}", lost: []string{"A: [0]"}},
		{name: "does not fit", to: text, v: 5, fails: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var lost []string
			to, err := s.Type(&test.to)
			if err != nil {
				t.Fatal(err)
			}
			got, err := to.Transfer(reflect.ValueOf(test.v), func(place string, err error) {
				text := fmt.Sprintf("%s: %v", place, err)
				for _, want := range test.lost {
					if len(text) > len(want) && text[:len(want)] == want {
						text = want
					}
				}
				lost = append(lost, text)
			})
			if (err != nil) != test.fails {
				t.Fatalf("got error %v, want one: %t", err, test.fails)
			}
			if err != nil {
				return
			}
			if text := fmt.Sprintf("%+v", got); text != test.want {
				t.Errorf("got %s, want %s", text, test.want)
			}
			if diff := cmp.Diff(test.lost, lost); diff != "" {
				t.Errorf("lost (-want +got):\n%s", diff)
			}
		})
	}
}
