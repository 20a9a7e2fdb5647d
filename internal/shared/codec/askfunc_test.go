package codec

import (
	"context"
	"reflect"
	"testing"
)

type (
	askedHook func(*asked) askedLevel
	asker     interface{ Ask() }
)

// A scope of a plugin that looks for func types.
type askingScope struct {
	*loopback
	funcs []AskedFunc
}

func (s askingScope) AskedFuncs() []AskedFunc            { return s.funcs }
func (s askingScope) References() *ReferenceCodec        { return NewReferenceCodec(s.loopback) }
func (s askingScope) asserted(f any, yes bool) AskedFunc { return AskedFunc{reflect.TypeOf(f), yes} }

// A func with objects gets the type that the plugin looks for, if just one fits.
func TestAskedFuncs(t *testing.T) {
	var s askingScope
	one, other, hook := s.asserted(func(*asked) error { return nil }, true), s.asserted(func(asker) error { return nil }, true), s.asserted(askedHook(nil), true)
	parameter := s.asserted(func(asker, ...*asked) {}, false)
	for _, test := range []struct {
		name, text string
		asked      []AskedFunc
		want       string
	}{
		{"nothing", "func(object)(error)", nil, "func(interface {}) error"},
		{"one", "func(object)(error)", []AskedFunc{one, hook, parameter}, "func(*codec.asked) error"},
		{"two", "func(object)(error)", []AskedFunc{one, other}, "func(interface {}) error"},
		{"an interface", "func(object)(error)", []AskedFunc{other}, "func(codec.asker) error"},
		{"declared, with a number", "func(object)(int8)", []AskedFunc{one, hook}, "codec.askedHook"},
		{"another number", "func(object)(int16)", []AskedFunc{hook}, "func(interface {}) int16"},
		{"variadic", "func(object,...object)()", []AskedFunc{one, parameter}, "func(codec.asker, ...*codec.asked)"},
		{"asserted before a parameter", "func(object)(error)", []AskedFunc{one, s.asserted(func(asker) error { return nil }, false)}, "func(*codec.asked) error"},
		{"a context", "func(context.Context,object)()", []AskedFunc{s.asserted(func(context.Context, *asked) {}, true)}, "func(context.Context, *codec.asked)"},
		{"no object for a context", "func(object)()", []AskedFunc{s.asserted(func(context.Context) {}, true)}, "func(interface {})"},
		{"no object for an any", "func(object)()", []AskedFunc{s.asserted(func(any) {}, true)}, "func(interface {})"},
		{"no objects", "func(any)(error)", []AskedFunc{one}, "func(interface {}) error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := parse(test.text, askingScope{new(loopback), test.asked})
			if err != nil {
				t.Fatal(err)
			}
			if got := c.typ.String(); got != test.want {
				t.Errorf("%s: got %s, want %s", test.text, got, test.want)
			}
		})
	}
}
