package codec

import (
	"reflect"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// What contains itself does so whichever of its types is asked for first.
func TestRecursiveFromWithin(t *testing.T) {
	type node struct {
		Next  *node
		Kids  []node
		Names map[string]node
	}
	want := &node{Next: &node{}, Kids: []node{{Kids: []node{}}}, Names: map[string]node{"a": {}}}
	c, err := For(reflect.TypeFor[*node]())
	if err != nil {
		t.Fatal(err)
	}
	var e wire.Encoder
	if err := Marshal(c, &e, unsafe.Pointer(&want)); err != nil {
		t.Fatal(err)
	}
	var got *node
	if err := Unmarshal(c, e.Bytes(), nil, unsafe.Pointer(&got)); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
