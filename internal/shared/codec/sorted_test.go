package codec

import (
	"reflect"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Pointers that occur again keep what they point to in messages whose maps are sorted.
func TestSortedPointers(t *testing.T) {
	type box struct{ N int }
	type value struct {
		M    map[string]*box
		Last *box
	}
	for name, shared := range map[string]bool{"behind the map": false, "in the map": true} {
		t.Run(name, func(t *testing.T) {
			for range 50 {
				v := value{M: make(map[string]*box)}
				for i := range 12 {
					v.M[string(rune('a'+i))] = &box{i}
				}
				if shared {
					v.M["x"], v.M["0"] = v.M["c"], v.M["k"]
				}
				v.Last = v.M["e"]
				c, err := For(reflect.TypeOf(value{}))
				if err != nil {
					t.Fatal(err)
				}
				e := wire.Encoder{Sorted: true}
				if err := Marshal(c, &e, unsafe.Pointer(&v)); err != nil {
					t.Fatal(err)
				}
				var got value
				if err := Unmarshal(c, e.Bytes(), nil, unsafe.Pointer(&got)); err != nil {
					t.Fatal(err)
				}
				for k, want := range v.M {
					if got.M[k].N != want.N {
						t.Errorf("%s: got %d, want %d", k, got.M[k].N, want.N)
					}
				}
				if got.Last != got.M["e"] {
					t.Errorf("last: got %v, want that of e", got.Last)
				}
				if shared && got.M["x"] != got.M["c"] {
					t.Error("x and c: got two boxes, want one")
				}
			}
		})
	}
}
