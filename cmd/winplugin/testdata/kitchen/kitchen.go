// Package kitchen is a plugin with whatever the command's tests need.
package kitchen

import (
	"errors"
	"os"
	"time"
)

// Größe has a name that C does not allow.
func Größe(länge int) int { return länge * 2 }

// All takes one of each kind.
func All(b bool, i8 int8, u64 uint64, p uintptr, f32 float32, f64 float64, s string, data []byte) (bool, int8, uint64, uintptr, float32, float64, string, []byte) {
	return b, i8, u64, p, f32, f64, s, data
}

// Nothing has no results.
func Nothing() {}

// Inf has a result that JSON does not know.
func Inf() float64 { zero := 0.0; return 1 / zero }

// Invalid returns text that is not UTF-8.
func Invalid() []byte { return []byte{0xff, 0xfe} }

// Fail returns results beside its error.
func Fail() (int, string, error) { return 1, "partial", errors.New("двадцать \x1b[31mred") }

// Feed cannot be called.
func Feed(c chan int) { c <- 1 }

// Hang makes the file and does not return for an hour.
func Hang(file string) error {
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		return err
	}
	time.Sleep(time.Hour)
	return nil
}
