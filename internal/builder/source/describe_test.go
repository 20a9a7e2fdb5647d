package source

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

type (
	mt = manifest.Type
	mp = manifest.Param
)

var (
	intType    = mt{Kind: manifest.Int}
	stringType = mt{Kind: manifest.String}
	errorType  = mt{Kind: manifest.Interface, Name: "error"}
	anyType    = mt{Kind: manifest.Interface}
)

func TestFunctions(t *testing.T) {
	const archive = `
-- shapes.go --
// Package shapes measures.
package shapes

import (
	"context"
	"time"
	"unsafe"
)

// Area multiplies.
//
// Twice.
func Area(w, h float64) (area float64, err error) { return w * h, nil }

type Pair[A, B any] struct { First A; Second B }

type Text = string

func Basics(bool, byte, rune, uintptr, complex64, Text, any, []byte, [3]int, map[string]*int) {}
func Streams(chan int, <-chan int, chan<- int, func(int, ...string) error) {}
func Variadic(first string, rest ...int) {}
func Map[T any](list []T, f func(T) T) []T { return nil }
func Swap(p Pair[int, time.Duration]) {}
func Wait(d time.Duration) {}
func Raw(p unsafe.Pointer, s struct { A int ` + "`k:\"v\"`" + `; b string }) {}
func Run(context.Context) {}
func Iface(interface { M(int) error }) {}
func hidden() {}
func (Pair[A, B]) Method() {}
-- more.go --
// More of it.
package shapes
`
	m, _, err := loadArchive(t, archive, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if want := "More of it.\n\nPackage shapes measures."; m.Doc != want {
		t.Errorf("Doc is %q, want %q", m.Doc, want)
	}
	ptr := func(t mt) *mt { return &t }
	duration := mt{Kind: manifest.Int64, Name: "time.Duration"}
	param := mt{Kind: manifest.TypeParam, Name: "T"}
	list := mt{Kind: manifest.Slice, Elem: &param}
	want := []manifest.Function{{
		Name: "Area", Doc: "Area multiplies.\n\nTwice.", Position: "shapes.go:13:6",
		Params:  []mp{{Name: "w", Type: mt{Kind: manifest.Float64}}, {Name: "h", Type: mt{Kind: manifest.Float64}}},
		Results: []mp{{Name: "area", Type: mt{Kind: manifest.Float64}}, {Name: "err", Type: errorType}},
	}, {
		Name: "Basics", Position: "shapes.go:19:6",
		Params: []mp{
			{Type: mt{Kind: manifest.Bool}}, {Type: mt{Kind: manifest.Uint8}}, {Type: mt{Kind: manifest.Int32}},
			{Type: mt{Kind: manifest.Uintptr}}, {Type: mt{Kind: manifest.Complex64}}, {Type: stringType}, {Type: anyType},
			{Type: mt{Kind: manifest.Slice, Elem: ptr(mt{Kind: manifest.Uint8})}},
			{Type: mt{Kind: manifest.Array, Elem: &intType, Len: 3}},
			{Type: mt{Kind: manifest.Map, Key: &stringType, Elem: ptr(mt{Kind: manifest.Pointer, Elem: &intType})}, InOut: true},
		},
	}, {
		Name: "Iface", Position: "shapes.go:27:6",
		Params: []mp{{Type: mt{Kind: manifest.Interface, Methods: []manifest.Method{
			{Name: "M", Params: []mp{{Type: intType}}, Results: []mp{{Type: errorType}}}}}}},
	}, {
		Name: "Map", Position: "shapes.go:22:6",
		Params: []mp{{Name: "list", Type: list},
			{Name: "f", Type: mt{Kind: manifest.Func, Params: []mp{{Type: param}}, Results: []mp{{Type: param}}}}},
		Results: []mp{{Type: list}},
	}, {
		Name: "Raw", Position: "shapes.go:25:6",
		Params: []mp{{Name: "p", Type: mt{Kind: manifest.UnsafePointer}},
			{Name: "s", Type: mt{Kind: manifest.Struct, Fields: []manifest.Field{
				{Name: "A", Type: intType, Tag: `k:"v"`, Exported: true}, {Name: "b", Type: stringType}}}}},
	}, {
		Name: "Run", Position: "shapes.go:26:6",
		Params: []mp{{Type: mt{Kind: manifest.Interface, Name: "context.Context"}}},
	}, {
		Name: "Streams", Position: "shapes.go:20:6",
		Params: []mp{
			{Type: mt{Kind: manifest.Chan, Elem: &intType}},
			{Type: mt{Kind: manifest.Chan, Elem: &intType, Dir: "recv"}},
			{Type: mt{Kind: manifest.Chan, Elem: &intType, Dir: "send"}},
			{Type: mt{Kind: manifest.Func, Variadic: true, Results: []mp{{Type: errorType}},
				Params: []mp{{Type: intType}, {Type: mt{Kind: manifest.Slice, Elem: &stringType}}}}},
		},
	}, {
		Name: "Swap", Position: "shapes.go:23:6",
		Params: []mp{{Name: "p", Type: mt{Kind: manifest.Struct, Name: "shapes.Pair[int,time.Duration]"}}},
	}, {
		Name: "Variadic", Position: "shapes.go:21:6", Variadic: true,
		Params: []mp{{Name: "first", Type: stringType}, {Name: "rest", Type: mt{Kind: manifest.Slice, Elem: &intType}}},
	}, {
		Name: "Wait", Position: "shapes.go:24:6",
		Params: []mp{{Name: "d", Type: duration}},
	}}
	var got []manifest.Function
	for _, f := range m.Functions {
		if f.Object == nil || f.Object.Name() != f.Name || f.Generic != (f.Name == "Map") {
			t.Errorf("%s: got object %v, generic %t, want its own object and generic only for Map", f.Name, f.Object, f.Generic)
		}
		got = append(got, f.Function)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("functions differ (-want +got):\n%s", diff)
	}
	pair := m.Types["shapes.Pair[int,time.Duration]"]
	if diff := cmp.Diff([]manifest.Field{{Name: "First", Type: intType, Exported: true}, {Name: "Second", Type: duration, Exported: true}},
		pair.Type.Fields); diff != "" {
		t.Errorf("fields of an instance differ (-want +got):\n%s", diff)
	}
	if p := m.Scope["hidden"]; p.Line != 28 || p.Column != 6 {
		t.Errorf("hidden: got %v, want line 28, column 6", p)
	}
}

func TestTypes(t *testing.T) {
	const archive = `
-- go.mod --
module example.com/tree
go 1.21
-- tree.go --
package tree

import "example.com/tree/leaf"

// A Node is in a tree.
type Node struct {
	Children []*Node
	Attr     map[Key]leaf.Leaf
	Base
	owner    *secret
}

type (
	// A Key is short.
	Key string
	secret struct{ deep *deeper }
	deeper struct{}
)

type Base struct{ ID int }

// Move goes.
func (b *Base) Move(by Key) error { return nil }
// Size is.
func (n Node) Size() int { return 0 }
func (n *Node) Grow() {}
func (n *Node) hidden() {}

type Walker interface {
	// Walk walks.
	Walk(n *Node) Walker
}

func Walk(w Walker) {}
-- leaf/leaf.go --
package leaf
// A Leaf falls.
type Leaf uint8
// Fall falls.
func (Leaf) Fall() {}
`
	m, _, err := loadArchive(t, archive, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	const pkg = "example.com/tree."
	node := mt{Kind: manifest.Struct, Name: pkg + "Node"}
	nodePtr := mt{Kind: manifest.Pointer, Elem: &node}
	key := mt{Kind: manifest.String, Name: pkg + "Key"}
	walker := mt{Kind: manifest.Interface, Name: pkg + "Walker"}
	leaf := mt{Kind: manifest.Uint8, Name: "example.com/tree/leaf.Leaf"}
	move := manifest.Method{Name: "Move", Doc: "Move goes.", Pointer: true,
		Params: []mp{{Name: "by", Type: key}}, Results: []mp{{Type: errorType}}}
	want := manifest.Types{
		pkg + "Node": {
			Doc: "A Node is in a tree.",
			Type: mt{Kind: manifest.Struct, Fields: []manifest.Field{
				{Name: "Children", Type: mt{Kind: manifest.Slice, Elem: &nodePtr}, Exported: true},
				{Name: "Attr", Type: mt{Kind: manifest.Map, Key: &key, Elem: &leaf}, Exported: true},
				{Name: "Base", Type: mt{Kind: manifest.Struct, Name: pkg + "Base"}, Embedded: true, Exported: true},
				{Name: "owner", Type: mt{Kind: manifest.Pointer, Elem: &mt{Kind: manifest.Struct, Name: pkg + "secret"}}},
			}},
			Methods: []manifest.Method{
				{Name: "Grow", Pointer: true},
				move,
				{Name: "Size", Doc: "Size is.", Results: []mp{{Type: intType}}},
			},
			Object: true,
		},
		pkg + "Base": {
			Type:    mt{Kind: manifest.Struct, Fields: []manifest.Field{{Name: "ID", Type: intType, Exported: true}}},
			Methods: []manifest.Method{move},
		},
		pkg + "Key": {Doc: "A Key is short.", Type: stringType},
		pkg + "Walker": {Type: mt{Kind: manifest.Interface, Methods: []manifest.Method{
			{Name: "Walk", Doc: "Walk walks.", Params: []mp{{Name: "n", Type: nodePtr}}, Results: []mp{{Type: walker}}}}}, Object: true},
	}
	if diff := cmp.Diff(want, m.Types); diff != "" {
		t.Errorf("types differ (-want +got):\n%s", diff)
	}
}
