package typemap

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap/typemaptest"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

func makeType(t *testing.T, s *Scope, text string) *Type {
	t.Helper()
	ty, err := s.Type(typemaptest.Type(text))
	if err != nil {
		t.Fatal(err)
	}
	return ty
}

type (
	celsius  float64
	level    int8
	hostLine struct {
		SKU   string
		Qty   int // wider than the plugin's
		Price float64
	}
	hostOrder struct {
		ID    uint8 // narrower than the plugin's
		Lines []*hostLine
		Tags  map[string]string
	}
	hostNode struct {
		Value int
		Next  *hostNode
	}
	wideNode struct {
		Next  *wideNode
		Value int64
	}
	failing struct{ x int }
)

func (failing) MarshalText() ([]byte, error) { panic("no") }

func TestGo(t *testing.T) {
	s := NewScope(typemaptest.Shop)
	for text, want := range map[string]string{
		"int":                      "int",
		"Celsius":                  "float64",
		"time.Duration":            "time.Duration",
		"time.Time":                "time.Time",
		"*math/big.Int":            "*big.Int",
		"net/url.Values":           "url.Values",
		"net/url.URL":              "url.URL",
		"encoding/json.RawMessage": "json.RawMessage",
		"any":                      "interface {}",
		"error":                    "error",
		"[]byte":                   "[]uint8",
		"IDs":                      "[]int64",
		"Line":                     "struct { SKU string; Qty int32; Price float64 }",
		"map[Key][]*Line":          "map[struct { A int; B string }][]*struct { SKU string; Qty int32; Price float64 }",
		"Point":                    "struct { X int; Y int }",
		"Derived":                  "struct { Base struct { ID int64 }; Name string }",
		"Secret":                   "string",
		"Blob":                     "codec.Binary",
		"Node":                     "struct { Value int; Next interface {} }",
		"*Node":                    "*struct { Value int; Next interface {} }",
		"Tree":                     "struct { Name string; Kids []interface {}; Index map[string]interface {} }",
		"Wife":                     "struct { Husband interface {}; Home struct { A int; B string } }",
		"Husband":                  "struct { Wife interface {} }",
		"Nest":                     "[]interface {}",
		"Tagged":                   `struct { SKU string "json:\"sku,omitempty\""; Qty int "json:\"-\"" }`,
	} {
		t.Run(text, func(t *testing.T) {
			ty := makeType(t, s, text)
			if got := ty.Go().String(); got != want {
				t.Errorf("%s is %s, want %s", text, got, want)
			}
			if ty.Codec().Type() != ty.Go() {
				t.Errorf("the codec of %s: got the type %s, want %s", text, ty.Codec().Type(), ty.Go())
			}
		})
	}
}

func TestTypeRefused(t *testing.T) {
	bad := &manifest.Manifest{Types: manifest.Types{
		"p.Twice": typemaptest.Struct("A", "int", "A", "int"),
		"p.Lower": typemaptest.Struct("a b", "int"),
	}}
	s := NewScope(bad)
	for _, mt := range []*manifest.Type{
		{Kind: manifest.Struct, Name: "p.Twice"},
		{Kind: manifest.Struct, Name: "p.Lower"},
		{Kind: manifest.Struct, Name: "p.Unknown"},
		{Kind: manifest.Chan, Elem: typemaptest.Type("int")},
		{Kind: manifest.Array, Len: math.MaxInt64, Elem: typemaptest.Type("string")},
		{Kind: manifest.Array, Len: -1, Elem: typemaptest.Type("string")},
		{Kind: manifest.Map, Key: typemaptest.Type("[]int"), Elem: typemaptest.Type("int")},
	} {
		t.Run(mt.String(), func(t *testing.T) {
			_, err := s.Type(mt)
			var te *TypeError
			if !errors.As(err, &te) {
				t.Errorf("%s: got %v, want a *TypeError", mt, err)
			}
		})
	}
	if _, err := s.Type(typemaptest.Type("int")); err != nil {
		t.Error(err)
	}
}

