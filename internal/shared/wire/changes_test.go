package wire

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// What has changed is copied, by elements, and nothing else is.
func TestCopyChanges(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{1, 2, 4, 8, 16} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			for range 500 {
				n := size * r.IntN(70)
				was, now, to, want := make([]byte, n), make([]byte, n), make([]byte, n), make([]byte, n)
				for i := range was {
					was[i], to[i] = byte(r.UintN(256)), byte(r.UintN(256)) // others have changed to
				}
				copy(now, was)
				copy(want, to)
				one := min(size, 8) // the halves of a complex128 are numbers
				for range r.IntN(n/size*2 + 1) {
					at := r.IntN(n/one) * one
					now[at+r.IntN(one)]++
				}
				for at := 0; at < n; at += one {
					if !bytes.Equal(was[at:at+one], now[at:at+one]) {
						copy(want[at:at+one], now[at:at+one])
					}
				}
				CopyChanges(to, was, now, size)
				if !bytes.Equal(to, want) {
					t.Fatalf("was %x, now %x: got %x, want %x", was, now, to, want)
				}
			}
		})
	}
}

func TestRangeJoin(t *testing.T) {
	list := []Range{{10, 20}, {15, 30}, {30, 40}, {5, 11}, {50, 50}}
	for _, test := range []struct {
		r, want Range
		alone   bool
	}{
		{list[0], Range{5, 30}, false},
		{list[3], Range{5, 30}, false},
		{list[2], Range{30, 40}, true},
		{list[4], Range{50, 50}, true},
	} {
		if got, alone := test.r.Join(list); got != test.want || alone != test.alone {
			t.Errorf("%v: got %v, alone %t, want %v, %t", test.r, got, alone, test.want, test.alone)
		}
	}
}
