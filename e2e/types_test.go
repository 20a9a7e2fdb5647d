package e2e

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"go/token"
	"image"
	"image/color"
	"io/fs"
	"log/slog"
	"math"
	"math/big"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func openTypes(t testing.TB) *winplugin.Plugin { t.Helper(); return open(t, built(t, "types")) }

// A trip is a function of testdata/types that returns its argument, and values to pass.
type trip struct {
	function string
	run      func(t *testing.T, p *winplugin.Plugin, l *winplugin.Loader)
}

// there sends values there and back, by every way to call.
func there[T any](function string, values ...T) trip {
	return trip{function, func(t *testing.T, p *winplugin.Plugin, l *winplugin.Loader) {
		plain := bound[func(T) T](t, p, function)
		full := bound[func(context.Context, T) (T, error)](t, p, function)
		for i, v := range values {
			what := fmt.Sprintf("value %d", i)
			same(t, what+" by Func", v, plain(v))
			got, err := full(context.Background(), v)
			if err != nil {
				t.Fatalf("%s: got error %v, want nil", what, err)
			}
			same(t, what+" by Func with an error", v, got)
			results, err := p.Call(context.Background(), function, v)
			if err != nil {
				t.Errorf("%s by Call: got error %v, want nil", what, err)
				continue
			}
			alike(t, what+" by Call", v, results[0])
			// What Call returns it also takes.
			if again, err := p.Call(context.Background(), function, results[0]); err != nil {
				t.Errorf("%s by Call again: got error %v, want nil", what, err)
			} else {
				alike(t, what+" by Call again", v, again[0])
			}
			if l != nil {
				r, err := l.Call("types", function, v)
				if err != nil {
					t.Fatalf("%s: got error %v, want nil", what, err)
				}
				alike(t, what+" by Loader.Call", v, r)
			}
		}
	}}
}

// loops sends pointers that point to themselves, of which Call returns objects that have no
// copies.
func loops(values ...Loop) trip {
	return trip{"PassLoop", func(t *testing.T, p *winplugin.Plugin, _ *winplugin.Loader) {
		pass := bound[func(Loop) Loop](t, p, "PassLoop")
		for i, v := range values {
			same(t, fmt.Sprintf("value %d by Func", i), v, pass(v))
			got, err := p.Call(context.Background(), "PassLoop", v)
			if err != nil {
				t.Errorf("value %d by Call: got error %v, want nil", i, err)
				continue
			}
			again, err := p.Call(context.Background(), "PassLoop", got[0])
			if err != nil || again[0] != got[0] {
				t.Errorf("value %d by Call again: %v, %v, want %v", i, again, err, got)
			}
			var to Loop
			if x, ok := got[0].(*winplugin.Object); ok {
				if err := x.Copy(&to); err == nil || !strings.Contains(err.Error(), "pointer to itself") {
					t.Errorf("value %d: got a copy %v, error %v, want that of a pointer to itself", i, to, err)
				}
			} else if v != nil {
				t.Errorf("value %d by Call: %T, want an object", i, got[0])
			}
		}
	}}
}

var (
	utc    = time.Date(2024, 2, 29, 23, 59, 59, 999999999, time.UTC)
	nepal  = utc.In(time.FixedZone("NPT", 5*3600+45*60))
	site   = &url.URL{Scheme: "https", User: url.UserPassword("ü", "p:w"), Host: "example.com:8080", Path: "/a b", RawQuery: "q=1"}
	huge   = new(big.Int).Lsh(big.NewInt(-3), 4000)
	orders = []Order{order(), {}, {ID: math.MinInt64, Lines: []Line{}, Tags: map[string]string{}}, {Customer: "\xff\x00", Tags: map[string]string{"": ""}}}
)