func TestConvert(t *testing.T) {
	now := time.Now()
	link := &url.URL{Scheme: "https", Host: "example.com"}
	boom := errors.New("boom")
	five := 5
	for _, test := range []struct {
		typ  string
		in   any
		want any // an error is text
	}{
		{"int", 10, 10},
		{"int", uintptr(10), 10},
		{"int64", int8(-1), int64(-1)},
		{"uint", -1, wrong("-1 (int) overflows uint")},
		{"int8", 300, wrong("300 (int) overflows int8")},
		{"int8", -128, int8(-128)},
		{"int8", -129, wrong("-129 (int) overflows int8")},
		{"int64", uint64(math.MaxUint64), wrong("18446744073709551615 (uint64) overflows int64")},
		{"uint64", uint64(math.MaxUint64), uint64(math.MaxUint64)},
		{"int16", level(-3), int16(-3)},
		{"int64", time.Second, int64(1e9)},
		{"time.Duration", 1000, time.Microsecond},
		{"int", 3.0, 3},
		{"int", 3.5, wrong("3.5 (float64) is not a whole number that fits int")},
		{"int8", 300.0, wrong("300 (float64) is not a whole number that fits int8")},
		{"int", math.NaN(), wrong("NaN (float64) is not a whole number that fits int")},
		{"float64", 1<<53 + 1, wrong("9007199254740993 (int) is not exactly a float64")},
		{"Celsius", celsius(1.5), 1.5},
		{"float32", 0.5, float32(0.5)},
		{"float32", 0.1, wrong("0.1 (float64) is not exactly a float32; convert it first")},
		{"complex128", 2, complex(2, 0)},
		{"complex64", complex(0.1, 0), wrong("(0.1+0i) (complex128) is not exactly a complex64; convert it first")},
		{"float64", complex(1, 0), wrong("cannot use complex128 as float64")},
		{"bool", 1, wrong("cannot use int as bool")},
		{"int", true, wrong("cannot use bool as int")},
		{"int", "1", wrong("cannot use string as int")},
		{"int", nil, wrong("nil has no value of this type")},
		{"int", &five, 5},
		{"int", (*int)(nil), wrong("nil has no value of this type")},
		{"*int", 5, &five},
		{"*int8", &five, ptr(int8(5))},
		{"*int", nil, (*int)(nil)},
		{"string", "s", "s"},
		{"string", []byte("s"), wrong("cannot use []byte as string")},
		{"[]byte", "s", wrong("cannot use string as []byte")},
		{"[]byte", nil, []byte(nil)},
		{"[]byte", []byte{}, []byte{}},
		{"[]int", []any{1, int8(2), 3.0}, []int{1, 2, 3}},
		{"[]int", []any{1, "2"}, wrong("[1]: cannot use string as int")},
		{"[]int", []int(nil), []int(nil)},
		{"[]int", [2]int{1, 2}, []int{1, 2}},
		{"[2]int", []int{1, 2}, [2]int{1, 2}},
		{"[3]int", []int{1, 2}, wrong("2 elements cannot be used as [3]int")},
		{"[]int", (*[]int)(nil), wrong("cannot use a nil *[]int as []int")},
		{"IDs", []int{1}, []int64{1}},
		{"map[string]int", map[string]any{"a": 1}, map[string]int{"a": 1}},
		{"map[string]int", map[string]any{"a": nil}, wrong(`["a"]: nil has no value of this type`)},
		{"map[int8]bool", map[int]bool{300: true}, wrong("[300]: as a key: 300 (int) overflows int8")},
		{"map[int]bool", map[any]bool{1: true, int8(1): true}, wrong("[1]: two keys of the map are the same as int")},
		{"map[any]int", map[any]int{"a": 1}, map[any]int{"a": 1}},
		{"any", []int{1}, []int{1}},
		{"any", nil, nil},
		{"error", boom, boom},
		{"error", nil, nil},
		{"error", "boom", wrong("cannot use string as error")},
		{"time.Time", now, now},
		{"time.Time", &now, now},
		{"time.Time", "now", wrong("cannot use string as time.Time")},
		{"*math/big.Int", big.NewInt(7), big.NewInt(7)},
		{"net/url.URL", link, *link},
		{"Secret", "text", "text"},
		{"Secret", big.NewInt(7), "7"},
		{"Secret", *big.NewInt(7), "7"},
		{"Secret", failing{}, wrong("a method of typemap.failing panicked: no")},
		{"Secret", (*big.Int)(nil), wrong("nil has no value of this type")},
		{"Blob", link, Binary("https://example.com")},
		{"Blob", []byte{1, 2}, Binary("\x01\x02")},
		{"Key", map[string]any{"A": uint8(1)}, struct {
			A int
			B string
		}{A: 1}},
		{"Key", map[string]any{"a": 1}, wrong("shop.Key has no field a; did you mean A?")},
		{"Key", struct{ A, C int }{1, 2}, wrong("shop.Key has no field C; it has A, B")},
		{"Key", struct{ a int }{1}, wrong("shop.Key has no field a; did you mean A?")},
		{"Key", nil, wrong("nil has no value of this type")},
		{"Key", 5, wrong("cannot use int as struct { A int; B string }")},
		{"Order", hostOrder{ID: 1, Lines: []*hostLine{{}, {}, {Qty: 3000000000}}}, wrong("Lines[2].Qty: 3000000000 (int) overflows int32")},
		{"Order", hostOrder{ID: 1, Lines: []*hostLine{nil}}, wrong("Lines[0]: nil has no value of this type")},
		{"map[string]Order", map[string]any{"x y": map[string]any{"Paid": 1}}, wrong(`["x y"].Paid: cannot use int as bool`)},
	} {
		t.Run(test.typ, func(t *testing.T) {
			s := NewScope(typemaptest.Shop)
			ty := makeType(t, s, test.typ)
			got, err := ty.Convert(test.in)
			if w, ok := test.want.(wrong); ok || err != nil {
				var ce *ConvertError
				if err == nil || err.Error() != string(w) || !errors.As(err, &ce) {
					t.Errorf("%#v as %s\n got %v, %v\nwant %s", test.in, test.typ, got, err, string(w))
				}
				return
			}
			opts := cmp.Options{cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 }), cmp.Comparer(func(a, b error) bool { return a == b })}
			if diff := cmp.Diff(test.want, got, opts); diff != "" {
				t.Errorf("%#v as %s (-want +got):\n%s", test.in, test.typ, diff)
			}
		})
	}
}

