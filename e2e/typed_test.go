package e2e

import (
	"context"
	"errors"
	"image"
	"io/fs"
	"math"
	"math/big"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// What the plugin computes from what it got, and what it makes.
func TestTypesChange(t *testing.T) {
	p := openTypes(t)
	for _, test := range []struct {
		function string
		args     []any
		want     []any
	}{
		{"Not", []any{Flag(true)}, []any{false}},
		{"Half", []any{Celsius(-1)}, []any{-0.5}},
		{"Swap", []any{complex(1, -2)}, []any{complex(-2, 1)}},
		{"Conjugate", []any{complex64(complex(1, 2))}, []any{complex64(complex(1, -2))}},
		{"Quote", []any{"x"}, []any{"<x>"}},
		{"Negate", []any{int64(math.MaxInt64)}, []any{int64(-math.MaxInt64)}},
		{"Flip", []any{1}, []any{uint64(math.MaxUint64 - 1)}},
		{"Exclaim", []any{"a", Label("b")}, []any{"ab!"}},
		{"Reverse", []any{[]string{"a", "b", ""}}, []any{[]string{"", "b", "a"}}},
		{"Invert", []any{map[string]int{"a": 1, "b": -2}}, []any{map[int]string{1: "a", -2: "b"}}},
		{"Increment", []any{ptr(4)}, []any{ptr(5)}},
		{"Increment", []any{nil}, []any{ptr(0)}},
		{"Transpose", []any{[2][3]float64{{1, 2, 3}, {4, 5, 6}}}, []any{[3][2]float64{{1, 4}, {2, 5}, {3, 6}}}},
		{"Part", []any{[]int{1, 2, 3, 4}, 1, 3}, []any{[]int{2, 3}}},
		{"VariadicStrings", []any{"a"}, []any{[]string{"a"}}},
		{"VariadicStrings", []any{"a", "b", Label("c")}, []any{[]string{"a", "b", "c"}}},
		{"VariadicStrings", []any{"a", []string{"b", "c"}}, []any{[]string{"a", "b", "c"}}},
		{"VariadicLines", []any{Line{Qty: 1}, map[string]any{"Qty": 2}}, []any{int32(3)}},
		{"VariadicLines", []any{[]Line{{Qty: 1}, {Qty: 2}}}, []any{int32(3)}},
		{"VariadicPointers", []any{nil, &Line{"a", 1, 2}}, []any{[]*Line{nil, {"a", 1, 2}}}},
		{"VariadicAny", []any{1, "a", nil}, []any{[]any{1, "a", nil}}},
		{"Raise", []any{Order{1, "c", []Line{{"a", 2, 1.5}}, map[string]string{}, true}},
			[]any{Order{-1, "c!", []Line{{"a", 4, 2}}, map[string]string{"raised": "yes"}, false}}},
		{"Raise", []any{map[string]any{"ID": 5, "Lines": []map[string]any{{"Qty": 2}}}}, []any{Order{ID: -5, Customer: "!", Lines: []Line{{Qty: 4, Price: 0.5}}, Paid: true}}},
		{"Brighten", []any{[]Pixel{{1, 2, 3, 4}}}, []any{[]Pixel{{2, 2, 3, 251}}}},
		{"Move", []any{[]Particle{{Position: Vector{1, 2, 3}, Speed: Vector{1, 1, 1}}}}, []any{[]Particle{{Position: Vector{2, 3, 4}, Speed: Vector{1, 1, 1}}}}},
		{"Exchange", []any{Pair[string, int]{"a", 1}}, []any{Pair[int, string]{1, "a"}}},
		{"Describe", []any{Derived{Base{1, "note "}, &Line{SKU: "sku "}, "label ", "name"}}, []any{"note sku label name"}},
		{"Cut", []any{&Order{ID: 1, Lines: make([]Line, 2)}}, []any{&Order{ID: 1}}},
		{"Ring", []any{&Node{}}, []any{-1}},
		{"Length", []any{chain(3000)}, []any{3000}},
		{"Chain", []any{2, false}, []any{chain(2)}},
		{"Later", []any{nepal, time.Hour}, []any{nepal.Add(time.Hour)}},
		{"Zone", []any{nepal}, []any{"NPT", 20700}},
		{"Square", []any{big.NewInt(1 << 40)}, []any{new(big.Int).Lsh(big.NewInt(1), 80)}},
		{"Resolve", []any{site, "../x"}, []any{site.ResolveReference(&url.URL{Path: "../x"})}},
		{"Inside", []any{image.Pt(1, 1), image.Rect(0, 0, 2, 2)}, []any{true}},
		{"Pay", []any{Money{"5 EUR"}}, []any{"10 EUR"}},
		{"Many", []any{int8(1), "b", []byte("c"), []string{"d"}, map[string]int{"e": 1}, &Line{SKU: "f"}, 1i, "h", [2]bool{true}},
			[]any{[2]bool{true}, "h", 1i, &Line{SKU: "f"}, map[string]int{"e": 1}, []string{"d"}, []byte("c"), "b", int8(1)}},
		{"Named", []any{false}, []any{1, "beside"}},
		{"Nothing", nil, []any(nil)},
		// Methods take the receiver first.
		{"Order.Total", []any{order()}, []any{299.7}},
		{"Order.Add", []any{&Order{}, Line{}, Line{}}, []any{2}},
		{"Celsius.Fahrenheit", []any{100}, []any{212.0}},
		{"Table.Len", []any{Table{"a": nil}}, []any{1}},
		{"Tree.Sum", []any{Tree{1, []Tree{{Value: 2}}, map[string]Tree{"a": {Value: 3}}}}, []any{6}},
		{"Type", []any{Order{}}, []any{"e2e.Order"}},
		{"Type", []any{Code(1)}, []any{"*codec.Error"}},
		{"Type", []any{map[string][]float32{}}, []any{"map[string][]float32"}},
	} {
		t.Run(test.function, func(t *testing.T) {
			got, err := p.Call(context.Background(), test.function, test.args...)
			if err != nil {
				t.Errorf("%s: got error %v, want nil", test.function, err)
				return
			}
			if test.function == "Order.Total" {
				got[0] = math.Round(got[0].(float64)*10) / 10
			}
			alike(t, test.function, test.want, got)
		})
	}
	n := bound[func(n int) []int](t, p, "Numbers")(100_000)
	if len(n) != 100_000 || n[99_999] != 99_999 {
		t.Errorf("Numbers: got %d numbers, want 100,000", len(n))
	}
	ring := bound[func(int, bool) *Node](t, p, "Chain")(5, true)
	if got := bound[func(*Node) int](t, p, "Ring")(ring); got != 5 {
		t.Errorf("Ring: got %d, want 5", got)
	}
	v := ptr(1)
	shared, one := bound[func([2]*int) ([2]*int, bool)](t, p, "Shared")([2]*int{v, v})
	if !one || shared[0] != shared[1] || *shared[1] != 7 || *v != 7 {
		t.Errorf("got a pointer that is shared: %t, with %d and %d, and the host's own value %d; want true and 7 in all", one, *shared[0], *shared[1], *v)
	}
	v = ptr(1)
	pointers := bound[func(map[*int]string) map[*int]string](t, p, "MapByPointer")(map[*int]string{v: "v"})
	for key, text := range pointers {
		if *key != 1 || text != "v" || key == v {
			t.Errorf("a pointer as key: got %d %s, want 1 v", *key, text)
		}
	}
	if got := bound[func(string, ...string) []string](t, p, "VariadicStrings")("a", "b"); len(got) != 2 {
		t.Errorf("variadic: got %v, want length 2", got)
	}
	if got := bound[func(Order) float64](t, p, "Order.Total")(Order{Lines: []Line{{Qty: 2, Price: 3}}}); got != 6 {
		t.Errorf("Order.Total: got %v, want 6", got)
	}
	if _, err := bound[func(*Order, ...Line) (int, error)](t, p, "Order.Add")(nil); err == nil || err.Error() != "plain error" {
		t.Errorf("Order.Add of a nil receiver: got %v, want an error with \"plain error\"", err)
	}
}

// What the plugin writes to slices and maps that it also returns is in the host's.
func TestWritesToArguments(t *testing.T) {
	p := openTypes(t)
	words := []string{"a", "b"}
	bound[func([]string) []string](t, p, "Reverse")(words)
	m := map[string]int{"a": 1}
	bound[func(map[string]int) map[int]string](t, p, "Invert")(m)
	pixels := []Pixel{{1, 2, 3, 4}}
	bound[func([]Pixel) []Pixel](t, p, "Brighten")(pixels)
	b := []byte("text")
	bound[func([]byte) int](t, p, "MarkCopy")(b)
	if words[0] != "b" || len(m) != 0 || pixels[0].R != 2 || string(b) != "XXXX" {
		t.Errorf("got words %v, map %v, pixels %v, bytes %s in the host's memory, want what the plugin has written", words, m, pixels, b)
	}
}

// Borrowed arguments are the caller's own memory.
func TestBorrow(t *testing.T) {
	p := openTypes(t)
	peek := bound[func(string, []byte, []float64, []Pixel) float64](t, p, "Peek")
	if got := peek("ab", []byte{1, 2}, []float64{0.5, 1}, []Pixel{{R: 7}}); got != 'a'+'b'+3+1.5+7 {
		t.Errorf("Peek: got %v, want %v", got, 'a'+'b'+3+1.5+7)
	}
	if got := peek("", nil, []float64{}, nil); got != 0 {
		t.Errorf("Peek of nothing: got %v, want 0", got)
	}
	if r := call(t, p, "Peek", "ab", nil, []int{1}, []map[string]any{{"R": 2}}); r[0] != 'a'+'b'+3.0 {
		t.Errorf("Peek by Call: got %v, want %v", r, 'a'+'b'+3.0)
	}
	b := []byte("text")
	if bound[func([]byte) int](t, p, "Mark")(b); string(b) != "XXXX" {
		t.Errorf("a borrowed argument was copied: got %s, want \"XXXX\"", b)
	}
	b = []byte("text")
	if call(t, p, "Mark", b); string(b) != "XXXX" {
		t.Errorf("a borrowed argument was copied by Call: got %s, want \"XXXX\"", b)
	}
	for _, f := range p.Manifest().Functions {
		for _, param := range f.Params {
			if want := f.Name == "Peek" || f.Name == "Mark"; param.Borrow != want {
				t.Errorf("parameter %s of %s: got borrowed %t, want %t", param.Name, f.Name, param.Borrow, want)
			}
		}
	}
}

// The host may say as well what is borrowed, of a package that does not.
func TestBorrowOption(t *testing.T) {
	oneBridge(t, winplugin.Pure)
	if runtime.GOOS == "windows" {
		t.Skip("the same on every system, and slow to build here")
	}
	dir := filepath.Join(t.TempDir(), "borrow")
	write(t, filepath.Join(dir, "borrow.go"), `package borrow

func Mark(a, b []byte, m map[string]int) {
	for i := range a {
		a[i] = 'X'
	}
	for i := range b {
		b[i] = 'X'
	}
}
`)
	p := open(t, dir, winplugin.WithBorrow("Mark", "b"))
	a, b := []byte("text"), []byte("text")
	call(t, p, "Mark", a, b, nil)
	if string(a) != "XXXX" || string(b) != "XXXX" {
		t.Errorf("got %s and %s after the call, want XXXX and XXXX", a, b)
	}
	// Without the option it is another library.
	for name, test := range map[string]struct {
		plugin *winplugin.Plugin
		want   []bool
	}{"only b": {p, []bool{false, true, false}}, "nothing": {open(t, dir), []bool{false, false, false}}} {
		var got []bool
		for _, param := range test.plugin.Manifest().Functions[0].Params {
			got = append(got, param.Borrow)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s is borrowed (-want +got):\n%s", name, diff)
		}
	}
	for _, names := range [][]string{{"Mark", "c"}, {"Mark", "m"}, {"Make", "a"}} {
		t.Run(names[0]+"."+names[1], func(t *testing.T) {
			_, err := winplugin.Open(dir, options(winplugin.WithBorrow(names[0], names[1]))...)
			var be *winplugin.BuildError
			if !errors.As(err, &be) || !strings.Contains(err.Error(), names[1]) && !strings.Contains(err.Error(), names[0]) {
				t.Errorf("borrowing %s: got error %v, want one that names it", names, err)
			}
		})
	}
	if _, err := winplugin.Open(dir, options(winplugin.WithBorrow("Mark"))...); err == nil {
		t.Error("an option without parameters: got no error, want one")
	}
}

// Values of dynamic type arrive with the types that the host has for them.
func TestDynamicValues(t *testing.T) {
	p := openTypes(t)
	pass := bound[func(any) any](t, p, "Any")
	for _, test := range []struct {
		name string
		want any
	}{
		{"order", Order{ID: 7, Lines: []Line{{"a", 1, 2.5}}}}, {"pointer", ptr(5)}, {"named", 36.6},
		{"table", map[string][]int{"a": {1, 2}}}, {"node", closed(3)}, {"money", "5 EUR"}, {"anonymous", struct{ X, Y int }{1, 2}}, {"", nil},
	} {
		t.Run("value "+test.name, func(t *testing.T) {
			got := call(t, p, "Make", test.name)[0]
			alike(t, test.name, test.want, got)
			// It goes back as the same value.
			if test.name != "" {
				alike(t, test.name+" again", test.want, pass(got))
			}
		})
	}
	if got := call(t, p, "Type", call(t, p, "Make", "order")[0])[0]; got != "types.Order" {
		t.Errorf("the type of an Order of the plugin's: got %v, want types.Order", got)
	}
	err, _ := call(t, p, "Make", "error")[0].(error)
	if err == nil || err.Error() != "plain error" {
		t.Errorf("an error in an any: got %v, want an error with \"plain error\"", err)
	}
}

func closed(n int) *Node {
	first := chain(n)
	last := first
	for last.Next != nil {
		last = last.Next
	}
	last.Next = first
	return first
}

// Funcs are called by many goroutines at once.
func TestFuncsAtOnce(t *testing.T) {
	p := openTypes(t)
	pass := bound[func(Order) Order](t, p, "PassOrder")
	sum := bound[func(Tree) (int, error)](t, p, "Tree.Sum")
	fail := bound[func(string) error](t, p, "Fail")
	want := show(order())
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				if got := show(pass(order())); got != want {
					t.Errorf("got the order %s, want %s", got, want)
				}
				if n, err := sum(Tree{g, []Tree{{Value: i}}, nil}); n != g+i || err != nil {
					t.Errorf("sum of %d and %d: got %d, error %v, want %d, nil", g, i, n, err, g+i)
				}
				var path *fs.PathError
				if err := fail("path"); !errors.As(err, &path) {
					t.Errorf("got error %v, want a *fs.PathError", err)
				}
				if r, err := p.Call(context.Background(), "Any", i); err != nil || r[0] != i {
					t.Errorf("echo of %d: got %v, error %v, want the same", i, r, err)
				}
			}
		})
	}
	wg.Wait()
}
