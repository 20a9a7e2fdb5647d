package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// An askedItem has the methods that the plugin's package looks for. Where these have types of
// the plugin, its own have objects, interfaces and any.
type askedItem struct {
	Name  string
	level int
}

func (i askedItem) EncodeTo(e *winplugin.Object) error {
	if i.Name == "" {
		return errors.New("no name")
	}
	_, err := e.Call(context.Background(), "Add", "name", i.Name)
	return err
}

func (i *askedItem) DecodeFrom(d *winplugin.Object) error {
	text, err := d.Call(context.Background(), "Text")
	if err == nil {
		i.Name = text[0].(string)
	}
	return err
}

func (i askedItem) Level() int8 { return int8(i.level) }

func (i askedItem) Less(than any) bool { return i.Name < than.(askedItem).Name }

func (i askedItem) Configure(o *winplugin.Object) {
	if err := o.Set("Depth", len(i.Name)); err != nil {
		panic(err)
	}
}

func (i askedItem) Options() any { return map[string]any{"Depth": 7} }

func (i askedItem) Work(ctx context.Context, to *winplugin.Object) error {
	if _, err := to.Call(context.Background(), "Add", "ended", ctx.Err() != nil); err != nil {
		return err
	}
	return ctx.Err()
}

func (i askedItem) Gather(first *winplugin.Object, more ...*winplugin.Object) int {
	for n, o := range append([]*winplugin.Object{first}, more...) {
		if _, err := o.Call(context.Background(), "Add", fmt.Sprint(n), i.Name); err != nil {
			panic(err)
		}
	}
	return len(more)
}

func (i askedItem) EncodeValues(key string, v *url.Values) error {
	v.Add(key, i.Name)
	return nil
}

// A askedModel counts its messages.
type askedModel struct{ seen []string }

func (m *askedModel) Update(msg any) (any, any) {
	m.seen = append(m.seen, fmt.Sprint(msg))
	if n, ok := msg.(int); ok && n > 0 {
		return m, func() any { return n - 1 }
	}
	return m, nil
}

func (m *askedModel) View() string { return strings.Join(m.seen, ",") }

// Methods of the host's values behind any are called by the plugin if it looks for them, though
// their signatures have the plugin's own types there.
func TestAskedMethods(t *testing.T) {
	p := open(t, built(t, "asks"))
	decoded := askedItem{}
	tests := []struct {
		function string
		args     []any
		want     []any
		fail     string
	}{
		{"Encode", []any{askedItem{Name: "a"}}, []any{"name=a"}, ""},
		{"Encode", []any{&askedItem{Name: "b"}}, []any{"name=b"}, ""},
		{"Encode", []any{askedItem{}}, nil, "no name"},
		{"Encode", []any{struct{ A int }{1}}, []any{"plain struct { A int }"}, ""},
		{"Decode", []any{"text", &decoded}, nil, ""},
		{"LevelOf", []any{askedItem{level: 1}}, []any{"high"}, ""},
		{"Sort", []any{[]any{askedItem{Name: "y"}, askedItem{Name: "x"}}}, []any{[]any{askedItem{Name: "x"}, askedItem{Name: "y"}}}, ""},
		{"Least", []any{askedItem{Name: "y"}, askedItem{Name: "x"}, askedItem{Name: "z"}}, []any{askedItem{Name: "x"}}, ""},
		{"View", []any{&askedModel{}, "m"}, []any{"m"}, ""},
		{"View", []any{unasked{}, "m"}, nil, "lacks method Update"},
		{"View", []any{unlike{}, "m"}, nil, "Update"},
		{"Run", []any{&askedModel{}, 2}, []any{"2,1,0"}, ""},
		{"Configure", []any{askedItem{Name: "four"}}, []any{4, 7}, ""},
		{"Work", []any{askedItem{}}, nil, "context canceled"},
		{"Gather", []any{askedItem{Name: "g"}}, []any{2, "[0=g 2=g] [1=g]"}, ""},
		{"Query", []any{askedItem{Name: "v"}}, []any{"a=1&b=v"}, ""},
	}
	for i, test := range tests {
		t.Run(fmt.Sprintf("%s %d", test.function, i), func(t *testing.T) {
			got, err := p.Call(context.Background(), test.function, test.args...)
			switch {
			case test.fail != "":
				if err == nil || !strings.Contains(err.Error(), test.fail) {
					t.Errorf("got %v, error %v, want an error with %q in it", got, err, test.fail)
				}
			case err != nil:
				t.Errorf("got error %v, want nil", err)
			default:
				if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(askedItem{})); diff != "" {
					t.Errorf("result differs (-want +got):\n%s", diff)
				}
			}
		})
	}
	if decoded.Name != "text" {
		t.Errorf("decoded: got name %q, want %q", decoded.Name, "text")
	}
}

