package e2e

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"io/fs"
	"math"
	"math/big"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

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
		{"Type", []any{Order{}}, []any{"struct { ID int64; Customer string; Lines []struct { SKU string; Qty int32; Price float64 }; Tags map[string]string; Paid bool }"}},
		{"Type", []any{Code(1)}, []any{"*codec.Error"}},
		{"Type", []any{map[string][]float32{}}, []any{"map[string][]float32"}},
	} {
		got, err := p.Call(context.Background(), test.function, test.args...)
		if err != nil {
			t.Errorf("%s: %v", test.function, err)
			continue
		}
		if test.function == "Order.Total" {
			got[0] = math.Round(got[0].(float64)*10) / 10
		}
		alike(t, test.function, test.want, got)
	}
	n := bound[func(n int) []int](t, p, "Numbers")(100_000)
	if len(n) != 100_000 || n[99_999] != 99_999 {
		t.Errorf("%d numbers", len(n))
	}
	ring := bound[func(int, bool) *Node](t, p, "Chain")(5, true)
	if got := bound[func(*Node) int](t, p, "Ring")(ring); got != 5 {
		t.Errorf("a ring of %d", got)
	}
	v := ptr(1)
	shared, one := bound[func([2]*int) ([2]*int, bool)](t, p, "Shared")([2]*int{v, v})
	if !one || shared[0] != shared[1] || *shared[1] != 7 || *v != 1 {
		t.Errorf("a shared pointer arrives shared: %t, and %d, %d; the host's own is %d", one, *shared[0], *shared[1], *v)
	}
	pointers := bound[func(map[*int]string) map[*int]string](t, p, "MapByPointer")(map[*int]string{v: "v"})
	for key, text := range pointers {
		if *key != 1 || text != "v" || key == v {
			t.Errorf("a pointer as key: %d %s", *key, text)
		}
	}
	if got := bound[func(string, ...string) []string](t, p, "VariadicStrings")("a", "b"); len(got) != 2 {
		t.Errorf("variadic: %v", got)
	}
	if got := bound[func(Order) float64](t, p, "Order.Total")(Order{Lines: []Line{{Qty: 2, Price: 3}}}); got != 6 {
		t.Errorf("Order.Total: %v", got)
	}
	if _, err := bound[func(*Order, ...Line) (int, error)](t, p, "Order.Add")(nil); err == nil || err.Error() != "plain error" {
		t.Errorf("Order.Add of a nil receiver: %v", err)
	}
}

// What the host sends is a copy: it sees nothing of what the plugin writes there.
func TestArgumentsAreCopies(t *testing.T) {
	p := openTypes(t)
	words := []string{"a", "b"}
	bound[func([]string) []string](t, p, "Reverse")(words)
	m := map[string]int{"a": 1}
	bound[func(map[string]int) map[int]string](t, p, "Invert")(m)
	pixels := []Pixel{{1, 2, 3, 4}}
	bound[func([]Pixel) []Pixel](t, p, "Brighten")(pixels)
	b := []byte("text")
	bound[func([]byte) int](t, p, "MarkCopy")(b)
	if words[0] != "a" || m["a"] != 1 || pixels[0].R != 1 || string(b) != "text" {
		t.Errorf("the plugin wrote to the host's memory: %v %v %v %s", words, m, pixels, b)
	}
}

