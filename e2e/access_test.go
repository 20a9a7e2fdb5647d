package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func object(t *testing.T, v any) *winplugin.Object {
	t.Helper()
	o, ok := v.(*winplugin.Object)
	if !ok {
		t.Fatalf("got %T %v, want an object", v, v)
	}
	return o
}

// The fields of an object are the plugin's.
func TestObjectFields(t *testing.T) {
	p := objects(t)
	panel := object(t, call(t, p, "NewPanel", "top")[0])
	if diff := cmp.Diff([]string{"Frame", "Width", "Height", "Title", "Parent", "Tags"}, panel.Fields()); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	for _, test := range []struct {
		field string
		set   any
		want  any
	}{
		{"Title", "new", "new"},
		{"Width", int8(7), 7},
		{"Tags", map[string]any{"b": 2.0}, map[string]int{"b": 2}},
	} {
		t.Run(test.field, func(t *testing.T) {
			if err := panel.Set(test.field, test.set); err != nil {
				t.Fatal(err)
			}
			if got, err := panel.Get(test.field); err != nil || !cmp.Equal(got, test.want) {
				t.Errorf("got %v, %v, want %v", got, err, test.want)
			}
		})
	}
	if got := one[int](t, panel, "Area"); got != 28 {
		t.Errorf("got an area of %d, want 28", got)
	}
	frame, err := panel.Get("Frame")
	if err != nil {
		t.Fatal(err)
	}
	if err := object(t, frame).Set("Height", 2); err != nil {
		t.Fatal(err)
	}
	if got := one[int](t, panel, "Area"); got != 14 {
		t.Errorf("got an area of %d after its frame was set, want 14", got)
	}
	parent, err := panel.Get("Parent")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := panel.Get("Parent"); err != nil || again != parent {
		t.Errorf("got %v, %v, want the parent that it was", again, err)
	}
	if none, err := object(t, parent).Get("Parent"); err != nil || none != nil {
		t.Errorf("got %v, %v, want nil for a nil pointer", none, err)
	}
	if err := panel.Set("Parent", panel); err != nil {
		t.Fatal(err)
	}
	if got, err := panel.Get("Parent"); err != nil || got != any(panel) {
		t.Errorf("got %v, %v, want the panel itself", got, err)
	}
	for name, fail := range map[string]func() error{
		"did you mean Title":                     func() error { _, err := panel.Get("title"); return err },
		"no exported field hidden; it has Frame": func() error { return panel.Set("hidden", 1) },
		"cannot use string as int":               func() error { return panel.Set("Width", "wide") },
		"300 (int) overflows uint8":              func() error { _, err := p.New("Shade", 300); return err },
		"no exported field Titel":                func() error { _, err := p.New("Panel", map[string]any{"Titel": "x"}); return err },
		"the plugin has no type Pannel":          func() error { _, err := p.New("Pannel", nil); return err },
		"pass a pointer":                         func() error { return panel.Copy(struct{}{}) },
		"no exported field Nothing":              func() error { return panel.Copy(&struct{ Nothing int }{}) },
		winplugin.ErrReleased.Error():            func() error { o := object(t, call(t, p, "NewPanel", "")[0]); o.Close(); return o.Set("Title", "") },
	} {
		t.Run(name, func(t *testing.T) {
			if err := fail(); err == nil || !strings.Contains(err.Error(), name) {
				t.Errorf("got %v, want %q", err, name)
			}
		})
	}
}