// An unasked has one of two methods, and an unlike one that is another.
type (
	unasked struct{}
	unlike  struct{}
)

func (unasked) View() string         { return "" }
func (unlike) View() string          { return "" }
func (unlike) Update(int) (any, any) { return nil, nil }

type fewer struct{}

func (fewer) EncodeTo(*winplugin.Object, int) error { return nil }

// A method that has an object but not the signature that the plugin looks for is refused.
func TestAskedMethodThatIsAnother(t *testing.T) {
	p := open(t, built(t, "asks"))
	_, err := p.Call(context.Background(), "Encode", fewer{})
	if want := "EncodeTo has the signature func(any, int) (error) here, and is looked for as func(*asks.Encoder) error"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got error %v, want one with %q in it", err, want)
	}
}

// Errors of declared types, in variables and constants, are found in those that wrap them.
func TestErrorsOfTypes(t *testing.T) {
	p := open(t, built(t, "asks"))
	names := []string{"Failed", "Refused", "Lost"}
	for _, name := range append(names, "other") {
		_, failed := p.Call(context.Background(), "Fail", name)
		for _, of := range names {
			t.Run(name+" is "+of, func(t *testing.T) {
				v, err := winplugin.Var[error](p, of)
				if err != nil {
					t.Fatalf("got error %v, want nil", err)
				}
				target, err := v.Get()
				if got, want := errors.Is(failed, target), name == of; err != nil || got != want {
					t.Errorf("got %t, error %v, want %t", got, err, want)
				}
			})
		}
	}
	for _, name := range []string{"Start", "Green"} {
		v, err := winplugin.Var[error](p, name)
		if err == nil {
			_, err = v.Get()
		}
		if err == nil {
			t.Errorf("%s as an error: got error nil, want one", name)
		}
	}
}

