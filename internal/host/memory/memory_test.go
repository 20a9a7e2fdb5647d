package memory

import (
	"reflect"
	"testing"
)

func TestTrusted(t *testing.T) {
	if !Trusted {
		t.Error("this Go does not lay values out as expected; calls go through package reflect")
	}
}

func TestAt(t *testing.T) {
	n := 5
	for _, test := range []struct {
		name  string
		value any
	}{
		{"number", 3},
		{"string", "text"},
		{"struct", struct{ A, B int }{1, 2}},
		{"pointer", &n},
		{"struct of one pointer", struct{ P *int }{&n}},
		{"array of one pointer", [1]*int{&n}},
		{"map", map[string]int{"a": 1}},
		{"nil map", map[string]int(nil)},
		{"empty struct", struct{}{}},
	} {
		for _, trusted := range []bool{true, false} {
			name := test.name
			if !trusted {
				name += " by reflect"
			}
			t.Run(name, func(t *testing.T) {
				defer func(before bool) { Trusted = before }(Trusted)
				Trusted = trusted
				v := test.value
				got := reflect.NewAt(reflect.TypeOf(v), At(&v)).Elem().Interface()
				if !reflect.DeepEqual(got, test.value) {
					t.Errorf("got %v, want %v", got, test.value)
				}
			})
		}
	}
}
