package codec

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

type Line struct {
	SKU   string
	Qty   int32
	Price float64
}

type Order struct {
	ID       int64
	Customer string
	Lines    []Line
	Tags     map[string]string
	Paid     bool
}

type (
	Level  int8
	Name   string
	Names  []Name
	Tags   map[Name]Level
	Point  struct{ X, Y int32 }
	Pair   struct{ A, B *Point }
	Padded struct {
		A bool
		B int64
		_ [3]byte
		C uint16
		D bool
	}
	Base struct{ ID int }
	Deep struct {
		Base
		*Point
		Name
		In struct{ Deeper [2]struct{ S []string } }
	}
	Node struct {
		Value int
		Next  *Node
		Kids  []Node
		ByKey map[string]Node
	}
	List []List
	Tree map[string]Tree
	Key  struct {
		A string
		B [2]int8
		C any
	}
	Empty          struct{}
	Blank          struct{ _, _ int }
	Generic[T any] struct{ V T }
)

// encode returns the encoding of the value that p points to.
func encode(t testing.TB, p any, scope Scope) []byte {
	t.Helper()
	c, err := For(reflect.TypeOf(p).Elem())
	if err != nil {
		t.Fatal(err)
	}
	e := wire.Encoder{Scope: scope}
	if err := Marshal(c, &e, reflect.ValueOf(p).UnsafePointer()); err != nil {
		t.Fatalf("encoding %T: got error %v, want nil", p, err)
	}
	if n := len(e.Bytes()); n < c.Least() || c.Fixed() && n != c.Least() {
		t.Errorf("%T: got %d bytes, want %d at least", p, n, c.Least())
	}
	return e.Bytes()
}

// trip returns what arrives of v.
func trip[T any](t testing.TB, v T) T {
	t.Helper()
	b := encode(t, &v, nil)
	c, _ := For(reflect.TypeFor[T]())
	p := new(T)
	if err := Unmarshal(c, b, nil, unsafe.Pointer(p)); err != nil {
		t.Fatalf("decoding %T: got error %v, want nil", v, err)
	}
	return *p
}

func check[T any](t *testing.T, values ...T) {
	t.Helper()
	for _, v := range values {
		got := trip(t, v)
		if d := differ(reflect.ValueOf(&v).Elem(), reflect.ValueOf(&got).Elem()); d != "" {
			t.Errorf("%T: got another value:%s, want the same", v, d)
		}
	}
}

func TestScalars(t *testing.T) {
	check(t, true, false)
	check(t, 0, 1, -1, math.MaxInt, math.MinInt)
	check[int8](t, 0, math.MaxInt8, math.MinInt8)
	check[int16](t, 0, math.MaxInt16, math.MinInt16)
	check[int32](t, 0, math.MaxInt32, math.MinInt32)
	check[int64](t, 0, math.MaxInt64, math.MinInt64)
	check[uint](t, 0, math.MaxUint)
	check[uint8](t, 0, math.MaxUint8)
	check[uint16](t, 0, math.MaxUint16)
	check[uint32](t, 0, math.MaxUint32)
	check[uint64](t, 0, math.MaxUint64)
	check[uintptr](t, 0, math.MaxUint64)
	minus := math.Copysign(0, -1)
	nan := math.Float64frombits(0x7ff8_dead_beef_0001)
	signalling := math.Float32frombits(0x7fa0_0001)
	check(t, 0, minus, nan, math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64)
	check(t, 0, float32(minus), signalling, math.MaxFloat32, math.SmallestNonzeroFloat32)
	check(t, complex(minus, nan), complex(nan, minus))
	check(t, complex(signalling, float32(minus)))
	check(t, "", "x", "\x00", "böse\xff\xfe", strings.Repeat("long ", 1e5))
	check[Level](t, -128, 127)
	check[Name](t, "", "x\xff")
	check(t, time.Duration(math.MinInt64), time.Hour)
}