func trips() []trip {
	n, shared := 5, ptr(1)
	label := ptr(Label("l"))
	var numbers []int
	for i := range 100_000 {
		numbers = append(numbers, i*i)
	}
	ring := &Node{Name: "a", Next: &Node{Name: "b"}}
	ring.Next.Next, ring.Left, ring.Right = ring, ring.Next, &Node{}
	firm := &Company{Name: "firm"}
	for _, name := range []string{"boss", "one", "two"} {
		firm.Staff = append(firm.Staff, &Employee{Name: name, Employer: firm})
		firm.Staff[len(firm.Staff)-1].Boss = firm.Staff[0]
	}
	loop := new(Loop)
	*loop = loop
	tree := Tree{1, []Tree{{Value: 2, Children: []Tree{}}, {Value: 3, Named: map[string]Tree{"x": {Value: 4}}}}, map[string]Tree{}}
	outer := Outer{By: map[struct{ X, Y int }]struct{}{{1, 2}: {}}}
	outer.Inner.Deep.Values = []struct{ X, Y int }{{3, 4}, {}}
	outer.Inner.More = &struct{ Text string }{"more"}
	outer.Pair[1].R = "r"
	schedule := Schedule{nepal, time.Hour, site, huge, netip.MustParseAddr("fe80::1%eth0"), json.RawMessage(`{"a":1}`), "1e400"}
	nan := math.Float64frombits

	return []trip{
		there("Bool", true, false),
		there("Int", 0, -1, math.MinInt, math.MaxInt),
		there("Int8", int8(math.MinInt8), math.MaxInt8),
		there("Int16", int16(math.MinInt16), math.MaxInt16),
		there("Int32", int32(math.MinInt32), math.MaxInt32),
		there("Int64", int64(math.MinInt64), math.MaxInt64),
		there("Uint", uint(math.MaxUint)),
		there("Uint8", uint8(math.MaxUint8)),
		there("Uint16", uint16(math.MaxUint16)),
		there("Uint32", uint32(math.MaxUint32)),
		there("Uint64", uint64(math.MaxUint64)),
		there("Uintptr", uintptr(math.MaxUint)),
		there("Float32", float32(math.Copysign(0, -1)), math.Float32frombits(0x7fa0beef), math.Float32frombits(1), float32(math.Inf(1))),
		there("Float64", math.Copysign(0, -1), nan(0x7ff8dead0000beef), nan(0xfff0000000000001), nan(1), math.MaxFloat64, math.Inf(-1)),
		there("Complex64", complex(float32(math.Copysign(0, -1)), float32(math.Inf(1))), complex(math.MaxFloat32, math.Float32frombits(0x7fc0beef))),
		there("Complex128", complex(nan(0x7ff8dead0000beef), math.Copysign(0, -1)), complex(math.Inf(-1), nan(1))),
		there("String", "", "ünï\x00\xff 世界", strings.Repeat("0123456789", 1e4)),
		there("NamedBool", Flag(true)),
		there("NamedInt", Count(math.MinInt)),
		there("NamedUint64", Hash(math.MaxUint64)),
		there("NamedUint8", Octet(255)),
		there("NamedFloat64", Celsius(nan(0x7ff8dead0000beef))),
		there("NamedComplex64", Phase(complex(1, -2))),
		there("NamedString", Label("\xff"), ""),
		// Types without a name match those with one.
		there("NamedInt8", int8(-128)), there("NamedInt16", int16(-1)), there("NamedInt32", 'x'), there("NamedInt64", int64(-1)),
		there("NamedUint", uint(1)), there("NamedUint16", uint16(1)), there("NamedUint32", uint32(1)), there("NamedUintptr", uintptr(1)),
		there("NamedFloat32", float32(1.5)), there("NamedComplex128", 1i), there("NamedString", "text"),

		there("Bytes", nil, []byte{}, []byte{0, 255}, make([]byte, 100_000)),
		there("NamedBytes", Blob(nil), Blob{}, Blob{1}),
		there("NamedOctets", Octets(nil), Octets{}, Octets{1, 255}),
		there("Ints", nil, []int{}, []int{math.MinInt, math.MaxInt}, numbers),
		there("Int16s", nil, []int16{}, []int16{-1, 2}),
		there("Floats", []float64{nan(0x7ff8dead0000beef), math.Copysign(0, -1)}, make([]float64, 100_000)),
		there("Complexes", nil, []complex128{1i, -1}),
		there("Bools", nil, []bool{}, []bool{true, false, true}, make([]bool, 1000)),
		there("Strings", nil, []string{}, []string{"", "\xff", strings.Repeat("x", 10000)}, strings.Split(strings.Repeat("part ", 9999), " ")),
		there("NamedStrings", Names(nil), Names{"a", ""}),
		there("SliceOfBytes", nil, [][]byte{nil, {}, {1}}, make([][]byte, 1000)),
		there("SliceOfSlices", [][][]int32{nil, {}, {nil, {}, {1, -1}}}),
		there("SliceOfPointers", []*int{nil, &n, shared, shared, ptr(5)}),
		there("SliceOfArrays", [][2]uint16{{1, 2}, {3, 4}}),
		there("SliceOfMaps", []map[string]int{nil, {}, {"a": 1}}),
		there("SliceOfNothing", nil, []struct{}{}, make([]struct{}, 100_000)),
		there("Array", [4]int{1, -1, math.MinInt, 0}),
		there("ArrayOfBytes", [16]byte{1, 15: 255}),
		there("ArrayOfStrings", [2]string{"", "\xff"}),
		there("ArrayOfArrays", [2][3]Celsius{{1, 2, 3}, {4, 5, Celsius(nan(0x7ff8dead0000beef))}}),
		there("ArrayOfNothing", [0]string{}),
		there("ArrayOfOne", [1]*int{}, [1]*int{&n}),
		there("ArrayOfStructs", [2]Line{{"a", 1, 2}, {}}),
		there("NamedArray", Vector{1, 2, 3}, Vector{}),
		there("Map", nil, map[string]int{}, map[string]int{"": 0, "\xff": -1, "a": 1}, index(10_000)),
		there("MapOfStrings", nil, map[string]string{}, map[string]string{"a": "", "": "b"}),
		there("MapOfStructs", map[int]Line{-1: {"a", 1, 2}, 0: {}}),
		there("MapByStruct", nil, map[Key]string{{"a", -1, [2]bool{true, false}}: "b", {}: ""}),
		there("MapByArray", map[[2]int8]bool{{1, -1}: true, {}: false}),
		there("MapByFloat", map[float64]string{math.Inf(1): "inf", 0: "zero", math.SmallestNonzeroFloat64: "least"}),
		there("MapByBool", map[bool]int{true: 1}),
		there("MapByAny", map[any]int{1: 1, "1": 2, 1.5: 3, true: 4, uint8(1): 5, [2]int{1, 2}: 6, nil: 7}),
		there("MapOfMaps", map[string]map[int]Line{"a": {1: {}}, "b": {}, "c": nil}),
		there("MapOfNothing", map[Label]struct{}{"a": {}, "": {}}),
		there("NamedMap", Table(nil), Table{}, Table{"a": nil, "b": {}, "c": {1, -1}}),
		there("Pointer", nil, &n),
		there("PointerToString", nil, ptr(""), ptr("\xff")),
		there("PointerToPointer", nil, ptr[*Label](nil), &label),
		there("PointerToSlice", nil, ptr[[]int](nil), &[]int{}, &[]int{1}),
		there("PointerToMap", nil, ptr[map[string]*int](nil), &map[string]*int{"a": nil, "b": &n}),
		there("PointerToNothing", nil, &struct{}{}),

		there("PassOrder", orders...),
		there("PassOrders", nil, orders),
		there("PassPointer", nil, &orders[0], &orders[1]),
		there("PassKey", Key{"\x00", -128, [2]bool{false, true}}, Key{}),
		there("PassPixel", Pixel{1, 2, 3, 255}),
		there("PassPixels", nil, []Pixel{}, []Pixel{{1, 2, 3, 4}, {5, 6, 7, 8}}, make([]Pixel, 10_000)),
		there("PassPadded", nil, []Padded{{-1, math.MinInt64, true}, {}}),
		there("PassParticles", []Particle{{Vector{1, 2, 3}, Vector{4, 5, 6}, Pixel{7, 8, 9, 10}, 11}, {}}),
		there("PassBlank", Blank{A: -1, B: math.MinInt64, C: "c"}),
		there("PassBlanks", nil, []Blank{{A: 1}, {}}),
		there("PassEmpty", Empty{}),
		there("PassEmpties", nil, map[Empty][]Empty{{}: nil}, map[Empty][]Empty{{}: make([]Empty, 1000)}),
		there("PassDerived", Derived{}, Derived{Base{1, "note"}, &Line{"sku", 2, 3.5}, "label", "name"}),
		there("PassDerived", Plain{}, Plain{Base{1, "note"}, &Line{"sku", 2, 3.5}, "label", "name"}),
		there("PassTagged", Tagged{"a", 1}),
		there("PassOuter", Outer{}, outer),
		there("PassSingle", Single{}, Single{&n}),
		there("PassLone", Lone{}, Lone{map[string]int{}}, Lone{map[string]int{"a": 1}}),
		there("PassAnonymous", struct{ X, Y int }{-1, 1}),
		there("PassPair", Pair[string, []Line]{"a", []Line{{"b", 1, 2}}}, Pair[string, []Line]{}),
		there("PassPairs", []Pair[Key, *Celsius]{{Key{A: "a"}, ptr(Celsius(1))}, {}}),
		there("PassNested", Pair[Label, Pair[int, Pair[bool, Empty]]]{"a", Pair[int, Pair[bool, Empty]]{1, Pair[bool, Empty]{true, Empty{}}}}),

		there("PassList", nil, &List[Label]{"a", &List[Label]{"b", nil}}),
		there("PassNode", nil, &Node{}, ring, ring.Next, chain(4900)),
		there("PassNodeValue", Node{Name: "v", Next: ring}),
		there("PassNodes", nil, []*Node{ring, ring.Next, nil, ring}),
		there("PassTree", Tree{}, tree, deepTree(4900)),
		there("PassNest", nil, Nest{}, Nest{nil, {}, {{}, nil}}, deepNest(9900)),
		there("PassFolder", nil, Folder{}, Folder{"a": nil, "b": {"c": {}}}),
		loops(nil, Loop(new(Loop)), loop),
		there("PassCompany", nil, firm),
		there("PassEmployee", *firm.Staff[1]),

		there("Time", time.Time{}, utc, nepal, utc.Local(), time.Unix(-1<<40, 1), time.Date(-9999, 1, 1, 0, 0, 0, 0, time.UTC), utc.In(time.FixedZone("", -90))),
		there("Times", nil, []time.Time{}, []time.Time{utc, nepal, {}}),
		there("PointerToTime", nil, &utc),
		there("MapByTime", map[time.Time]int{utc: 1, {}: 2}),
		there("Duration", time.Duration(math.MinInt64), time.Second),
		there("Durations", nil, []time.Duration{}, []time.Duration{1, -1}),
		there("Month", time.December, time.Month(99)),
		there("Raw", nil, json.RawMessage{}, json.RawMessage(`{"a": [1, 2]}`), json.RawMessage("no JSON\xff")),
		there("Number", json.Number("1e999"), ""),
		there("URL", url.URL{}, *site),
		there("PointerToURL", nil, site, &url.URL{Path: "/relative", Fragment: "f"}),
		there("Values", nil, url.Values{}, url.Values{"a": {"1", "2"}, "b": nil, "c": {}}),
		there("BigInt", nil, big.NewInt(0), huge),
		there("BigInts", map[string]*big.Int{"a": huge, "b": nil}),
		there("BigFloat", nil, big.NewFloat(-1.5), new(big.Float).SetInf(true)),
		there("BigRat", nil, big.NewRat(-1, 3)),
		there("Addr", netip.Addr{}, netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("fe80::1%eth0")),
		there("Addrs", nil, []netip.AddrPort{netip.MustParseAddrPort("[::1]:80"), {}}),
		there("Prefix", netip.MustParsePrefix("10.0.0.0/8")),
		there("MapByAddr", map[netip.Addr]string{netip.MustParseAddr("::"): "any"}),
		there("Regexp", nil, regexp.MustCompile(`(?i)^a+\d$`)),
		there("Mode", fs.ModeDir|0o755),
		there("Level", slog.LevelWarn),
		there("Rectangle", image.Rect(-1, -2, 3, 4)),
		there("Palette", nil, []color.RGBA{{1, 2, 3, 4}}),
		there("Position", token.Position{Filename: "f", Line: 1}),
		there("Attribute", xml.Attr{Name: xml.Name{Space: "s", Local: "l"}, Value: "v"}),
		there("PassSchedule", Schedule{Site: site, Limit: huge}, schedule),
		there("PassSchedules", nil, []Schedule{schedule, {}}),

		there("PassMoney", Money{"5 EUR"}, Money{"-1 ¥"}),
		there("PassMoneys", nil, map[string]*Money{"a": {"1 $"}, "b": nil}),
		there("PassStamp", Stamp{""}, Stamp{"\xff\x00"}),
		there("PassStamps", nil, []*Stamp{nil, {"a"}}),
		there("PassMoody", Moody{""}, Moody{"fine"}),
		there("PassExposed", Exposed{1, 2}),

		there("Any", anys()...),
		there("Anys", nil, map[string]any{}, map[string]any{"a": nil, "b": anys(), "c": map[string]any{"d": 1}}),
		there("VariadicAny", nil, []any{}, anys()),
		there("Variadic", nil, []int{}, []int{1, 2, 3}),
		there("VariadicBytes", nil, []byte{}, []byte{1, 2, 3}),
		there("VariadicPointers", nil, []*Line{nil, {"a", 1, 2}}),
	}
}