// A copy of an object has the fields that the host's type has.
func TestObjectCopy(t *testing.T) {
	p := objects(t)
	panel := object(t, call(t, p, "NewPanel", "top")[0])
	type part struct {
		Title  string
		Parent *part
		Width  int64
	}
	var got part
	if err := panel.Copy(&got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(part{"top", &part{Title: "root"}, 3}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if same, err := winplugin.As[*part](panel); err != nil || same.Parent.Title != "root" {
		t.Errorf("got %v, %v, want a pointer to a copy", same, err)
	}
	shade := object(t, call(t, p, "Shades")[0])
	if n, err := winplugin.As[uint16](shade); err != nil || n != 1 {
		t.Errorf("got %v, %v, want 1", n, err)
	}
	if text, err := winplugin.As[string](shade); err != nil || text != "#1" {
		t.Errorf("got %q, %v, want what MarshalText returns", text, err)
	}
	if s, err := winplugin.As[fmt.Stringer](shade); err != nil || s.String() != "shade 1" {
		t.Errorf("got %v, %v, want a proxy", s, err)
	}
	if _, err := winplugin.As[json.Unmarshaler](shade); err == nil || !strings.Contains(err.Error(), "UnmarshalJSON") {
		t.Errorf("got %v, want that a method is missing", err)
	}
}

// Package fmt and encoders give what they give in the plugin.
func TestObjectText(t *testing.T) {
	p := objects(t)
	shades := call(t, p, "Shades")
	a := object(t, shades[0])
	panel := object(t, call(t, p, "NewPanel", "<top>")[0])
	if err := panel.Set("Parent", nil); err != nil {
		t.Fatal(err)
	}
	for format, want := range map[string]string{"%v": "shade 1", "%d": "1", "%03d": "001", "%s": "shade 1", "%x": "736861646520" + "31", "%q": `"shade 1"`} {
		t.Run(format, func(t *testing.T) {
			if got := fmt.Sprintf(format, a); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
	if got, want := fmt.Sprintf("%+v", panel), "&{Frame:{Width:3 Height:4} Title:<top> Parent:<nil> Tags:map[a:1] hidden:5}"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, test := range []struct {
		name string
		v    any
		want string
	}{
		{"text", map[string]any{"s": a}, `{"s":"#1"}`},
		{"struct", []any{panel}, `[{"Width":3,"Height":4,"Title":"\u003ctop\u003e","Parent":null,"Tags":{"a":1}}]`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if b, err := json.Marshal(test.v); err != nil || string(b) != test.want {
				t.Errorf("got %s, %v, want %s", b, err, test.want)
			}
		})
	}
	if a == object(t, shades[1]) {
		t.Error("got one object for two values, want two")
	}
	if again := call(t, p, "PanelOf", panel)[0]; again != any(panel) {
		t.Errorf("got %v, want the object that it is", again)
	}
}

// Equal values that nothing changes in their place are one object: == compares them as it
// does in the plugin.
func TestObjectsOfEqualValues(t *testing.T) {
	p := objects(t)
	made := func(v any) any {
		o, err := p.New("Shade", v)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	first := call(t, p, "Shades")
	region := call(t, p, "ParseRegion", 1)[0].(*winplugin.Object)
	if got, err := region.Call(context.Background(), "String"); err != nil || got[0] != "region 1" {
		t.Fatalf("got %v, error %v, want region 1", got, err)
	}
	tests := []struct {
		name string
		a, b any
		want bool
	}{
		{"results", first[0], call(t, p, "Shades")[0], true},
		{"of different values", first[0], first[1], false},
		{"a result and one that is made", first[1], made(2), true},
		{"a struct whose method was called", region, call(t, p, "ParseRegion", 1)[0], true},
		{"empty ones, to be filled", made(nil), made(nil), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.a == test.b; got != test.want {
				t.Errorf("%v == %v: got %t, want %t", test.a, test.b, got, test.want)
			}
		})
	}
}

// errors.As finds an object that stands for the error in the plugin.
func TestErrorAsObject(t *testing.T) {
	p := objects(t)
	_, err := p.Call(context.Background(), "Fail", 7)
	var o, again *winplugin.Object
	if !errors.As(fmt.Errorf("wrapped: %w", err), &o) || !errors.As(err, &again) || o != again {
		t.Fatalf("got %v and %v of %v, want one object", o, again, err)
	}
	if code, err := o.Call(context.Background(), "Code"); err != nil || code[0] != 7 || o.Type() != "*example.com/objects.Fault" && !strings.HasSuffix(o.Type(), ".Fault") {
		t.Errorf("got code %v, error %v of a %s, want 7 of a Fault", code, err, o.Type())
	}
	if got := call(t, p, "CodeOf", o)[0]; got != 7 {
		t.Errorf("as an argument it has the code %v, want 7", got)
	}
	for i := range 200 {
		_, _ = p.Call(context.Background(), "Fail", i)
	}
	if errors.As(err, &o) {
		t.Error("got an object for an error that the plugin has forgotten, want none")
	}
	if errors.As(errors.New("the host's"), &o) {
		t.Error("got an object for an error of the host, want none")
	}
}

// An object that is passed for an error is the very error, alone, within an error of the host,
// and as the result of a func.
func TestObjectIsError(t *testing.T) {
	p := objects(t)
	made, err := p.New("Fault", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, failure := p.Call(context.Background(), "Fail", 7)
	var returned *winplugin.Object
	if !errors.As(failure, &returned) {
		t.Fatalf("%v: got no object that stands for it, want one", failure)
	}
	for i := range 200 { // the plugin has forgotten the error that it returned, but not the object
		_, _ = p.Call(context.Background(), "Fail", i)
	}
	codeOf := bound[func(error) int](t, p, "CodeOf")
	elsewhere := bound[func(func() error) error](t, p, "Elsewhere")
	for _, test := range []struct {
		name string
		err  *winplugin.Object
		want int
	}{{"made by New", made, 0}, {"returned", returned, 7}} {
		t.Run(test.name, func(t *testing.T) {
			if got := call(t, p, "CodeOf", test.err)[0]; got != test.want {
				t.Errorf("by Call: got the code %v, want %d", got, test.want)
			}
			if got := codeOf(test.err); got != test.want {
				t.Errorf("by a bound func: got the code %d, want %d", got, test.want)
			}
			if got := codeOf(fmt.Errorf("host: %w", test.err)); got != test.want {
				t.Errorf("wrapped: got the code %d, want %d", got, test.want)
			}
			var back *winplugin.Object
			if err := elsewhere(func() error { return test.err }); !errors.As(err, &back) || back != test.err {
				t.Errorf("from a func: got %v with the object %v, want %v", err, back, test.err)
			}
		})
	}
	if _, err := p.Call(context.Background(), "CodeOf", call(t, p, "NewCounter", 1)[0]); err == nil || !strings.Contains(err.Error(), "no method Error") {
		t.Errorf("a counter for an error: got %v, want an error that says it is none", err)
	}
}

// A func of the plugin goes back where only the plugin has the types of its parameters.
func TestFuncsComeBack(t *testing.T) {
	p := objects(t)
	a, b := call(t, p, "Titled", "a")[0], call(t, p, "Titled", "b")[0]
	for name, args := range map[string][]any{"one": {a}, "variadic": {a, b, a}, "slice": {b, []any{a}}} {
		t.Run(name, func(t *testing.T) {
			if got := call(t, p, "Titles", args...)[0].([]string); len(got) != len(args) {
				t.Errorf("got %q, want %d titles", got, len(args))
			}
		})
	}
	if _, err := p.Call(context.Background(), "Titles", func(int) error { return nil }); err == nil || !strings.Contains(err.Error(), "titles") {
		t.Errorf("got %v, want that the func is another one", err)
	}
}

// What a plugin has written to a pointer that it keeps is there when it calls the host.
func TestKeptPointerInCallback(t *testing.T) {
	p := objects(t)
	var n, seen int
	call(t, p, "KeepValue", &n)
	for want := 1; want < 3; want++ {
		call(t, p, "CountUp", func() { seen = n })
		if seen != want || n != want {
			t.Errorf("got %d within the callback and %d after it, want %d", seen, n, want)
		}
	}
}

// An error of the plugin that is given back is the very error.
func TestErrorComesBack(t *testing.T) {
	p := objects(t)
	_, err := p.Call(context.Background(), "Break", 7)
	code := bound[func(error) int](t, p, "CodeOf")
	for name, v := range map[string]error{"as it came": err, "joined": nil} {
		t.Run(name, func(t *testing.T) {
			want := 7
			if v == nil {
				v, want = errors.Join(errors.New("first"), err), 7
			}
			if got := code(v); got != want {
				t.Errorf("got %d by Func, want %d", got, want)
			}
			if got := call(t, p, "CodeOf", v)[0]; got != want {
				t.Errorf("got %v by Call, want %d", got, want)
			}
		})
	}
	for i := range 2000 {
		_, _ = p.Call(context.Background(), "Break", i)
	}
	if got := code(err); got != 0 {
		t.Errorf("got %d of an error that the plugin has forgotten, want 0", got)
	}
	if got := code(errors.New("the host's")); got != 0 {
		t.Errorf("got %d of an error of the host's, want 0", got)
	}
	if e := bound[func(int) error](t, p, "Break")(8); code(e) != 8 {
		t.Errorf("got %d of an error of a bound func, want 8", code(e))
	}
}

type tile struct{ Side int }

func (tile) String() string { return "tile" }

type label struct{ text string }

func (l *label) String() string               { return l.text }
func (l *label) MarshalText() ([]byte, error) { return []byte("<" + l.text + ">"), nil }

// A proxy is encoded as the host's value.
func TestEncodeProxies(t *testing.T) {
	p := objects(t)
	encode := bound[func(fmt.Stringer) (string, error)](t, p, "EncodeStringer")
	for name, test := range map[string]struct {
		v    fmt.Stringer
		want string
	}{
		"struct": {tile{2}, `{"v":{"Side":2}}`},
		"text":   {&label{"a"}, `{"v":"\u003ca\u003e"}`},
		"fails":  {&unencodable{}, "json: unsupported type: func()"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := encode(test.v)
			if err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
	if text := call(t, p, "TextOf", &label{"b"})[0]; text != "<b>" {
		t.Errorf("got %v, want <b>", text)
	}
	if _, err := p.Call(context.Background(), "TextOf", tile{2}); err == nil || !strings.Contains(err.Error(), "e2e.tile has no method MarshalText") {
		t.Errorf("got %v, want that a method is missing", err)
	}
}

type unencodable struct{ F func() }

func (*unencodable) String() string { return "" }
