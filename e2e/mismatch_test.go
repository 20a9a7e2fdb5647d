package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
)

// works fails unless host and plugin can still be used.
func works(t testing.TB, p *winplugin.Plugin, after string) {
	t.Helper()
	r, err := p.Call(context.Background(), "Raise", Order{ID: 1, Lines: []Line{{"a", 1, 1}}})
	var got Order
	if err == nil {
		err = r[0].(*winplugin.Object).Copy(&got)
	}
	if err != nil || show(got) != show(Order{ID: -1, Customer: "!", Lines: []Line{{"a", 2, 1.5}}, Paid: true}) {
		t.Fatalf("after %s: got %s, %v, want the order -1", after, show(got), err)
	}
}

// Calls that cannot be made, or whose results cannot cross, say why.
func TestTypeFailures(t *testing.T) {
	p := openTypes(t)
	cyclic := make([]any, 1)
	cyclic[0] = cyclic
	signature := new(*winplugin.SignatureError)
	for _, test := range []struct {
		function string
		args     []any
		want     string
		as       any // what errors.As must find
	}{
		// Count.
		{"Exclaim", []any{"a"}, "Exclaim(a string, b types.Label) string: takes 2 arguments, got 1", signature},
		{"VariadicStrings", nil, "takes at least 1 argument, got 0", signature},
		{"Order.Total", nil, "takes 1 argument, got 0", signature},
		// Types.
		{"PassOrder", []any{5}, "argument 1 (v): cannot use int as types.Order", signature},
		{"PassOrder", []any{map[string]any{"Lines": []any{map[string]any{"Qty": "x"}}}}, "Lines[0].Qty: cannot use string as int32", signature},
		{"PassOrder", []any{map[string]any{"Line": 1}}, "Line", signature},
		{"Map", []any{map[string]string{"a": "b"}}, "cannot use string as int", signature},
		{"Array", []any{[]int{1}}, "argument 1 (v)", signature},
		{"Strings", []any{[]int{1}}, "[0]: cannot use int as string", signature},
		{"Variadic", []any{1, "x"}, "argument 2 (v): cannot use string as int", signature},
		{"Time", []any{5}, "argument 1 (v)", signature},
		{"Fail", []any{make(chan int)}, "cannot use chan int as string", signature},
		// Overflow.
		{"Int8", []any{128}, "128 (int) overflows int8", signature},
		{"Uint", []any{-1}, "-1 (int) overflows uint", signature},
		{"Int", []any{uint64(math.MaxUint64)}, "overflows int", signature},
		{"Int", []any{1.5}, "1.5", signature},
		{"Float32", []any{math.MaxFloat64}, "is not exactly a float32", signature},
		{"NamedOctets", []any{[]int{1, 256}}, "[1]: 256 (int) overflows uint8", signature},
		{"PassOrder", []any{map[string]any{"Lines": []map[string]any{{}, {"Qty": 1 << 40}}}}, "Lines[1].Qty: 1099511627776 (int) overflows int32", signature},
		{"Int16s", []any{[]any{1, -40000}}, "[1]: -40000 (int) overflows int16", signature},
		// Nil.
		{"Int", []any{nil}, "argument 1 (v): nil has no value of this type", signature},
		{"PassOrder", []any{nil}, "nil has no value of this type", signature},
		{"PassOrder", []any{(*Order)(nil)}, "nil", signature},
		{"Array", []any{nil}, "nil has no value of this type", signature},
		{"Time", []any{nil}, "nil has no value of this type", signature},
		// Names.
		{"PasOrder", nil, "no such function: PasOrder; did you mean PassOrder?", &winplugin.ErrNotFound},
		{"order.total", nil, "did you mean Order.Total?", &winplugin.ErrNotFound},
		{"Nowhere at all", nil, "no such function", &winplugin.ErrNotFound},
		{"Bare", []any{nil}, "Bare is exported, but cannot be used: parameter v has type unsafe.Pointer", &winplugin.ErrNotFound},
		{"DeepBare", nil, "parameter v has type unsafe.Pointer, which means nothing on the other side", &winplugin.ErrNotFound},
		{"Generic", nil, "type parameters", &winplugin.ErrNotFound},
		{"Zip", nil, "//winplugin:instantiate Zip[int, int]", &winplugin.ErrNotFound},
		// Of what crosses by reference.
		{"Watch", []any{5}, "argument 1 (c): plugin has chan int, host has int", signature},
		{"Watch", []any{make(chan int32)}, "plugin has chan int, host has chan int32", signature},
		{"Watch", []any{make(<-chan int)}, "argument 1 (c): plugin has chan int, host has <-chan int", signature},
		{"Watch", nil, "takes 1 argument, got 0", signature},
		{"Run", []any{5}, "argument 1 (f): plugin has func(), host has int", signature},
		{"Run", []any{func(int) {}}, "plugin has 0 parameters, host has 1", signature},
		{"Run", []any{func() error { return nil }}, "plugin has 0 results, host has 1", signature},
		{"Hidden", []any{5}, "argument 1 (v): ", signature},
		{"Hidden", []any{nil}, "nil", signature},
		{"Read", []any{5}, "argument 1 (r): host's int lacks method Read", signature},
		{"Read", []any{"text"}, "argument 1 (r): host's string lacks method Read", signature},
		{"Read", []any{wrongReader{}}, "argument 1 (r): method Read: parameter 1: plugin has []byte, host has string", signature},
		{"Read", []any{valueOf{}}, "lacks method Read, which its pointer has", signature},
		{"Stream", []any{io.NopCloser(nil), 5}, "argument 2 (v): host's int lacks method Close", signature},
		{"Deep", []any{[]map[string]chan string{{"a": nil}}}, "argument 1 (v)", signature},
		{"Deep", []any{[]any{map[string]any{"a": 5}}}, "[0][\"a\"]: plugin has chan int, host has int", signature},
		// Methods of the values' own, in the plugin and here.
		{"PassMoody", []any{Moody{"panic"}}, "what a mood", nil},
		{"PassMoody", []any{Moody{"nil pointer"}}, "nil pointer dereference", nil},
		{"PassMoody", []any{Moody{"refuse"}}, "argument 1 (v): ", signature},
		{"PassMoody", []any{Moody{"refuse"}}, "go away", signature},
		{"PassMoodies", []any{[]Pair[string, *Moody]{{"a", &Moody{"ok"}}, {"b", &Moody{"panic"}}}}, "what a mood", nil},
		{"PassMoody", []any{Moody{"host panics"}}, "the host's mood", nil},
		{"PassMoody", []any{Moody{"host refuses"}}, "not with me", nil},
		{"PassMoney", []any{"no number"}, "no amount of money", nil},
		// What is too deep or has no end.
		{"PassNode", []any{chain(20_000)}, "nests deeper", nil},
		{"PassNest", []any{endless()}, "nests deeper", nil},
		{"Any", []any{cyclic}, "deep", nil},
		{"Endless", nil, "nests deeper", nil},
		{"EndlessFolder", nil, "nests deeper", nil},
		// Dynamic values that do not cross.
		{"Any", []any{func(chan int) {}}, "func(chan int)", nil},
		{"Any", []any{map[string]any{"a": []any{func(chan int) {}}}}, `["a"][0]`, nil},
		{"Any", []any{unsafe.Pointer(nil)}, "unsafe.Pointer", nil},
		{"Make", []any{"feed"}, "result 1: ", nil},
		{"Make", []any{"feeds"}, "func(chan int)", nil},
		{"Make", []any{"address"}, "unsafe.Pointer", nil},
	} {
		t.Run(test.function, func(t *testing.T) {
			results, err := p.Call(context.Background(), test.function, test.args...)
			what := fmt.Sprintf("%s(%.60s)", test.function, fmt.Sprint(len(test.args), " arguments"))
			switch {
			case err == nil || !strings.Contains(err.Error(), test.want):
				t.Errorf("%s: %.500v, want %s; %.100v", what, err, test.want, results)
			case test.as == signature && !errors.As(err, signature):
				t.Errorf("%s: got %v of type %T, want a *SignatureError", what, err, err)
			case test.as == any(&winplugin.ErrNotFound) && !errors.Is(err, winplugin.ErrNotFound):
				t.Errorf("%s: got error %v, want ErrNotFound", what, err)
			}
			works(t, p, what)
		})
	}
}

