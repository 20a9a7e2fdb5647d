package kitchen

import (
	"errors"
	"runtime"
)

// Panic panics with its argument.
func Panic(text string) int { panic(text) }

// PanicError panics with an error.
func PanicError() { panic(errors.New("an error")) }

// NilMap writes into a nil map.
func NilMap() {
	var m map[string]int
	m["x"] = 1
}

// NilPointer reads through a nil pointer: a fault of the processor's, which the
// plugin's own runtime must catch.
func NilPointer() int {
	var p *Point
	return p.X
}

// Index reads beyond a slice.
func Index(i int) int { return []int{1, 2, 3}[i] }

// Divide divides by zero if it is told to.
func Divide(a, b int) int { return a / b }

// Deep panics some frames down.
func Deep(n int) int {
	if n == 0 {
		panic("deep")
	}
	return Deep(n-1) + 1
}

// Exit ends its goroutine, which is the host's call.
func Exit() { runtime.Goexit() }
