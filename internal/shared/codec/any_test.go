package codec

import (
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// names is a scope that knows some types.
type names map[string]*Codec

func named(t testing.TB, values ...any) *names {
	n := names{}
	for _, v := range values {
		typ := reflect.TypeOf(v)
		c, err := For(typ)
		if err != nil {
			t.Fatal(err)
		}
		n[typ.PkgPath()+"."+typ.Name()] = c
	}
	return &n
}

func (n *names) Name(t reflect.Type) string {
	name := t.PkgPath() + "." + t.Name()
	if (*n)[name] != nil {
		return name
	}
	return ""
}

func (n *names) Codec(name string) *Codec { return (*n)[name] }

var errMine = errors.New("mine")

func (n *names) Sentinel(name string) error {
	if name == ".ErrMine" {
		return errMine
	}
	return nil
}

func (n *names) SentinelName(err error) string {
	if err == errMine {
		return ".ErrMine"
	}
	return ""
}

func TestAny(t *testing.T) {
	for _, v := range []any{
		nil, true, 1, int8(-1), int16(-1), int32(-1), int64(-1), uint(1), uint8(1), uint16(1), uint32(1), uint64(1),
		uintptr(1), float32(1.5), 2.5, complex64(1i), 2i, "", "text", []byte(nil), []byte{}, []byte("x"),
		[]any(nil), []any{}, []any{nil, 1, []any{"x"}}, map[string]any(nil), map[string]any{"a": map[string]any{}},
		[]string(nil), []string{"a"}, time.Unix(1, 2).UTC(), time.Second,
		[]int(nil), []int{1}, [2]string{"a"}, map[int32][]string{1: {"x"}}, (*int)(nil), ptr("x"), ptr(ptr(1)),
		struct{}{}, [0]int{}, struct{ A *int }{}, struct{ A *int }{ptr(1)}, [1]*int{ptr(1)}, [1]map[string]int{{"a": 1}},
		struct {
			X int
			Y []any
		}{1, []any{2}},
		[]map[string][]*float64{{"a": {ptr(1.5), nil}}}, []any{[]error{nil}}, map[any]any{1: "x", "y": 2},
		[]time.Time{{}},
	} {
		check(t, v)
	}
}

// Declared types arrive as themselves where they are known, else as their structure.
func TestAnyNamed(t *testing.T) {
	o := order()
	scope := named(t, Order{}, Node{}, Level(0), Generic[map[string]Point]{}, big.Int{})
	for _, v := range []any{
		o, &o, []*Order{&o, nil}, map[Level]Node{1: {Value: 2, Kids: []Node{{}}}}, Level(3), struct{ L Level }{1},
		Generic[map[string]Point]{map[string]Point{"a": {1, 2}}},
	} {
		t.Run(fmt.Sprintf("%T", v), func(t *testing.T) {
			got, err := decode[any](encode(t, &v, scope), scope)
			if d := differ(reflect.ValueOf(v), reflect.ValueOf(got)); err != nil || d != "" {
				t.Errorf("%T: got %v%s, want the same value", v, err, d)
			}
		})
	}
	n := big.NewInt(7)
	var v any = []any{n, *n}
	got, err := decode[any](encode(t, &v, scope), scope)
	if err != nil || got.([]any)[0].(*big.Int).Cmp(n) != 0 {
		t.Errorf("got %v, %v, want %v", got, err, n)
	}

	plain := trip[any](t, []any{
		Point{1, 2}, Level(3), Names{"a"}, Tags{"a": 1}, *n, Padded{A: true, C: 5}, Deep{Base: Base{1}, Name: "n"},
	})
	type in = struct{ Deeper [2]struct{ S []string } }
	want := []any{
		struct{ X, Y int32 }{1, 2}, int8(3), []string{"a"}, map[string]int8{"a": 1}, "7",
		struct {
			A bool
			B int64
			C uint16
			D bool
		}{A: true, C: 5},
		struct {
			Base  struct{ ID int }
			Point *struct{ X, Y int32 }
			Name  string
			In    in
		}{Base: struct{ ID int }{1}, Name: "n"},
	}
	if d := differ(reflect.ValueOf(want), reflect.ValueOf(plain)); d != "" {
		t.Errorf("got another value:%s, want the same", d)
	}
}

func TestAnyRefused(t *testing.T) {
	for want, v := range map[string]any{
		"func() does not cross":                           func() {},
		"struct { f int } does not cross: its field f is": struct{ f int }{},
		"codec.Node contains itself":                      []Node{},
		"unsafe.Pointer does not cross":                   []unsafe.Pointer{nil},
		"interface with methods":                          []any{1, []any{struct{ S interface{ M() } }{}}},
		"url.URL is not known to the other side":          url.URL{},
	} {
		t.Run(want, func(t *testing.T) {
			c, _ := For(anyType)
			var refused *wire.EncodeError
			err := Marshal(c, new(wire.Encoder), unsafe.Pointer(&v))
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), want) {
				t.Errorf("%T: %v, want %q", v, err, want)
			}
		})
	}
}

