package merge

import (
	"reflect"
	"testing"
)

type holder struct{ V any }

// A pointer in an interface stays the same pointer, and what it points to is changed.
func TestPointersInInterfaces(t *testing.T) {
	type box struct{ N int }
	for _, test := range []struct {
		name  string
		merge func(to, base, from reflect.Value) error
	}{
		{"content", func(to, _, from reflect.Value) error { m := Merger{Restored: true}; return m.Content(to, from) }},
		{"changes", func(to, base, from reflect.Value) error {
			m := Merger{Restored: true}
			return m.Changes(to, base, from)
		}},
		{"written", func(to, _, from reflect.Value) error {
			m := Merger{Restored: true}
			return m.Value(to.Elem(), from.Elem())
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			own := &box{1}
			to, base, from := &holder{own}, &holder{&box{1}}, &holder{&box{2}}
			if err := test.merge(reflect.ValueOf(to), reflect.ValueOf(base), reflect.ValueOf(from)); err != nil {
				t.Fatal(err)
			}
			if got := to.V.(*box); got != own || own.N != 2 {
				t.Errorf("got another pointer: %v, with %d, and the own one has %d, want the own one with 2", got != own, got.N, own.N)
			}
		})
	}
}
