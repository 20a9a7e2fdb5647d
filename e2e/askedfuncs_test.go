package e2e

import (
	"context"
	"errors"
	"fmt"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A func of the host's in an any has the type that the plugin's package looks for, if the func has
// objects in the place of the plugin's types.
func TestAskedFuncs(t *testing.T) {
	p := open(t, built(t, "asks"))
	ctx := context.Background()
	add := func(e *winplugin.Object, key string, v any) error {
		_, err := e.Call(ctx, "Add", key, v)
		return err
	}
	scope := func(e *winplugin.Object) *winplugin.Object {
		if err := add(e, "scope", e.Type()); err != nil {
			panic(err)
		}
		return e
	}
	hook := func(e *winplugin.Object, depth int8) error { return add(e, "depth", depth) }
	count := func(e *winplugin.Object, more ...*winplugin.Object) int {
		n := len(more)
		for _, o := range more {
			if o == e {
				n += 10
			}
		}
		return n
	}
	for _, test := range []struct {
		name       string
		conditions []any
		want       string
	}{
		{"an object", []any{"id = ?", scope, 1}, "Orders[condition=string scope=*example.com/asks.Encoder condition=int]"},
		{"a declared func type", []any{hook}, "Orders[depth=1]"},
		{"an error", []any{func(*winplugin.Object, int8) error { return errors.New("too deep") }}, "Orders: too deep"},
		{"a variadic func", []any{count}, "Orders[count=22]"},
		{"a nil object", []any{func(*winplugin.Object) *winplugin.Object { return nil }}, "Orders: no encoder"},
		{"another func", []any{func(*winplugin.Object, string) {}}, "Orders[condition=func(interface {}, string)]"},
		{"no objects", []any{func(any) any { return nil }}, "Orders[condition=func(interface {}) interface {}]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := call(t, p, "Preload", append([]any{"Orders"}, test.conditions...)...)[0]; got != test.want {
				t.Errorf("Preload by Call: got %v, want %s", got, test.want)
			}
			if got := bound[func(string, ...any) string](t, p, "Preload")("Orders", test.conditions...); got != test.want {
				t.Errorf("Preload by Func: got %v, want %s", got, test.want)
			}
		})
	}
	t.Run("in a map", func(t *testing.T) {
		want := "scoped[scope=*example.com/asks.Encoder depth=1]"
		if got := call(t, p, "Scoped", map[string]any{"first": scope, "second": hook})[0]; got != want {
			t.Errorf("got %v, want %s", got, want)
		}
	})
	t.Run("a parameter of another type", func(t *testing.T) {
		got := call(t, p, "Decoded", "text", func(d *winplugin.Object) *winplugin.Object { return d })[0]
		if got != "text" {
			t.Errorf("got %v, want text", got)
		}
	})
	t.Run("the type of a parameter", func(t *testing.T) {
		if got := call(t, p, "TypeOf", func(*winplugin.Object, int) {})[0]; got != "func(*asks.Decoder, int)" {
			t.Errorf("got %v, want func(*asks.Decoder, int)", got)
		}
	})
	t.Run("two that fit", func(t *testing.T) {
		if got := call(t, p, "Either", func(*winplugin.Object) error { return nil })[0]; got != "func(interface {}) error" {
			t.Errorf("got %v, want func(interface {}) error, as Either looks for two", got)
		}
		made, err := p.New("func(*Decoder) error", func(*winplugin.Object) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		if got := call(t, p, "Either", made)[0]; got != "found" {
			t.Errorf("made by New: got %v, want found", got)
		}
	})
	t.Run("comes back", func(t *testing.T) {
		mine := func(o *winplugin.Object) *winplugin.Object { return o }
		if got := call(t, p, "Same", mine)[0]; fmt.Sprintf("%T %[1]p", got) != fmt.Sprintf("%T %[1]p", mine) {
			t.Errorf("got %T %[1]p, want %T %[2]p, the host's func", got, mine)
		}
	})
}
