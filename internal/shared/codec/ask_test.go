package codec

import (
	"reflect"
	"strings"
	"testing"
)

type asked struct{ n int }

type askedLevel int8

// A method of the host's gets the signature that the plugin looks for, if it can have it.
func TestAskedSignatures(t *testing.T) {
	ask := func(v any, with ...string) Ask { return Ask{Name: "M", Type: reflect.TypeOf(v), With: with} }
	parts := map[uint64]*madeType{}
	part := func(text string, refers bool) uint64 {
		n := uint64(len(parts) + 1)
		parts[n] = &madeType{shape: &shape{number: n, text: text, state: refers}}
		if strings.HasPrefix(text, lostPrefix) {
			parts[n].err = errNoValue
			return n
		}
		c, err := resolve([]byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		parts[n].codec, parts[n].typ = c, c.typ
		return n
	}
	dynamic, object, number, failure := part("any", false), part("any", true), part("int8", false), part("error", false)
	lost := part(lostPrefix+"*"+reflect.TypeFor[asked]().PkgPath()+".asked", false)
	tests := []struct {
		name            string
		asks            []Ask
		params, results []uint64
		want            string // the method's type, "" if there is none
		fail            string
	}{
		{"nothing is asked", nil, []uint64{dynamic}, nil, "func(interface {})", ""},
		{"an object", []Ask{ask(func(*asked) error { return nil })}, []uint64{object}, []uint64{failure}, "func(*codec.asked) error", ""},
		{"an any", []Ask{ask(func(*asked) {})}, []uint64{dynamic}, nil, "func(*codec.asked)", ""},
		{"a number", []Ask{ask(func() askedLevel { return 0 })}, nil, []uint64{number}, "func() codec.askedLevel", ""},
		{"a string for a number", []Ask{ask(func() string { return "" })}, nil, []uint64{number}, "func() int8", ""},
		{"an object too many", []Ask{ask(func(*asked) {})}, []uint64{object, object}, nil, "", "is looked for as func(*codec.asked)"},
		{"the host's own type", []Ask{ask(func(*asked) {})}, []uint64{lost}, nil, "", "the host's *"},
		{"a type that does not cross", nil, []uint64{lost}, nil, "", ""},
		{"another interface", []Ask{ask(func(*asked) {}, "Other")}, []uint64{object}, nil, "func(interface {})", ""},
		{"the whole interface", []Ask{ask(func(*asked) {}, "N")}, []uint64{object}, nil, "func(*codec.asked)", ""},
		{"two for an object", []Ask{ask(func(*asked) {}), ask(func(askedLevel) {})}, []uint64{object}, nil, "", "give it another name"},
		{"two for an any", []Ask{ask(func(*asked) {}), ask(func(askedLevel) {})}, []uint64{dynamic}, nil, "func(interface {})", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			k := maker{MadeTypes: NewMadeTypes(nil, nil, test.asks), made: parts}
			of := &shape{methods: []shapeMethod{{name: "M", params: test.params, results: test.results}, {name: "N"}}}
			m := new(MadeMethod)
			ok, err := k.signature(m, of.methods[0], of)
			switch {
			case test.fail != "":
				if err == nil || !strings.Contains(err.Error(), test.fail) {
					t.Errorf("got error %v, want one with %q in it", err, test.fail)
				}
			case err != nil || ok != (test.want != ""):
				t.Errorf("got %t, %v, want %t", ok, err, test.want != "")
			case ok && m.Type.String() != test.want:
				t.Errorf("got %s, want %s", m.Type, test.want)
			}
		})
	}
}