func TestDescribe(t *testing.T) {
	scope := named(t, Order{}, Generic[map[string]Point]{})
	for _, c := range []struct {
		typ  reflect.Type
		want string
	}{
		{reflect.TypeFor[[]map[string]int32](), "[]map[string]int32"},
		{reflect.TypeFor[*Order](), "*github.com/RamanSharma100/go-winplugin/internal/shared/codec.Order"},
		{reflect.TypeFor[[3]Level](), "[3]int8"},
		{reflect.TypeFor[Padded](), "struct{A bool;B int64;C uint16;D bool}"},
		{reflect.TypeFor[struct {
			Base
			E  error
			A  any `json:"a"`
			T  time.Time
			By map[rune]byte
		}](), "struct{Base struct{ID int};E error;A any;T time.Time;By map[int32]uint8}"},
		{reflect.TypeFor[struct{}](), "struct{}"},
		{reflect.TypeFor[big.Int](), "string"},
		{reflect.TypeFor[map[time.Duration]Generic[map[string]Point]](),
			"map[time.Duration]github.com/RamanSharma100/go-winplugin/internal/shared/codec.Generic[map[string]github.com/RamanSharma100/go-winplugin/internal/shared/codec.Point]"},
	} {
		t.Run(fmt.Sprint(c.typ), func(t *testing.T) {
			got, err := Describe(c.typ, scope)
			if got != c.want || err != nil {
				t.Errorf("%v: got %s, error %v, want %s", c.typ, got, err, c.want)
			}
			if codec, err := resolve([]byte(got), scope); err != nil {
				t.Errorf("%s: got error %v, want nil", got, err)
			} else if again, _ := Describe(codec.Type(), scope); again != got {
				t.Errorf("%s: got %s, want the same", got, again)
			}
		})
	}
	for _, text := range []string{
		"", "*", "[]", "[", "[]]int", "[-1]int", "[x]int", "map[", "map[int", "map[int]", "struct", "struct{", "struct{X}",
		"struct{X int;}", "struct{x int}", "struct{X int,Y int}", "int ", "unsafe.Pointer", "chan int", "func()", "byte",
		strings.Repeat("[]", 1000) + "int", strings.Repeat("x", maxDescription+1),
		strings.Repeat("[8000]", 7) + "int",
	} {
		t.Run(fmt.Sprintf("%.30s", text), func(t *testing.T) {
			if c, err := resolve([]byte(text), nil); err == nil {
				t.Errorf("%.30q: got %v, want an error", text, c.Type())
			}
		})
	}
}

// A type that contains itself, made by hand as the host has to make it.
func TestBoxed(t *testing.T) {
	var node *Codec
	boxed := Boxed(func() *Codec { return Pointer(node) })
	number, _ := For(reflect.TypeFor[int]())
	kids := Slice(Boxed(func() *Codec { return node }))
	byKey := Map(must(stringType), Boxed(func() *Codec { return node }))
	type like struct {
		Value int
		Next  any
		Kids  []any
		ByKey map[string]any
	}
	node = Struct(reflect.TypeFor[like](), []*Codec{number, boxed, kids, byKey})
	want := Node{Value: 1, Next: &Node{Value: 2}, Kids: []Node{{Value: 3}}, ByKey: map[string]Node{"a": {Value: 4}}}
	want.Kids[0].Next = want.Next

	v := new(like)
	if err := Unmarshal(node, encode(t, &want, nil), nil, unsafe.Pointer(v)); err != nil {
		t.Fatal(err)
	}
	kid := v.Kids[0].(like)
	if v.Value != 1 || v.Next.(*like).Value != 2 || kid.Next != v.Next || v.ByKey["a"].(like).Value != 4 || v.Next.(*like).Next != nil {
		t.Errorf("got %+v, want the values of the host's type", v)
	}
	v.Kids = append(v.Kids, nil)
	var e wire.Encoder
	if err := Marshal(node, &e, unsafe.Pointer(v)); err != nil {
		t.Fatal(err)
	}
	got, err := decode[Node](e.Bytes(), nil)
	want.Kids = append(want.Kids, Node{})
	if d := differ(reflect.ValueOf(want), reflect.ValueOf(got)); err != nil || d != "" {
		t.Errorf("got %v%s, want the same value", err, d)
	}
	v.Next = 5
	if err := Marshal(node, &e, unsafe.Pointer(v)); err == nil || !strings.Contains(err.Error(), "a int where") {
		t.Error(err)
	}
	if c := Slice(Slice(must(stringType))); !c.plain || c.Type() != reflect.TypeFor[[][]string]() {
		t.Errorf("got %+v, want the codec of a [][]string", c)
	}
}

func TestManyDescriptions(t *testing.T) {
	var d Budget
	long := strings.Repeat("x", maxDescription)
	n := 0
	for d.admit(strconv.Itoa(n) + long) {
		n++
	}
	if n < 100 || n > 256 || !d.admit("0"+long) || d.admit(long+"y") {
		t.Errorf("got %d admitted, want 100 to 256 and no more", n)
	}
	c := cache[int, int]{m: map[int]int{}}
	for i := range 3 * maxCached {
		c.put(i, i)
		if c.m[i] != i || len(c.m) > maxCached {
			t.Fatalf("got %d of %d entries, want the last among at most %d", i, len(c.m), maxCached)
		}
	}
}