// Errors that are constants, or in variables, of declared types are one value in the host, by == too.
func TestErrorsOfTypesAreOneValue(t *testing.T) {
	p := open(t, built(t, "asks"))
	decline := bound[func(string) error](t, p, "Decline")
	for _, name := range []string{"Busy", "Closed", "Shut", "Declined", "Refused"} {
		t.Run(name, func(t *testing.T) {
			_, called := p.Call(context.Background(), "Decline", name)
			if got, want := decline(name), namedError(t, p, name); got != want || called != want {
				t.Errorf("got %v and %v, want the very %v of Var", got, called, want)
			}
		})
	}
	t.Run("others", func(t *testing.T) {
		if namedError(t, p, "Busy") == namedError(t, p, "Closed") || namedError(t, p, "Shut") != namedError(t, p, "Closed") {
			t.Error("Busy is Closed, or Shut is not; want errors that are equal as in the plugin")
		}
		if _, failed := p.Call(context.Background(), "Fail", "other"); errors.Is(failed, namedError(t, p, "Refused")) {
			t.Error("an error of equal fields is Refused, want another one")
		}
		if got := namedError(t, p, "Unsaid"); got != nil {
			t.Errorf("a variable that is nil: got %v, want nil", got)
		}
	})
	t.Run("const", func(t *testing.T) {
		c, err := p.Const("Closed")
		if err != nil {
			t.Fatal(err)
		}
		if target, ok := c.(error); !ok || !errors.Is(decline("Shut"), target) || errors.Is(decline("Busy"), target) {
			t.Errorf("errors.Is with what Const returns, a %T, holds for another error, or not for Shut", c)
		}
	})
	t.Run("methods", func(t *testing.T) {
		if e, ok := decline("Busy").(interface{ Temporary() bool }); !ok || !e.Temporary() {
			t.Errorf("got a %T, want one that is temporary", decline("Busy"))
		}
		var o *winplugin.Object
		if !errors.As(decline("Busy"), &o) || !strings.HasSuffix(o.Type(), "decline") {
			t.Errorf("errors.As finds the object %v, want one of type decline", o)
		}
	})
	t.Run("back", func(t *testing.T) {
		closed := namedError(t, p, "Closed")
		for i := range 300 { // more than the plugin keeps
			_ = decline("Refused")
			if got := call(t, p, "IsClosed", closed)[0]; i%100 == 99 && got != true {
				t.Errorf("Closed that is passed back after %d errors is another error, want the same", i)
			}
		}
	})
	t.Run("changed", func(t *testing.T) {
		before := decline("Declined")
		call(t, p, "Turn", "later")
		if got := namedError(t, p, "Declined"); got == before || got != decline("Declined") || got.Error() != "declined: later" {
			t.Errorf("got %v, want the error that is in the variable now", got)
		}
	})
}

// Values of types without a name are made by the expressions of these types.
func TestNewOfTypesWithoutNames(t *testing.T) {
	p := open(t, built(t, "asks"))
	add := func(e *winplugin.Object, n int) (*winplugin.Object, error) {
		_, err := e.Call(context.Background(), "Add", "n", n)
		return e, err
	}
	for _, test := range []struct {
		typ   string
		value any
		want  string
	}{
		{"func(*Encoder, int) (*Encoder, error)", add, "[n=1] <nil>"},
		{"*[]Level", []int{0}, "[low high]"},
		{"*[]Level", nil, "[high]"},
		{"map[Level]Level", map[int8]int{1: 1}, "high"},
	} {
		t.Run(test.typ, func(t *testing.T) {
			o, err := p.New(test.typ, test.value)
			if err != nil {
				t.Fatalf("got error %v, want nil", err)
			}
			got, err := p.Call(context.Background(), "Apply", o, 1)
			if diff := cmp.Diff([]any{test.want}, got); err != nil || diff != "" {
				t.Errorf("got error %v, result differs (-want +got):\n%s", err, diff)
			}
		})
	}
	for typ, want := range map[string]string{"Item": "interface", "[]Nothing": "no type Nothing", "func(*Encoder": "without names"} {
		if _, err := p.New(typ, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New of %s: got error %v, want one with %q in it", typ, err, want)
		}
	}
}

// What a function that returns nothing writes to slices and maps is in the host's own.
func TestFunctionsThatFill(t *testing.T) {
	p := open(t, built(t, "asks"))
	levels, words, tally := []int8{1, 0}, []string{"b", "a"}, map[string]int{"a": 1}
	if _, err := p.Call(context.Background(), "Order", levels, words); err != nil {
		t.Fatalf("Order: got error %v, want nil", err)
	}
	if _, err := p.Call(context.Background(), "Tally", tally, "a", "b"); err != nil {
		t.Fatalf("Tally: got error %v, want nil", err)
	}
	got, want := []any{levels, words, tally}, []any{[]int8{0, 1}, []string{"a", "b"}, map[string]int{"a": 2, "b": 1}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results differ (-want +got):\n%s", diff)
	}
}
