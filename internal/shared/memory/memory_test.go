package memory

import (
	"reflect"
	"testing"
	"unsafe"
)

// bothWays runs a test with the assumptions and by reflection.
func bothWays(t *testing.T, name string, test func(t *testing.T)) {
	t.Helper()
	for _, trusted := range []bool{true, false} {
		way := " by words"
		if !trusted {
			way = " by reflect"
		}
		t.Run(name+way, func(t *testing.T) {
			defer func(before bool) { Trusted = before }(Trusted)
			Trusted = trusted
			test(t)
		})
	}
}

func TestTrusted(t *testing.T) {
	if !Trusted {
		t.Error("Trusted = false, want true: this Go has another layout of values, so calls go through package reflect")
	}
}

func TestValues(t *testing.T) {
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
		bothWays(t, test.name, func(t *testing.T) {
			v, rt := test.value, reflect.TypeOf(test.value)
			p := At(&v)
			if got := reflect.NewAt(rt, p).Elem().Interface(); !reflect.DeepEqual(got, test.value) {
				t.Errorf("At: got %v, want %v", got, test.value)
			}
			if got := Value(rt, p); !reflect.DeepEqual(got, test.value) {
				t.Errorf("Value: got %v, want %v", got, test.value)
			}
			pt := reflect.PointerTo(rt)
			if got := WordOf(pt).Pointer(pt, p); !reflect.DeepEqual(reflect.ValueOf(got).Elem().Interface(), test.value) {
				t.Errorf("Pointer: got %v, want one to %v", got, test.value)
			}
		})
	}
}

func TestFuncs(t *testing.T) {
	bothWays(t, "func", func(t *testing.T) {
		n := 1
		add := any(func(m int) int { return n + m })
		again := Interface((func(int) int)(nil), Data(&add))
		if got := again.(func(int) int)(2); got != 3 {
			t.Errorf("got %d, want 3", got)
		}
	})
	bothWays(t, "channel", func(t *testing.T) {
		channel := make(chan int)
		in := any(channel)
		if got, want := Data(&in), reflect.ValueOf(channel).UnsafePointer(); got != want {
			t.Errorf("got %p, want %p", got, want)
		}
	})
}

func TestSlices(t *testing.T) {
	type named []uint16
	for _, want := range []named{nil, {}, {1, 2, 3}} {
		bothWays(t, reflect.ValueOf(want).String(), func(t *testing.T) {
			s := SliceAt(reflect.TypeOf(want), unsafe.Pointer(&want))
			if s.Len != len(want) || s.Cap < len(want) || (s.Data == nil) != (want == nil) {
				t.Errorf("got %+v, want the words of %#v", s, want)
			}
			var got named
			if want != nil {
				SetSlice(reflect.TypeOf(got), unsafe.Pointer(&got), s.Data, s.Len)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got %#v, want %#v", got, want)
			}
		})
	}
}
