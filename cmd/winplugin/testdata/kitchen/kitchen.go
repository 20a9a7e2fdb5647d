// Package kitchen is a plugin with whatever the command's tests need.
package kitchen

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
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

// Feed takes what cannot be written as text.
func Feed(c chan int) { c <- 1 }

// Watch takes a struct with such a field.
func Watch(w Watcher) {}

// A Watcher watches.
type Watcher struct{ Seen func(string) }

// Wait takes a context.
func Wait(ctx context.Context, n int) (bool, int) { return ctx.Err() == nil, n }

// A Counter cannot be copied.
type Counter struct{ n int }

// NewCounter returns a counter.
func NewCounter() *Counter { return &Counter{} }

// Counting returns a function, no channel, and a reader.
func Counting() (func(int) int, <-chan int, io.Reader) {
	return func(n int) int { return n }, nil, strings.NewReader("text")
}

// Same cannot be called.
func Same[K comparable, V any](k K, v V) {}

// Hang makes the file and does not return for an hour.
func Hang(file string) error {
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		return err
	}
	time.Sleep(time.Hour)
	return nil
}

// Order is an order of a shop.
type Order struct {
	Customer string `json:"customer"`
	Lines    []Line
	Due      time.Time
	Parent   *Order
}

// Line is a line of an Order.
type Line struct {
	SKU string
	Qty int32
}

// Double orders twice as much.
func Double(order Order) Order {
	for i := range order.Lines {
		order.Lines[i].Qty *= 2
	}
	return order
}

// Total is how many pieces were ordered.
func (o Order) Total() (n int) {
	for _, l := range o.Lines {
		n += int(l.Qty)
	}
	return n
}

// Sum adds its arguments.
func Sum(xs ...float64) (sum float64) {
	for _, x := range xs {
		sum += x
	}
	return sum
}

// Any returns its argument.
func Any(v any) any { return v }

// Later adds a duration to a time.
func Later(t time.Time, d time.Duration) time.Time { return t.Add(d) }

// Count counts words.
func Count(words []string) map[string]int {
	counts := make(map[string]int)
	for _, w := range words {
		counts[w]++
	}
	return counts
}
