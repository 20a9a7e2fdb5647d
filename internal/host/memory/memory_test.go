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

func TestFuncs(t *testing.T) {
	for _, trusted := range []bool{true, false} {
		name := "by words"
		if !trusted {
			name = "by reflect"
		}
		t.Run(name, func(t *testing.T) {
			defer func(before bool) { Trusted = before }(Trusted)
			Trusted = trusted
			n := 1
			add := any(func(m int) int { return n + m })
			again := Interface((func(int) int)(nil), Data(&add))
			if got := again.(func(int) int)(2); got != 3 {
				t.Errorf("got %d, want 3", got)
			}
			channel := make(chan int)
			in := any(channel)
			if got, want := Data(&in), reflect.ValueOf(channel).UnsafePointer(); got != want {
				t.Errorf("channel: got %p, want %p", got, want)
			}
		})
	}
}