// wrong is the text of an error in a table.
type wrong string

func ptr[T any](v T) *T { return &v }

func TestConvertStruct(t *testing.T) {
	ty := makeType(t, NewScope(typemaptest.Shop), "Order")
	got, err := ty.Convert(&hostOrder{ID: 7, Lines: []*hostLine{{SKU: "a", Qty: 2, Price: 0.5}}, Tags: map[string]string{"k": "v"}})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(got)
	if want := `{"ID":7,"Customer":"","Lines":[{"SKU":"a","Qty":2,"Price":0.5}],"Tags":{"k":"v"},"Paid":false}`; err != nil || string(text) != want {
		t.Errorf("got  %s, %v\nwant %s", text, err, want)
	}
}

func TestConvertKeepsNaN(t *testing.T) {
	s := NewScope(typemaptest.Shop)
	quiet := math.Float32frombits(0x7f80beef) // a signalling one
	got, err := makeType(t, s, "[]float32").Convert([]any{quiet})
	if err != nil || math.Float32bits(got.([]float32)[0]) != 0x7f80beef {
		t.Errorf("got %v, %v, want the NaN with the bits 0x7f80beef", got, err)
	}
	if w, err := Scalar(quiet, manifest.Float32); err != nil || w != 0x7f80beef {
		t.Errorf("got %#x, %v, want 0x7f80beef", w, err)
	}
	if w, err := Scalar(math.Copysign(0, -1), manifest.Float64); err != nil || w != 1<<63 {
		t.Errorf("got %#x, %v, want 1<<63", w, err)
	}
}

func TestConvertKeepsSharing(t *testing.T) {
	s := NewScope(typemaptest.Shop)
	ty := makeType(t, s, "*Node")
	loop := &wideNode{Value: 1}
	loop.Next = &wideNode{Value: 2, Next: loop}
	got, err := ty.Convert(loop)
	if err != nil {
		t.Fatal(err)
	}
	first := reflect.ValueOf(got)
	second := first.Elem().Field(1).Elem()
	if back := second.Elem().Field(1).Elem(); back.Pointer() != first.Pointer() {
		t.Errorf("the loop leads to %#x, want %#x", back.Pointer(), first.Pointer())
	}

	deep := []any{}
	deep = append(deep, nil)
	deep[0] = deep
	if _, err := makeType(t, s, "Nest").Convert(deep); err == nil || !strings.Contains(err.Error(), "contains itself") {
		t.Errorf("got error %v, want that it contains itself", err)
	}
}

