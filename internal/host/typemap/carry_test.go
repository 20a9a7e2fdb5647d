package typemap

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap/typemaptest"
)

func TestCarry(t *testing.T) {
	s := NewScope(typemaptest.Shop)
	for _, test := range []struct {
		name, to string
		v        any
		want     string // as Go prints it
		lost     []string
		fails    bool
	}{
		{name: "the same", to: "int", v: 5, want: "5"},
		{name: "gains and loses fields", to: "struct{A int; B string}", v: struct {
			B, C string
			D    int
		}{"b", "c", 0}, want: "{A:0 B:b}", lost: []string{"C: there is no such field any more"}},
		{name: "in lists", to: "[]struct{A int}", v: []struct{ A, B int }{{1, 2}, {3, 4}}, want: "[{A:1} {A:3}]", lost: []string{"[].B: there is no such field any more"}},
		{name: "a field that does not fit", to: "struct{A int8; B int}", v: struct{ A, B int }{300, 4}, want: "{A:0 B:4}", lost: []string{"A: 300"}},
		{name: "a list that does not fit", to: "struct{A []string}", v: struct{ A []int }{[]int{1}}, want: "{A:[]}", lost: []string{"A: [0]"}},
		{name: "does not fit", to: "string", v: 5, fails: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var lost []string
			got, err := makeType(t, s, test.to).Carry(reflect.ValueOf(test.v), func(place string, err error) {
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
