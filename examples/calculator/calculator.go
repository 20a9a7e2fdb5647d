// Package calculator is an example plugin: an ordinary package whose exported functions a
// host can call. Nothing in it knows that it is a plugin.
package calculator

import (
	"errors"
	"fmt"
	"math"
)

// ErrDivisionByZero is returned, wrapped, when a divisor is zero.
var ErrDivisionByZero = errors.New("division by zero")

// Execute returns the sum of a and b.
func Execute(a, b int) int {
	return a + b
}

// Divide returns a divided by b. A divisor of zero is an error, not an infinity.
func Divide(a, b float64) (float64, error) {
	if b == 0 {
		return 0, fmt.Errorf("divide %g by %g: %w", a, b, ErrDivisionByZero)
	}
	return a / b, nil
}

// Split returns the quotient and the remainder of a divided by b. It panics if b is zero,
// as Go's own operators do.
func Split(a, b int) (quotient, remainder int) {
	return a / b, a % b
}

// IsEven reports whether n is a multiple of two.
func IsEven(n int64) bool {
	return n%2 == 0
}

// Hypotenuse returns the length of the longest side of a right-angled triangle.
func Hypotenuse(a, b float64) float64 {
	return math.Hypot(a, b)
}
