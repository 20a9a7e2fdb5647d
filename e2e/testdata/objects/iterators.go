//go:build go1.23

package objects

import (
	"iter"
	"sync/atomic"
)

var ended atomic.Int64

// Ended is the number of iterations that came to their end, or were stopped.
func Ended() int { return int(ended.Load()) }

// Count returns the numbers below n.
func Count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer ended.Add(1)
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// Pairs returns the words and their numbers.
func Pairs(words ...string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		defer ended.Add(1)
		for i, w := range words {
			if !yield(i, w) {
				return
			}
		}
	}
}

// TakePairs returns the first n of seq as a map.
func TakePairs(seq iter.Seq2[int, string], n int) map[int]string {
	m := make(map[int]string)
	for k, v := range seq {
		if m[k] = v; len(m) == n {
			break
		}
	}
	return m
}

// Dot adds up the products of what both give, until one has no more.
func Dot(a, b iter.Seq[int]) (sum int) {
	nextA, stopA := iter.Pull(a)
	defer stopA()
	nextB, stopB := iter.Pull(b)
	defer stopB()
	for {
		x, ok := nextA()
		y, both := nextB()
		if !ok || !both {
			return sum
		}
		sum += x * y
	}
}

// Scan yields the numbers from n on, until the host has enough.
func Scan(n int, yield func(int) bool) error {
	for yield(n) {
		n++
	}
	return nil
}