// Borrowed arguments are the caller's own memory.
func TestBorrow(t *testing.T) {
	p := openTypes(t)
	peek := bound[func(string, []byte, []float64, []Pixel) float64](t, p, "Peek")
	if got := peek("ab", []byte{1, 2}, []float64{0.5, 1}, []Pixel{{R: 7}}); got != 'a'+'b'+3+1.5+7 {
		t.Errorf("Peek gives %v", got)
	}
	if got := peek("", nil, []float64{}, nil); got != 0 {
		t.Errorf("Peek of nothing gives %v", got)
	}
	if r := call(t, p, "Peek", "ab", nil, []int{1}, []map[string]any{{"R": 2}}); r[0] != 'a'+'b'+3.0 {
		t.Errorf("Peek by Call gives %v", r)
	}
	b := []byte("text")
	if bound[func([]byte) int](t, p, "Mark")(b); string(b) != "XXXX" {
		t.Errorf("a borrowed argument was copied: %s", b)
	}
	b = []byte("text")
	if call(t, p, "Mark", b); string(b) != "XXXX" {
		t.Errorf("a borrowed argument was copied by Call: %s", b)
	}
	for _, f := range p.Manifest().Functions {
		for _, param := range f.Params {
			if want := f.Name == "Peek" || f.Name == "Mark"; param.Borrow != want {
				t.Errorf("the manifest says of %s of %s: borrowed %t", param.Name, f.Name, param.Borrow)
			}
		}
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
		got := call(t, p, "Make", test.name)[0]
		alike(t, test.name, test.want, got)
		// It goes back, and is there what it was.
		if test.name != "" {
			alike(t, test.name+" again", test.want, pass(got))
		}
	}
	if got := call(t, p, "Type", call(t, p, "Make", "order")[0])[0]; got != "types.Order" {
		t.Errorf("an Order of the plugin's comes back as %v", got)
	}
	err, _ := call(t, p, "Make", "error")[0].(error)
	if err == nil || err.Error() != "plain error" {
		t.Errorf("an error in an any: %v", err)
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

// Errors arrive with message, type, chain, sentinels and fields, both ways.
func TestErrors(t *testing.T) {
	p := openTypes(t)
	fail := bound[func(string) error](t, p, "Fail")
	sentinel := func(name string) error {
		v, err := winplugin.Var[error](p, name)
		if err != nil {
			t.Fatal(err)
		}
		value, err := v.Get()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	plain, other := sentinel("ErrPlain"), sentinel("ErrOther")
	if plain.Error() != "plain error" || errors.Is(plain, other) {
		t.Errorf("sentinels: %v, %v", plain, other)
	}
	for _, test := range []struct {
		name, message string
		is            []error
		isNot         []error
	}{
		{"plain", "plain error", []error{plain}, []error{other, io.EOF}},
		{"other", "wrapped: other error", []error{other}, []error{plain}},
		{"EOF", "EOF", []error{io.EOF}, []error{plain}},
		{"canceled", "read: context canceled", []error{context.Canceled}, []error{context.DeadlineExceeded}},
		{"deadline", "context deadline exceeded", []error{context.DeadlineExceeded}, nil},
		{"path", "types: open /no/file: file does not exist", []error{fs.ErrNotExist}, []error{fs.ErrExist}},
		{"number", `strconv.Atoi: parsing "x": invalid syntax`, []error{strconv.ErrSyntax}, []error{strconv.ErrRange}},
		{"shortage", "order: 3 screws missing", nil, []error{plain}},
		{"code", "code 404", []error{fs.ErrNotExist}, []error{io.EOF}},
		{"join", "unexpected EOF\n1  missing\nplain error", []error{io.ErrUnexpectedEOF, plain}, []error{io.EOF}},
		{"rude", "(method Error of *types.Rude panicked: rude)", nil, nil},
		{"nil pointer", "<nil>", nil, nil},
		{"bytes", "\xff\x00 ü", nil, nil},
	} {
		_, byCall := p.Call(context.Background(), "Fail", test.name)
		for _, err := range []error{fail(test.name), byCall} {
			if err == nil || err.Error() != test.message {
				t.Errorf("%s: %v", test.name, err)
			}
			for _, target := range test.is {
				if !errors.Is(err, target) {
					t.Errorf("%s is not %v", test.name, target)
				}
			}
			for _, target := range test.isNot {
				if errors.Is(err, target) {
					t.Errorf("%s is %v", test.name, target)
				}
			}
			// Back in the plugin it is what it was.
			back, _ := bound[func(error) (error, bool)](t, p, "PassError")(err)
			if back == nil || back.Error() != test.message {
				t.Errorf("%s comes back as %v", test.name, back)
			}
			for _, target := range test.is {
				if !errors.Is(back, target) {
					t.Errorf("%s is not %v when it comes back", test.name, target)
				}
			}
		}
	}
	if err := fail(""); err != nil {
		t.Errorf("no error is %v", err)
	}
	if err := fail("deep"); !strings.HasPrefix(err.Error(), "199: 198: ") || !strings.HasSuffix(err.Error(), "0: plain error") {
		t.Errorf("a long chain: %.100s", err.Error())
	}
	var path *fs.PathError
	if err := fail("path"); !errors.As(err, &path) || path.Op != "open" || path.Path != "/no/file" || path.Err != fs.ErrNotExist {
		t.Errorf("%#v is no *fs.PathError: %#v", err, path)
	}
	var number *strconv.NumError
	if err := fail("number"); !errors.As(err, &number) || number.Num != "x" || !errors.Is(number.Err, strconv.ErrSyntax) {
		t.Errorf("%v is no *strconv.NumError: %+v", err, number)
	}
	var shortage *Shortage
	if err := fail("shortage"); !errors.As(err, &shortage) || *shortage != (Shortage{3, "screws", time.Unix(1, 0).UTC()}) {
		t.Errorf("%v is no *Shortage: %+v", err, shortage)
	}
	if err := fail("join"); !errors.As(err, &shortage) || shortage.Missing != 1 {
		t.Errorf("%v holds no *Shortage: %+v", err, shortage)
	}
	var code Code
	if err := fail("code"); !errors.As(err, &code) || code != 404 {
		t.Errorf("%v is no Code: %d", err, code)
	}
	var result *winplugin.ErrorResult
	if err := fail("shortage"); !errors.As(err, &result) || result.Type != "*fmt.wrapError" || errors.As(err, &path) {
		t.Errorf("%v is a %+v", err, result)
	}

	// The host's errors in the plugin.
	is := bound[func(error, string) bool](t, p, "Is")
	for of, err := range map[string]error{
		"EOF": fmt.Errorf("host: %w", io.EOF), "not exist": &fs.PathError{Op: "stat", Path: "/host", Err: fs.ErrNotExist},
		"plain": errors.Join(io.EOF, plain), "path": fmt.Errorf("host: %w", &fs.PathError{Op: "stat", Path: "/host", Err: io.EOF}),
		"shortage": &Shortage{Missing: 5},
	} {
		if !is(err, of) || is(errors.New(of), of) {
			t.Errorf("in the plugin %v is not %s, or everything is", err, of)
		}
	}
	if back, null := bound[func(error) (error, bool)](t, p, "PassError")(nil); back != nil || !null {
		t.Errorf("nil comes back as %v", back)
	}
	list := bound[func([]error) []error](t, p, "PassErrors")([]error{nil, io.EOF, plain, errors.New("text")})
	if list[0] != nil || list[1] != io.EOF || list[2] != plain || list[3].Error() != "text" {
		t.Errorf("a list of errors comes back as %v", list)
	}
	if n, text, err := bound[func(bool) (int, string, error)](t, p, "Named")(true); n != 1 || text != "beside" || err != plain {
		t.Errorf("results beside an error: %d, %s, %v", n, text, err)
	}
}

// Bind fills a struct of funcs, all or none.
func TestBind(t *testing.T) {
	p := openTypes(t)
	var api struct {
		Exclaim func(a, b string) string
		Sum     func(ctx context.Context, t Tree) (int, error) `plugin:"Tree.Sum"`
		Kept    func()                                         `plugin:"-"`
		private func()
		Number  int
	}
	if err := p.Bind(&api); err != nil {
		t.Fatal(err)
	}
	if got := api.Exclaim("a", "b"); got != "ab!" || api.Kept != nil || api.private != nil {
		t.Errorf("Exclaim gives %s", got)
	}
	if n, err := api.Sum(context.Background(), Tree{Value: 3}); n != 3 || err != nil {
		t.Errorf("Tree.Sum gives %d, %v", n, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := api.Sum(ctx, Tree{}); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: %v", err)
	}
	var bad struct {
		Exclaim func(a, b string) string
		Swap    func(int) int
		Missing func()
	}
	err := p.Bind(&bad)
	var se *winplugin.SignatureError
	if !errors.As(err, &se) || !errors.Is(err, winplugin.ErrNotFound) || bad.Exclaim != nil {
		t.Errorf("a struct of which some funcs cannot be bound: %v", err)
	}
	for _, target := range []any{nil, api, 1, (*struct{ F func() })(nil), new(int), &struct{}{}} {
		if err := p.Bind(target); err == nil {
			t.Errorf("%T was bound", target)
		}
	}
}

// Variables are read and set, and both sides see it.
func TestVariables(t *testing.T) {
	p := open(t, copyOf(t, "types", "variables"))
	variable(t, p, "Counter", 5, 5, -1)
	variable(t, p, "Limits", [2]float64{1, 2}, [2]float64{3, math.Inf(1)})
	variable(t, p, "Enabled", false, true)
	variable(t, p, "Title", "first", "", "\xff")
	variable(t, p, "Settings", map[string][]int{"a": {1}}, nil, map[string][]int{"b": nil})
	variable(t, p, "Current", Order{ID: 1, Customer: "c"}, order())
	variable(t, p, "Top", nil, &Node{Name: "top"}, closed(3))
	variable(t, p, "Started", time.Unix(1e9, 5).UTC(), nepal)
	variable[any](t, p, "Anything", "text", nil, []any{1})
	variable(t, p, "Total", Money{"100 EUR"}, Money{"1 $"})

	title, _ := winplugin.Var[Label](p, "Title")
	if err := title.Set("second"); err != nil || call(t, p, "ReadTitle")[0] != "second" {
		t.Errorf("the plugin has not got the title: %v", err)
	}
	call(t, p, "Retitle", "third")
	if got, err := title.Get(); got != "third" || err != nil {
		t.Errorf("the title is %s, %v", got, err)
	}
	last, err := winplugin.Var[error](p, "LastError")
	if err != nil {
		t.Fatal(err)
	}
	other, _ := winplugin.Var[error](p, "ErrOther")
	if got, err := last.Get(); got != nil || err != nil {
		t.Errorf("LastError is %v, %v", got, err)
	}
	value, _ := other.Get()
	if err := last.Set(value); err != nil || call(t, p, "LastIsOther")[0] != true {
		t.Errorf("a sentinel that goes back is not the plugin's own: %v", err)
	}
	if _, err := winplugin.Var[int](p, "Title"); err == nil || !strings.Contains(err.Error(), "var Title string: result 1: plugin has string, host has int") {
		t.Errorf("a variable of another type: %v", err)
	}
	if _, err := winplugin.Var[int](p, "Conter"); err == nil || !strings.Contains(err.Error(), "did you mean Counter?") {
		t.Errorf("no such variable: %v", err)
	}
	if _, err := winplugin.Var[int](p, "Events"); err == nil || !strings.Contains(err.Error(), "chan int") {
		t.Errorf("a variable that does not cross: %v", err)
	}
	if _, err := winplugin.Func[func() int](p, "Counter"); err == nil || !strings.Contains(err.Error(), "is a variable; use Var") {
		t.Errorf("a variable as a function: %v", err)
	}
}

// variable sets a variable to each of the values, the first of which it may have already.
func variable[T any](t *testing.T, p *winplugin.Plugin, name string, values ...T) {
	t.Helper()
	v, err := winplugin.Var[T](p, name)
	if err != nil {
		t.Error(err)
		return
	}
	for i, value := range values {
		if i > 0 || name == "Counter" {
			if err := v.Set(value); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		got, err := v.Get()
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		same(t, name, value, got)
	}
}

// Lookup gives what package plugin of the standard library gives.
func TestLookup(t *testing.T) {
	p := open(t, copyOf(t, "types", "lookup"))
	find := func(name string) any {
		t.Helper()
		s, err := p.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	if got := find("Exclaim").(func(string, string) string)("a", "b"); got != "ab!" {
		t.Errorf("Exclaim gives %s", got)
	}
	if got := find("Later").(func(time.Time, time.Duration) time.Time)(utc, 1); !got.Equal(utc.Add(1)) {
		t.Errorf("Later gives %s", got)
	}
	if got := find("VariadicStrings").(func(string, ...string) []string)("a", "b"); len(got) != 2 {
		t.Errorf("VariadicStrings gives %v", got)
	}
	if got := find("Fail").(func(string) error)("EOF"); got != io.EOF {
		t.Errorf("Fail gives %v", got)
	}
	if n, text, err := find("Named").(func(bool) (int, string, error))(true); n != 1 || text != "beside" || err == nil {
		t.Errorf("Named gives %d, %s, %v", n, text, err)
	}
	// Where the host has no such type: a type that contains itself, one that is carried
	// as text, one with blank fields.
	call := func(name string, arg any) any {
		t.Helper()
		f := reflect.ValueOf(find(name))
		v := reflect.New(f.Type().In(0)).Elem()
		if arg != nil {
			v.Set(reflect.ValueOf(arg))
		}
		return f.Call([]reflect.Value{v})[0].Interface()
	}
	made := reflect.ValueOf(find("Chain")).Call([]reflect.Value{reflect.ValueOf(2), reflect.ValueOf(true)})[0].Interface()
	alike(t, "PassNode", closed(2), call("PassNode", made))
	alike(t, "PassMoney", "5 EUR", call("PassMoney", "5 EUR"))
	alike(t, "PassBlank", struct {
		A int8
		B int64
		C string
	}{}, call("PassBlank", nil))
	alike(t, "Any", 1, call("Any", 1))
	// Numbers and bools are in one memory.
	counter, enabled, limits := find("Counter").(*int), find("Enabled").(*bool), find("Limits").(*[2]float64)
	*counter, *enabled, limits[1] = 40, true, 9
	if got := find("CountUp").(func(int) int)(2); got != 42 || *counter != 42 {
		t.Errorf("the counter is %v there and %d here", got, *counter)
	}
	if got := find("ReadLimits").(func() [2]float64)(); got != [2]float64{1, 9} {
		t.Errorf("the limits are %v", got)
	}
	if find("Counter").(*int) != counter {
		t.Error("a second look gives another address")
	}
	// Others are carried with calls.
	title, settings := find("Title").(*string), find("Settings").(*map[string][]int)
	if *title != "first" || (*settings)["a"][0] != 1 {
		t.Errorf("title %q, settings %v", *title, *settings)
	}
	(*settings)["b"] = []int{2, 3}
	*title = "host's"
	if got := find("ReadTitle").(func() string)(); got != "host's" {
		t.Errorf("the title there is %q", got)
	}
	if got := find("ReadSettings").(func(string) []int)("b"); len(got) != 2 {
		t.Errorf("the settings there are %v", got)
	}
	if find("Retitle").(func(string))("plugin's"); *title != "plugin's" || len((*settings)["b"]) != 2 {
		t.Errorf("the title here is %q, the settings are %v", *title, *settings)
	}
	top, last := find("Top"), find("LastError").(*error)
	if reflect.ValueOf(top).Elem().Set(reflect.ValueOf(made)); *last != nil {
		t.Errorf("the last error is %v", *last)
	}
	if find("Nothing").(func())(); show(top) != show(ptr(closed(2))) {
		t.Errorf("after a call the variable Top is %s", show(top))
	}
	for name, want := range map[string]string{"Excalim": "did you mean Exclaim?", "Watch": "chan int", "hidden": "no such function"} {
		if _, err := p.Lookup(name); err == nil || !errors.Is(err, winplugin.ErrNotFound) || !strings.Contains(err.Error(), want) {
			t.Errorf("Lookup of %s: %v", name, err)
		}
	}
	// A func without an error result panics with what went wrong.
	p.Close()
	func() {
		defer func() {
			err, _ := recover().(error)
			var pe *winplugin.PanicError
			if !errors.As(err, &pe) || !errors.Is(err, winplugin.ErrClosed) {
				t.Errorf("after close: %v", err)
			}
		}()
		s, err := p.Lookup("Exclaim")
		if err != nil {
			panic(err)
		}
		s.(func(string, string) string)("a", "b")
	}()
}
