package e2e

import (
	"testing"
	"time"
)

// A channel of the plugin that goes back to it has all of its values, whatever became of
// it in the host.
func TestChannelsGoHomeWithTheirValues(t *testing.T) {
	p := objects(t)
	numbers := bound[func(int) <-chan int](t, p, "Numbers")
	total := bound[func(<-chan int) int](t, p, "Total")
	type Basin struct {
		Name   string
		Values <-chan int
	}
	source := bound[func(int) Basin](t, p, "NewBasin")
	add := bound[func(Basin) int](t, p, "Add")
	tests := []struct {
		name string
		sum  func() int
		want int
	}{
		{"AtOnce", func() int { return total(numbers(10)) }, 45},
		{"AfterAWhile", func() int {
			ch := numbers(10)
			time.Sleep(10 * time.Millisecond)
			return total(ch)
		}, 45},
		{"AfterFetchingAhead", func() int {
			ch := numbers(10)
			for len(ch) == 0 {
				time.Sleep(time.Millisecond)
			}
			return total(ch)
		}, 45},
		{"ClosedInAStruct", func() int { return add(source(10)) }, 45},
		{"Twice", func() int {
			s := source(10)
			return add(s) + add(s)
		}, 45},
		{"ReadInTheHost", func() (sum int) {
			for v := range source(10).Values {
				sum += v
			}
			return sum
		}, 45},
		{"ByCall", func() int {
			return call(t, p, "Total", call(t, p, "Numbers", 10)[0])[0].(int)
		}, 45},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.sum(); got != test.want {
				t.Errorf("got sum %d, want %d", got, test.want)
			}
		})
	}
}