func TestComposed(t *testing.T) {
	check(t, nil, []byte{}, []byte("a\x00\xff"))
	check(t, nil, []string{}, []string{"", "x", strings.Repeat("y", 33)})
	check(t, nil, []bool{}, []bool{true, false})
	check(t, nil, []float64{}, []float64{math.NaN(), math.Copysign(0, -1)})
	check(t, nil, []Point{}, []Point{{1, 2}, {3, 4}})
	check(t, nil, Names{}, Names{"a"})
	check(t, nil, [][]int{}, [][]int{nil, {}, {1, 2}})
	check(t, [0]int{})
	check(t, [3]string{"a", "", "c"})
	check(t, [2][2]bool{{true, false}, {false, true}})
	check(t, nil, map[string]string{}, map[string]string{"a": "b", "": ""})
	check(t, nil, map[string]int{}, map[string]int{"a": math.MinInt})
	check(t, nil, map[string]float64{}, map[string]float64{"a": math.NaN()})
	check(t, nil, map[string]bool{}, map[string]bool{"a": true, "b": false})
	check(t, nil, map[string]any{}, map[string]any{"a": 1, "b": nil})
	check(t, nil, map[int]string{}, map[int]string{-1: "a"})
	check(t, nil, map[uint64]int64{}, map[uint64]int64{math.MaxUint64: math.MinInt64})
	check(t, nil, Tags{}, Tags{"a": 1})
	check(t, nil, map[int8][]string{}, map[int8][]string{-1: {"x"}, 2: nil})
	check(t, nil, map[Name]*Point{}, map[Name]*Point{"a": {1, 2}, "b": nil})
	check(t, nil, map[Key]Line{}, map[Key]Line{{"a", [2]int8{1, 2}, 3}: {SKU: "x"}, {"a", [2]int8{1, 2}, "3"}: {}})
	check(t, map[float64]int{math.NaN(): 1, math.Float64frombits(0x7ff8_dead_beef_0001): 2, math.Copysign(0, -1): 3})
	check(t, map[[2]float32]string{{float32(math.NaN()), 1}: "x", {1, 2}: "y"})
	check(t, map[any]any{1: "a", "b": 2, 2.5: nil, struct{ X int8 }{1}: 3, nil: 4, [1]any{"x"}: 5, true: false})
	check(t, nil, new(*int), ptr(ptr(5)))
	check(t, Order{}, order())
	check(t, Padded{true, -1, [3]byte{}, 3, true})
	check(t, Deep{Base{1}, &Point{1, 2}, "n", struct{ Deeper [2]struct{ S []string } }{[2]struct{ S []string }{{[]string{"x"}}, {}}}}, Deep{})
	check(t, Node{Value: 1, Next: &Node{Value: 2}, Kids: []Node{{Value: 3, Kids: []Node{}}}, ByKey: map[string]Node{"a": {Value: 4}}})
	check(t, nil, List{}, List{nil, {}, {{}, nil}})
	check(t, nil, Tree{}, Tree{"a": nil, "b": {"c": {}}})
	check(t, Generic[Generic[[]int]]{Generic[[]int]{[]int{1}}})
	check(t, struct{ A, B struct{ C, D string } }{})
}

func ptr[T any](v T) *T { return &v }

func TestNothing(t *testing.T) {
	check(t, Empty{})
	check(t, Blank{})
	check(t, nil, []Empty{}, make([]Empty, 1e9))
	check(t, nil, []Blank{}, make([]Blank, 1e3))
	check(t, make([][0]string, 1e9))
	check(t, [1 << 40]Empty{})
	check(t, nil, map[Empty]Empty{}, map[Empty]Empty{{}: {}})
	check(t, map[Empty]int{{}: 1})
	check(t, map[string]Empty{"a": {}, "b": {}})
	check(t, &Empty{}, nil)
	check(t, []*Empty{{}, nil})
	check(t, struct {
		A Empty
		B int8
		C [0]string
	}{B: 1})
}

