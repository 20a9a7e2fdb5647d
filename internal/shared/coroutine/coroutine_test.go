package coroutine

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"testing"
)

// deep calls f below n frames.
//
//go:noinline
func deep(n int, f func() bool) bool {
	if n == 0 {
		return f()
	}
	b := deep(n-1, f)
	return b
}

func TestRunning(t *testing.T) {
	for _, depth := range []int{0, 1, 25, 26, 27, 28, 29, 30, 31, 32, 33, 60, 61, 62, 63, 64, 200} {
		t.Run(fmt.Sprint("depth ", depth), func(t *testing.T) {
			if deep(depth, Running) {
				t.Error("an ordinary goroutine: got true, want false")
			}
			next, stop := iter.Pull(func(yield func(bool) bool) { yield(deep(depth, Running)) })
			if running, _ := next(); !running {
				t.Error("a coroutine: got false, want true")
			}
			stop()
		})
	}
}

func TestIsIterator(t *testing.T) {
	for _, test := range []struct {
		f    any
		want bool
	}{
		{func(func(int) bool) {}, true},
		{func(func() bool) {}, true},
		{func(string, func(int, string) bool) error { return nil }, true},
		{func(func(int) bool, int) {}, false},
		{func(func(int)) {}, false},
		{func(func(...int) bool) {}, false},
		{func(...func(int) bool) {}, false},
		{func() {}, false},
		{func(func(int) bool) int { return 0 }, false},
		{func(int) bool { return false }, false},
	} {
		t.Run(fmt.Sprintf("%T", test.f), func(t *testing.T) {
			if got := IsIterator(reflect.TypeOf(test.f)); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestCall(t *testing.T) {
	cleaned := 0
	count := func(to int, yield func(int, string) bool) (int, error) {
		defer func() { cleaned++ }()
		for i := range to {
			if !yield(i, fmt.Sprint(i)) {
				return i, nil
			}
		}
		if to == 3 {
			panic("three")
		}
		return to, nil
	}
	run := func(to int, yield func(int, string) bool) (n int, panicked any) {
		defer func() { panicked = recover() }()
		return int(Call(reflect.ValueOf(count), []reflect.Value{reflect.ValueOf(to), reflect.ValueOf(yield)})[0].Int()), nil
	}
	for _, test := range []struct {
		to, stop, n int
		panics      any
	}{{to: 2, stop: 9, n: 2}, {to: 100, stop: 5, n: 5}, {to: 3, stop: 9, panics: "three"}, {to: 100, stop: 77, panics: "yield"}, {to: 0}} {
		t.Run(fmt.Sprint(test.to), func(t *testing.T) {
			cleaned = 0
			var got []int
			n, panicked := run(test.to, func(i int, text string) bool {
				if got = append(got, i); text != fmt.Sprint(i) {
					t.Errorf("got %d with %q, want its text", i, text)
				}
				if i == 77 {
					panic("yield")
				}
				return i != test.stop
			})
			if n != test.n || panicked != test.panics || cleaned != 1 || !slices.IsSorted(got) {
				t.Errorf("to %d, stop %d: got %d values, panic %v, cleaned up %d times, list %v, want %d, %v, once, sorted", test.to, test.stop, n, panicked, cleaned, got, test.n, test.panics)
			}
		})
	}
}