// wrongReader has a method Read with another signature.
type wrongReader struct{}

func (wrongReader) Read(string) (int, error) { return 0, io.EOF }

// valueOf has the method Read for its pointer only.
type valueOf struct{}

func (*valueOf) Read([]byte) (int, error) { return 0, io.EOF }

// Copies of objects fail as results of bound funcs do.
func TestCopyFailures(t *testing.T) {
	p := openTypes(t)
	for _, test := range []struct {
		name, function string
		args           []any
		to             any
		want           string
	}{
		{"panic", "PassMoody", []any{Moody{"panic at the way back"}}, new(Moody), "no way back"},
		{"refusal", "PassMoody", []any{Moody{"refuse the way back"}}, new(Moody), "not today"},
		{"depth", "Chain", []any{20_000, false}, new(*Node), "deep"},
	} {
		t.Run(test.name, func(t *testing.T) {
			results, err := p.Call(context.Background(), test.function, test.args...)
			if err != nil {
				t.Fatal(err)
			}
			if err := results[0].(*winplugin.Object).Copy(test.to); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			works(t, p, test.name)
		})
	}
}

// A pointer that an interface holds, to that interface, crosses.
func TestPointerToItself(t *testing.T) {
	v := new(any)
	*v = v
	got, err := openTypes(t).Call(context.Background(), "Any", v)
	if err != nil || got[0] != v {
		t.Errorf("got %v, %v, want %v", got, err, v)
	}
}

// endless contains itself.
func endless() Nest {
	v := make(Nest, 1)
	v[0] = v
	return v
}