func TestLarge(t *testing.T) {
	const n = 100_000
	ints, texts, lines, pointers := make([]int, n), make([]string, n), make([]Line, n), make([]*Point, n)
	set, values := make(map[int]string, n), make(map[string]any, n)
	for i := range n {
		ints[i], texts[i] = i, fmt.Sprint(i)
		lines[i] = Line{texts[i], int32(i), float64(i)}
		pointers[i] = &Point{int32(i), 0}
		set[i], values[texts[i]] = texts[i], i
	}
	check(t, ints)
	check(t, texts)
	check(t, lines)
	check(t, pointers)
	check(t, set)
	check(t, values)
}

func TestOwnMethods(t *testing.T) {
	n, _ := new(big.Int).SetString("-123456789012345678901234567890", 10)
	if got := trip(t, n); got.Cmp(n) != 0 {
		t.Errorf("got %v, want %v", got, n)
	}
	if got := trip(t, []big.Int{*n, {}}); got[0].Cmp(n) != 0 || got[1].Sign() != 0 {
		t.Errorf("got %v, want %v and 0", got, n)
	}
	u, _ := url.Parse("https://user:secret@example.com/a%2Fb?q=1#f")
	if got := trip(t, u); got.String() != u.String() || got.User.String() != u.User.String() {
		t.Errorf("got %v, want %v", got, u)
	}
	addresses := map[netip.Addr]netip.Prefix{
		netip.MustParseAddr("fe80::1%eth0"): netip.MustParsePrefix("10.0.0.0/8"), {}: {},
	}
	if got := trip(t, addresses); !reflect.DeepEqual(got, addresses) {
		t.Errorf("got %v, want %v", got, addresses)
	}
	check(t, nil, net.IP{}, net.IPv4(1, 2, 3, 4))
	check(t, nil, json.RawMessage{}, json.RawMessage(`{"a":1}`))
	check(t, json.Number("1e400"))
}

func TestTime(t *testing.T) {
	berlin := time.FixedZone("CET", 3600)
	odd := time.FixedZone("", -(12*3600 + 34*60 + 56))
	for name, want := range map[string]time.Time{
		"zero": {}, "1970": time.Unix(0, 0).UTC(), "far": time.Unix(1<<40, 999_999_999), "before year 1": time.Date(-5, 1, 2, 3, 4, 5, 6, berlin),
		"9999": time.Date(9999, 12, 31, 23, 59, 59, 999_999_999, odd), "now": time.Now(), "now in UTC": time.Now().UTC(),
	} {
		t.Run(name, func(t *testing.T) {
			got := trip(t, want)
			_, a := want.Zone()
			_, b := got.Zone()
			if !got.Equal(want) || a != b || got.String() != want.Round(0).String() {
				t.Errorf("got %v, want %v", got, want)
			}
			if want.Location() == time.UTC && got != want {
				t.Errorf("got %v, want it == %v", got, want)
			}
		})
	}
}

// Types are refused with the place of what does not cross.
func TestRefusedTypes(t *testing.T) {
	type hidden struct{ x int }
	type promoted struct {
		url.URL
		x int
	}
	for _, c := range []struct {
		typ  reflect.Type
		want string
	}{
		{reflect.TypeFor[func()](), "func() has type func(): functions and channels"},
		{reflect.TypeFor[struct {
			A []map[string]struct{ F chan int }
		}](), ".A[][].F has type chan int"},
		{reflect.TypeFor[map[[1]unsafe.Pointer]int](), "[key][] has type unsafe.Pointer, which means nothing"},
		{reflect.TypeFor[[]*hidden](), "[] has type codec.hidden, whose field x is unexported"},
		{reflect.TypeFor[promoted](), "whose field x is unexported"},
		{reflect.TypeFor[fmt.Stringer](), "an interface with methods"},
		{reflect.TypeFor[interface{ Error() string }](), "an interface with methods"},
	} {
		t.Run(fmt.Sprint(c.typ), func(t *testing.T) {
			_, err := For(c.typ)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v: %v, want %q", c.typ, err, c.want)
			}
		})
	}
}
