package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// rule checks that a value is an object that stands for a func with methods, and holds for the
// text.
func rule(t *testing.T, v any, text string) *winplugin.Object {
	t.Helper()
	o := object(t, v)
	if !strings.HasSuffix(o.Type(), ".Rule") {
		t.Fatalf("got an object of type %s, want one of type Rule", o.Type())
	}
	got, err := o.Call(context.Background(), "", text)
	if err != nil || got[0] != true {
		t.Fatalf("a call of the rule with %q: got %v, %v, want true, nil", text, got, err)
	}
	return o
}

// A func of a type with methods is an object in dynamic calls, which stands for that very func.
func TestFuncsWithMethods(t *testing.T) {
	p := objects(t)
	ctx := context.Background()
	t.Run("result", func(t *testing.T) {
		o := rule(t, call(t, p, "Prefix", "b")[0], "bc")
		if got, want := fmt.Sprint(o), "a rule that says false"; got != want {
			t.Errorf("it prints as %q, want %q", got, want)
		}
		not, err := o.Call(ctx, "Not")
		if err != nil {
			t.Fatalf("its method Not: got error %v, want nil", err)
		}
		rule(t, not[0], "abc")
		if got := call(t, p, "Holds", o, "bc")[0]; got != true {
			t.Errorf("Holds of it: got %v, want true", got)
		}
		if got := call(t, p, "HoldAll", "ba", o, not[0], o)[0]; got != false {
			t.Errorf("HoldAll of it and its opposite: got %v, want false", got)
		}
		if got := call(t, p, "IsRule", o, "bc")[0]; got != true {
			t.Errorf("IsRule of it: got %v, want true", got)
		}
	})
	t.Run("identity", func(t *testing.T) {
		if a, b := call(t, p, "SameRule")[0], call(t, p, "SameRule")[0]; a != b {
			t.Errorf("the same rule comes as %p and as %p, want one object", a, b)
		}
		if got := call(t, p, "Nothing")[0]; got != nil {
			t.Errorf("a nil rule: got %T %v, want nil", got, got)
		}
	})
	t.Run("variable", func(t *testing.T) {
		v, err := winplugin.Var[any](p, "HasA")
		if err != nil {
			t.Fatal(err)
		}
		got, err := v.Get()
		if err != nil {
			t.Fatal(err)
		}
		rule(t, got, "abc")
		if got := call(t, p, "HasA", "abc")[0]; got != true {
			t.Errorf("a call of the variable: got %v, want true", got)
		}
		if _, err := p.Call(ctx, "NoRule", "abc"); err == nil || !strings.Contains(err.Error(), "NoRule is nil") {
			t.Errorf("a call of a nil variable: got %v, want an error that says it is nil", err)
		}
	})
	t.Run("any", func(t *testing.T) {
		list := call(t, p, "Rules")[0].([]any)
		rule(t, list[0], "abc")
		switch m := list[1].(type) {
		case map[string]any:
			rule(t, m["b"], "b")
		default:
			t.Errorf("a map of rules: got %T, want map[string]any", m)
		}
		if f, ok := list[2].(func(string) string); !ok || f("a") != "A" {
			t.Errorf("a func without methods: got %T, want a func", list[2])
		}
	})
	t.Run("slice", func(t *testing.T) {
		list := call(t, p, "RuleList")[0].([]*winplugin.Object)
		rule(t, list[1], "b")
		if got := call(t, p, "HoldAll", "ab", list)[0]; got != false {
			t.Errorf("HoldAll of the slice: got %v, want false", got)
		}
		if got := call(t, p, "HoldAll", "ab", []any{list[0], strings.HasSuffix, list[0]}[0])[0]; got != true {
			t.Errorf("HoldAll of one: got %v, want true", got)
		}
	})
	t.Run("interface", func(t *testing.T) {
		s, ok := call(t, p, "Printed")[0].(fmt.Stringer)
		if !ok || s.String() != "a rule that says true" {
			t.Errorf("got %v, want a fmt.Stringer with its text", s)
		}
		if got := call(t, p, "Holds", s, "abc")[0]; got != true {
			t.Errorf("Holds of it: got %v, want true", got)
		}
	})
	t.Run("field", func(t *testing.T) {
		check := object(t, call(t, p, "NewCheck")[0])
		f, err := check.Get("Rule")
		if err != nil {
			t.Fatal(err)
		}
		rule(t, f, "abc")
		if err := check.Set("Rule", call(t, p, "Prefix", "x")[0]); err != nil {
			t.Fatal(err)
		}
		if f, err = check.Get("Rule"); err != nil {
			t.Fatal(err)
		}
		rule(t, f, "xa")
	})
	t.Run("copy", func(t *testing.T) {
		f, err := winplugin.As[func(string) bool](rule(t, call(t, p, "Prefix", "b")[0], "b"))
		if err != nil || !f("bc") || f("c") {
			t.Errorf("got a func, %v that holds otherwise, want one of b", err)
		}
	})
	t.Run("typed", func(t *testing.T) {
		if f := bound[func(string) func(string) bool](t, p, "Prefix")("b"); !f("b") {
			t.Error("a bound func gets another rule, want that of b")
		}
		rule(t, bound[func(string) *winplugin.Object](t, p, "Prefix")("b"), "b")
	})
	t.Run("made", func(t *testing.T) {
		own := func(text string) bool { return text == "own" }
		o := rule(t, call(t, p, "RuleOf", own)[0], "own")
		if got := call(t, p, "Holds", o, "own")[0]; got != true {
			t.Errorf("Holds of it: got %v, want true", got)
		}
		made, err := p.New("Rule", own)
		if err != nil {
			t.Fatal(err)
		}
		rule(t, made, "own")
		if not := bound[func(r *winplugin.Object) *winplugin.Object](t, p, "Rule.Not")(made); not != nil {
			rule(t, not, "other")
		}
	})
	t.Run("callback", func(t *testing.T) {
		object := func(o *winplugin.Object) bool { rule(t, o, "abc"); return true }
		typed := func(f func(string) bool) bool { return f("abc") }
		for name, f := range map[string]any{"object": object, "typed": typed} {
			for _, function := range []string{"EachRule", "AnyRule"} {
				if got := call(t, p, function, f)[0]; got != true {
					t.Errorf("%s of %s: got %v, want true", function, name, got)
				}
			}
		}
	})
	t.Run("host's type", func(t *testing.T) {
		for _, v := range []any{call(t, p, "Handle")[0], call(t, p, "Handlers")[0].([]any)[0]} {
			h, ok := v.(http.HandlerFunc)
			if !ok {
				t.Fatalf("got a %T, want an http.HandlerFunc", v)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("GET", "/x", nil))
			if got, want := w.Body.String(), "handled /x"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	})
	t.Run("failure", func(t *testing.T) {
		if _, err := rule(t, call(t, p, "Prefix", "b")[0], "b").Call(ctx, "", 1, 2); err == nil || !strings.Contains(err.Error(), "takes 1 argument") {
			t.Errorf("two arguments: got %v, want an error that says it takes one", err)
		}
		if _, err := object(t, call(t, p, "NewCheck")[0]).Call(ctx, ""); err == nil {
			t.Error("a call of an object that is no func: got nil, want an error")
		}
	})
}
