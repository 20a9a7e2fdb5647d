package codec

import (
	"errors"
	"math/big"
	"net/netip"
	"reflect"
	"runtime/metrics"
	"testing"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// everything has at least one of each kind of encoding in it.
type everything struct {
	Order   Order
	Bool    bool
	Small   [3]int16
	Floats  []float64
	Points  []Point
	Bools   []bool
	Texts   []string
	Nodes   *Node
	Shared  [2]*Point
	List    List
	ByInt   map[int]string
	ByKey   map[Key][]*Line
	ByAny   map[any]any
	Numbers map[Name]float64
	Nothing []Empty
	Blank   []Blank
	Maps    map[Empty][2]Blank
	Big     *big.Int
	Addr    netip.Addr
	Time    time.Time
	Err     error
	Any     any
}

var fuzzed = []reflect.Type{
	reflect.TypeFor[everything](), reflect.TypeFor[Order](), reflect.TypeFor[*Node](), reflect.TypeFor[any](), reflect.TypeFor[error](),
	reflect.TypeFor[map[any]any](), reflect.TypeFor[[]everything](), reflect.TypeFor[map[Key]*everything](), reflect.TypeFor[Tree](),
	reflect.TypeFor[[]*[]*Deep](), reflect.TypeFor[[][]Empty](), reflect.TypeFor[[]map[string][]Blank](), reflect.TypeFor[*[100]string](),
	reflect.TypeFor[[]netip.Prefix](), reflect.TypeFor[[]CodeError](), reflect.TypeFor[[]bool](), reflect.TypeFor[map[float64]*float64](),
}

// FuzzDecode decodes anything as a value of one of the types that the first byte
// chooses. What can be decoded must survive the trip; what cannot must not take memory
// beyond what the message could hold.
func FuzzDecode(f *testing.F) {
	o, node := order(), chain(3)
	node.Next.Next.Next = node
	all := everything{
		Order: o, Bool: true, Floats: []float64{1, 2}, Points: []Point{{1, 2}}, Bools: []bool{true}, Texts: []string{"a", ""},
		Nodes: node, List: List{nil, {}}, ByInt: map[int]string{1: "x"}, ByKey: map[Key][]*Line{{A: "a", C: 1}: {{SKU: "x"}}},
		ByAny: map[any]any{"a": []any{1, "x", nil}}, Numbers: map[Name]float64{"a": 1}, Nothing: make([]Empty, 3), Blank: make([]Blank, 3),
		Maps: map[Empty][2]Blank{{}: {}}, Big: big.NewInt(1 << 40), Addr: netip.MustParseAddr("::1"), Time: time.Unix(1, 2),
		Err: &CodeError{Code: 5, Inner: errors.Join(errMine, errors.New("x"))},
		Any: []any{&o, struct{ X map[string][]*int8 }{}, Level(1), time.Second, 1.5, []string{"a"}, map[string]any{"a": uint8(1)}},
	}
	all.Shared[0] = &Point{1, 2}
	all.Shared[1] = all.Shared[0]
	scope := named(f, Order{}, Level(0), Node{})
	for i, v := range []any{&all, &o, &node, &all.Any, &all.Err, &all.ByAny} {
		f.Add(append([]byte{byte(i)}, encode(f, v, scope)...))
	}
	for _, text := range []string{"[]map[string]*struct{X int;Y []error}", "[1000]struct{}", "map[[2]any]time.Time"} {
		f.Add(append([]byte{3, anyDescribed, byte(len(text))}, text...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 {
			return
		}
		decodeAny(t, fuzzed[int(b[0])%len(fuzzed)], b[1:], scope)
	})
}

func decodeAny(t *testing.T, typ reflect.Type, b []byte, scope Scope) {
	c, err := For(typ)
	if err != nil {
		t.Fatal(err)
	}
	if commonBudget.size > maxDescribed/2 {
		clear(commonBudget.texts) // a fuzzer goes on for longer than a program's senders may
		commonBudget.size = 0
	}
	v := reflect.New(typ)
	before := allocated()
	err = Unmarshal(c, b, scope, v.UnsafePointer())
	// A map with one entry takes memory for eight, and big types for a byte each.
	if n := allocated() - before; n > 1<<22+uint64(len(b))<<12 {
		t.Errorf("got %d bytes allocated for a message of %d, want at most %d", n, len(b), 1<<22+uint64(len(b))<<12)
	}
	if err != nil {
		var (
			damaged *wire.DecodeError
			method  *MethodError
		)
		if !errors.As(err, &damaged) && !errors.As(err, &method) {
			t.Errorf("got an error of type %T: %v, want a DecodeError or a MethodError", err, err)
		}
		return
	}
	e := wire.Encoder{Scope: scope}
	if err := Marshal(c, &e, v.UnsafePointer()); err != nil {
		t.Fatalf("encoding what was decoded: got error %v, want nil", err)
	}
	again := reflect.New(typ)
	if err := Unmarshal(c, e.Bytes(), scope, again.UnsafePointer()); err != nil {
		t.Fatalf("decoding what was encoded: got error %v, want nil", err)
	}
	if typ == reflect.TypeFor[Order]() {
		if d := differ(v, again); d != "" {
			t.Errorf("got another order:%s, want the same", d)
		}
		sameAsStatic(t, b, v.Interface().(*Order))
	}
}

// sameAsStatic decodes an order as a plugin does.
func sameAsStatic(t *testing.T, b []byte, want *Order) {
	var (
		d   wire.Decoder
		got Order
	)
	d.Reset(b)
	takeOrder(&d, &got)
	d.End()
	if diff := differ(reflect.ValueOf(want), reflect.ValueOf(&got)); diff != "" {
		t.Errorf("got another order:%s, want the same", diff)
	}
}

func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// FuzzStatic decodes anything with the functions that plugins are made of.
func FuzzStatic(f *testing.F) {
	o := order()
	f.Add(encode(f, &o, nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		dynamic, err := decode[Order](b, nil)
		if err == nil {
			sameAsStatic(t, b, &dynamic)
			return
		}
		defer func() {
			if _, ok := recover().(*wire.DecodeError); !ok {
				t.Errorf("the other decoder: got no error, want one, as the first has: %v", err)
			}
		}()
		var (
			d wire.Decoder
			o Order
		)
		d.Reset(b)
		takeOrder(&d, &o)
		d.End()
	})
}

// FuzzDescription resolves anything. What can be resolved has a description that gives
// the same type again.
func FuzzDescription(f *testing.F) {
	f.Add("[]map[string]*struct{X int;Y []error}")
	f.Add("[3]p.T[struct{x int}]")
	f.Add("map[string]*struct{F func(context.Context,...any)(func()([2]int),error)}")
	b := newLoopback()
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := parse(text, b); err == nil {
			if again, err := newDescription(c.Type(), b); err != nil || again.text != text {
				t.Errorf("%q: got %+v, error %v, want the same text", text, again, err)
			}
		}
		c, err := parse(text, nil)
		if err != nil {
			return
		}
		again, err := Describe(c.Type(), nil)
		if err != nil || again != text {
			t.Errorf("%q: got %q, error %v, want the same text", text, again, err)
		}
	})
}

// FuzzObjects decodes anything where objects and funcs cross by reference.
func FuzzObjects(f *testing.F) {
	b := newLoopback()
	b.list = []any{&secret{1}, func() {}, 3}
	v := any([]any{&secret{1}, map[string]any{"f": func(int, ...any) error { return nil }}, thing{1, ""}, &hooks{Do: func(int) string { return "" }}})
	e := wire.Encoder{Scope: b}
	PutAny(&e, v)
	f.Add(e.Bytes())
	n := len(b.list)
	f.Fuzz(func(t *testing.T, message []byte) {
		b.list = b.list[:n:n]
		decodeAny(t, anyType, message, b)
	})
}