// anys are values of types that arrive as they are in an interface. A struct without a
// name is none of them if the plugin has a type of that structure: it arrives as that.
func anys() []any {
	return []any{nil, true, 1, int8(-1), int16(-2), int32(-3), int64(-4), uint(1), uint8(2), uint16(3), uint32(4), uint64(5), uintptr(6),
		float32(0.1), math.Float64frombits(0x7ff8dead0000beef), complex64(1i), 1i, "text\xff", []byte(nil), []byte{}, []byte{1},
		[]any(nil), []any{}, []any{1, []any{"deep"}}, map[string]any(nil), map[string]any{}, map[string]any{"a": map[string]any{"b": nil}},
		[]string(nil), []string{"a"}, []int{1}, []float64{}, map[string]int{"a": 1}, map[int][]string{1: {"a"}}, [2]bool{true, false},
		ptr(5), (*int)(nil), struct{ P, Q int }{1, 2}, utc, nepal, []time.Time{utc}, time.Second, map[any]any{1: "a", "b": 2}}
}

func index(n int) map[string]int {
	m := make(map[string]int)
	for i := range n {
		m[fmt.Sprint("key ", i)] = i
	}
	return m
}

func chain(n int) (first *Node) {
	for range n {
		first = &Node{Name: "n", Next: first}
	}
	return first
}

func deepTree(n int) (t Tree) {
	for i := range n {
		t = Tree{Value: i, Children: []Tree{t}}
	}
	return t
}

func deepNest(n int) (v Nest) {
	for range n {
		v = Nest{v}
	}
	return v
}

// Values of every type that is copied are unchanged after they were passed and returned, by
// every way to call.
func TestTypes(t *testing.T) {
	p := openTypes(t)
	var l *winplugin.Loader
	if os.Getenv("WINPLUGIN_TEST_PREBUILT") == "" {
		var err error
		if l, err = winplugin.NewLoader(filepath.Dir(copyPlugin(t, "types")), options(wants["types"]...)...); err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if err := l.Build("types/types.go"); err != nil {
			t.Fatal(err)
		}
	}
	for _, trip := range trips() {
		t.Run(trip.function, func(t *testing.T) { trip.run(t, p, l) })
	}
}