func TestArgument(t *testing.T) {
	s := NewScope(typemaptest.Shop)
	node := &hostNode{1, &hostNode{2, nil}}
	for _, test := range []struct {
		typ   string
		in    any
		codec reflect.Type
	}{
		{"*Node", node, reflect.TypeFor[*hostNode]()},
		{"Node", node, reflect.TypeFor[hostNode]()},
		{"*Node", *node, reflect.TypeFor[*hostNode]()},
		{"*Node", wideNode{Value: 1}, makeType(t, s, "*Node").Go()},
		{"[]int", []int{1}, reflect.TypeFor[[]int]()},
		{"[]int", []level{1}, reflect.TypeFor[[]int]()},
		{"int", level(1), reflect.TypeFor[int]()},
		{"any", level(1), reflect.TypeFor[any]()},
		{"*Node", nil, makeType(t, s, "*Node").Go()},
	} {
		t.Run(test.typ, func(t *testing.T) {
			ty := makeType(t, s, test.typ)
			for range 2 { // the second time from the cache
				c, v, err := ty.Argument(test.in)
				if err != nil || c.Type() != test.codec || c.Type() != anyType && reflect.TypeOf(v) != test.codec {
					t.Errorf("%T as %s: got %T for %v, %v, want %v", test.in, test.typ, v, c.Type(), err, test.codec)
				}
			}
		})
	}
}

// trip encodes v and decodes it again by the plugin's view of the type.
func trip(t *testing.T, s *Scope, c *codec.Codec, v any, to *codec.Codec) any {
	t.Helper()
	p := reflect.New(c.Type())
	if v != nil {
		p.Elem().Set(reflect.ValueOf(v))
	}
	var e wire.Encoder
	e.Scope = s
	if err := codec.Marshal(c, &e, p.UnsafePointer()); err != nil {
		t.Fatal(err)
	}
	out := reflect.New(to.Type())
	if err := codec.Unmarshal(to, e.Bytes(), s, unsafe.Pointer(out.Pointer())); err != nil {
		t.Fatal(err)
	}
	return out.Elem().Interface()
}

func TestRecursive(t *testing.T) {
	s := NewScope(typemaptest.Shop)
	ty := makeType(t, s, "*Node")
	host, err := codec.For(reflect.TypeFor[*hostNode]())
	if err != nil {
		t.Fatal(err)
	}
	loop := &hostNode{Value: 1}
	loop.Next = &hostNode{2, &hostNode{3, loop}}
	// The host's type, the type that stands for the plugin's, and back.
	made := trip(t, s, host, loop, ty.Codec())
	back := trip(t, s, ty.Codec(), made, host).(*hostNode)
	if back.Value != 1 || back.Next.Value != 2 || back.Next.Next.Value != 3 || back.Next.Next.Next != back {
		t.Errorf("got %+v, want a loop of 1, 2, 3", back)
	}

	type Tree struct {
		Name  string
		Kids  []Tree
		Index map[string]*Tree
	}
	tree := Tree{"a", []Tree{{Name: "b", Kids: []Tree{}}}, map[string]*Tree{"c": nil, "d": {Name: "e"}}}
	c, err := s.Match(typemaptest.Type("Tree"), reflect.TypeFor[Tree]())
	if err != nil {
		t.Fatal(err)
	}
	ty = makeType(t, s, "Tree")
	if diff := cmp.Diff(tree, trip(t, s, ty.Codec(), trip(t, s, c, tree, ty.Codec()), c)); diff != "" {
		t.Errorf("the tree differs (-want +got):\n%s", diff)
	}
	made, err = ty.Convert(tree)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tree, trip(t, s, ty.Codec(), made, c)); diff != "" {
		t.Errorf("the tree differs (-want +got):\n%s", diff)
	}
}