// Methods of the host's that fail when a result arrives, and funcs without an error.
func TestBoundFailures(t *testing.T) {
	p := openTypes(t)
	plain := bound[func(Moody) Moody](t, p, "PassMoody")
	full := bound[func(Moody) (Moody, error)](t, p, "PassMoody")
	for mood, want := range map[string]string{
		"panic": "what a mood", "nil pointer": "nil pointer dereference", "refuse": "go away",
		"panic at the way back": "no way back", "refuse the way back": "not today",
		"host panics": "the host's mood", "host refuses": "not with me",
		"panic in the host": "closed to callers", "refuse in the host": "closed",
	} {
		t.Run(mood, func(t *testing.T) {
			if v, err := full(Moody{mood}); err == nil || !strings.Contains(err.Error(), want) || v != (Moody{}) {
				t.Errorf("%s: got %v, error %v, want %s", mood, v, err, want)
			}
			works(t, p, mood)
			func() {
				defer func() {
					err, _ := recover().(error)
					var pe *winplugin.PanicError
					if !errors.As(err, &pe) || !strings.Contains(err.Error(), want) {
						t.Errorf("%s without an error result: got %v, want a %T and %q in it", mood, err, pe, want)
					}
				}()
				plain(Moody{mood})
			}()
			works(t, p, mood)
		})
	}
	if _, err := bound[func(*Node) (*Node, error)](t, p, "PassNode")(chain(20_000)); err == nil {
		t.Error("PassNode of a chain of 20,000: got no error, want one")
	}
	if _, err := bound[func() (Nest, error)](t, p, "Endless")(); err == nil {
		t.Error("Endless: got no error, want one")
	}
	works(t, p, "a value without end")
}

// Binding says where types differ.
func TestSignatureErrors(t *testing.T) {
	p := openTypes(t)
	below := backend(t, p.Path(), plugin.Options{})
	type wideLine struct {
		SKU   string
		Qty   int
		Price float64
	}
	type wideOrder struct {
		ID       int64
		Customer string
		Lines    []wideLine
		Tags     map[string]string
		Paid     bool
	}
	type badNode struct {
		Name        string
		Next        *badNode
		Left, Right *Tree
	}
	for _, test := range []struct {
		function string
		as       any
		want     string
	}{
		{"PassOrder", func(wideOrder) Order { panic(0) }, "parameter 1 (v): Order.Lines[].Qty: plugin has int32, host has int"},
		{"PassOrder", func(Order) wideOrder { panic(0) }, "result 1: Order.Lines[].Qty: plugin has int32, host has int"},
		{"PassPixel", func(struct{ R, G, B uint8 }) Pixel { panic(0) }, "Pixel: host lacks field A uint8"},
		{"PassPixel", func(struct{ R, G, B, A, X uint8 }) Pixel { panic(0) }, "Pixel: plugin lacks field X uint8"},
		{"PassPixel", func(struct{ G, R, B, A uint8 }) Pixel { panic(0) }, "Pixel: fields in another order: plugin has R, G, B, A; host has G, R, B, A"},
		{"PassNode", func(*badNode) *Node { panic(0) }, "Node.Left"},
		{"Int", func(int64) int { panic(0) }, "parameter 1 (v): plugin has int, host has int64"},
		{"Int", func(int) uint { panic(0) }, "result 1: plugin has int, host has uint"},
		{"Ints", func([]int32) []int { panic(0) }, "plugin has []int, host has []int32"},
		{"Array", func([5]int) [4]int { panic(0) }, "plugin has [4]int, host has [5]int"},
		{"Map", func(map[string]uint) map[string]int { panic(0) }, "plugin has map[string]int, host has map[string]uint"},
		{"Pointer", func(int) *int { panic(0) }, "plugin has *int, host has int"},
		{"PassMoney", func(string) Money { panic(0) }, "parameter 1 (v): "},
		{"Exclaim", func(string) string { panic(0) }, "has 1 parameter, the plugin's 2"},
		{"Exclaim", func(string, string) {}, "has 0 results, the plugin's 1"},
		{"Fail", func(string) {}, "has no last result for the error"},
		{"Any", func(any) error { panic(0) }, "the plugin's 1"},
		{"Any", func(fmt.Stringer) any { panic(0) }, "fmt.Stringer"},
		{"Int", 5, "not a func type"},
	} {
		t.Run(test.function, func(t *testing.T) {
			_, err := below.Bind(test.function, reflect.TypeOf(test.as))
			var se *winplugin.SignatureError
			if !errors.As(err, &se) || !strings.Contains(err.Error(), test.want) || !strings.Contains(se.Function, test.function+"(") || se.Plugin != "types" {
				t.Errorf("%s as %T: %v, want %s", test.function, test.as, err, test.want)
			}
		})
	}
	if _, err := winplugin.Func[func(int) int](p, "Bare"); !errors.Is(err, winplugin.ErrNotFound) || !strings.Contains(err.Error(), "unsafe.Pointer") {
		t.Errorf("a function that was skipped: got %v, want %v and \"unsafe.Pointer\" in it", err, winplugin.ErrNotFound)
	}
	if _, err := winplugin.Func[func(int) int](p, "Intt"); !errors.Is(err, winplugin.ErrNotFound) || !strings.Contains(err.Error(), "did you mean Int?") {
		t.Errorf("a function that is not there: got %v, want %v and \"did you mean Int?\" in it", err, winplugin.ErrNotFound)
	}
}
