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
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

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
		t.Errorf("got Exclaim %q, Kept %t, private %t, want ab!, and the others not bound", got, api.Kept != nil, api.private != nil)
	}
	if n, err := api.Sum(context.Background(), Tree{Value: 3}); n != 3 || err != nil {
		t.Errorf("Tree.Sum gives %d, %v, want 3, nil", n, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := api.Sum(ctx, Tree{}); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: got %v, want %v", err, context.Canceled)
	}
	var bad struct {
		Exclaim func(a, b string) string
		Swap    func(int) int
		Missing func()
	}
	err := p.Bind(&bad)
	var se *winplugin.SignatureError
	if !errors.As(err, &se) || !errors.Is(err, winplugin.ErrNotFound) || bad.Exclaim != nil {
		t.Errorf("a struct of which some funcs cannot be bound: got %v, want a %T, %v and nil", err, se, winplugin.ErrNotFound)
	}
	for _, target := range []any{nil, api, 1, (*struct{ F func() })(nil), new(int), &struct{}{}} {
		t.Run(fmt.Sprintf("%T", target), func(t *testing.T) {
			if err := p.Bind(target); err == nil {
				t.Errorf("Bind of a %T: got no error, want one", target)
			}
		})
	}
}

// Variables are read and set, and both sides see it.
func TestVariables(t *testing.T) {
	if isolated(t, map[string]string{"types": built(t, "types")}) {
		return // a Windows process has room for few libraries
	}
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
		t.Errorf("setting the title: got error %v or another title, want second", err)
	}
	call(t, p, "Retitle", "third")
	if got, err := title.Get(); got != "third" || err != nil {
		t.Errorf("the title: got %s, %v, want \"third\"", got, err)
	}
	last, err := winplugin.Var[error](p, "LastError")
	if err != nil {
		t.Fatal(err)
	}
	other, _ := winplugin.Var[error](p, "ErrOther")
	if got, err := last.Get(); got != nil || err != nil {
		t.Errorf("LastError: got %v, %v, want nil", got, err)
	}
	value, _ := other.Get()
	if err := last.Set(value); err != nil || call(t, p, "LastIsOther")[0] != true {
		t.Errorf("a sentinel that goes back: got another one, %v, want the plugin's own", err)
	}
	if _, err := winplugin.Var[int](p, "Title"); err == nil || !strings.Contains(err.Error(), "var Title string: result 1: plugin has string, host has int") {
		t.Errorf("a variable of another type: got %v, want an error with \"var Title string: result 1: plugin has string, host has int\" in it", err)
	}
	if _, err := winplugin.Var[int](p, "Conter"); err == nil || !strings.Contains(err.Error(), "did you mean Counter?") {
		t.Errorf("no such variable: got %v, want an error with \"did you mean Counter?\" in it", err)
	}
	if _, err := winplugin.Var[int](p, "Events"); err == nil || !strings.Contains(err.Error(), "chan int") {
		t.Errorf("a variable that does not cross: got %v, want an error with \"chan int\" in it", err)
	}
	if _, err := winplugin.Func[func() int](p, "Counter"); err == nil || !strings.Contains(err.Error(), "is a variable; use Var") {
		t.Errorf("a variable as a function: got %v, want an error with \"is a variable; use Var\" in it", err)
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
				t.Errorf("%s: got error %v, want nil", name, err)
			}
		}
		got, err := v.Get()
		if err != nil {
			t.Errorf("%s: got error %v, want nil", name, err)
		}
		same(t, name, value, got)
	}
}

// Lookup gives what package plugin of the standard library gives.
func TestLookup(t *testing.T) {
	if isolated(t, map[string]string{"types": built(t, "types")}) {
		return // a Windows process has room for few libraries
	}
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
		t.Errorf("Exclaim: got %s, want \"ab!\"", got)
	}
	if got := find("Later").(func(time.Time, time.Duration) time.Time)(utc, 1); !got.Equal(utc.Add(1)) {
		t.Errorf("Later: got %v, want %v", got, utc.Add(1))
	}
	if got := find("VariadicStrings").(func(string, ...string) []string)("a", "b"); len(got) != 2 {
		t.Errorf("VariadicStrings: got %v, want length 2", got)
	}
	if got := find("Fail").(func(string) error)("EOF"); got != io.EOF {
		t.Errorf("Fail: got %v, want %v", got, io.EOF)
	}
	if n, text, err := find("Named").(func(bool) (int, string, error))(true); n != 1 || text != "beside" || err == nil {
		t.Errorf("Named: got %d, %s, error %v, want 1, beside and an error", n, text, err)
	}
	// Where the host has no such type: a type that contains itself, one that is encoded
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
		t.Errorf("Counter: got %v in the plugin and %d in the host, want 42 and 42", got, *counter)
	}
	if got := find("ReadLimits").(func() [2]float64)(); got != [2]float64{1, 9} {
		t.Errorf("the limits: got %v, want %v", got, [2]float64{1, 9})
	}
	if find("Counter").(*int) != counter {
		t.Error("Lookup of Counter: got another address the second time, want the same")
	}
	// Others cross with calls.
	title, settings := find("Title").(*string), find("Settings").(*map[string][]int)
	if *title != "first" || (*settings)["a"][0] != 1 {
		t.Errorf("title: got %q, settings %v, want \"first\" and 1", *title, *settings)
	}
	(*settings)["b"] = []int{2, 3}
	*title = "host's"
	if got := find("ReadTitle").(func() string)(); got != "host's" {
		t.Errorf("the title there: got %q, want \"host's\"", got)
	}
	if got := find("ReadSettings").(func(string) []int)("b"); len(got) != 2 {
		t.Errorf("the settings there: got %v, want length 2", got)
	}
	if find("Retitle").(func(string))("plugin's"); *title != "plugin's" || len((*settings)["b"]) != 2 {
		t.Errorf("the title here: got %q, the settings are %v, want \"plugin's\" and length 2", *title, *settings)
	}
	top, last := find("Top"), find("LastError").(*error)
	if reflect.ValueOf(top).Elem().Set(reflect.ValueOf(made)); *last != nil {
		t.Errorf("the last error: got %v, want nil", *last)
	}
	if find("Nothing").(func())(); show(top) != show(ptr(closed(2))) {
		t.Errorf("after a call the variable Top: got %s, want %v", show(top), show(ptr(closed(2))))
	}
	for name, want := range map[string]string{"Excalim": "did you mean Exclaim?", "Bare": "unsafe.Pointer", "Place": "unsafe.Pointer", "hidden": "no such function"} {
		t.Run(name, func(t *testing.T) {
			if _, err := p.Lookup(name); err == nil || !errors.Is(err, winplugin.ErrNotFound) || !strings.Contains(err.Error(), want) {
				t.Errorf("Lookup of %s: got %v, want an error, %v and %q in it", name, err, winplugin.ErrNotFound, want)
			}
		})
	}
	// A func without an error result panics with what went wrong.
	p.Close()
	func() {
		defer func() {
			err, _ := recover().(error)
			var pe *winplugin.PanicError
			if !errors.As(err, &pe) || !errors.Is(err, winplugin.ErrClosed) {
				t.Errorf("after close: got %v, want a %T and %v", err, pe, winplugin.ErrClosed)
			}
		}()
		s, err := p.Lookup("Exclaim")
		if err != nil {
			panic(err)
		}
		s.(func(string, string) string)("a", "b")
	}()
}
