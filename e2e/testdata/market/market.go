// Package market is called with types of all sorts by value: for the end-to-end tests
// and benchmarks of what crosses.
package market

import (
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/url"
	"time"
)

// An Order is the value that the benchmarks pass.
type Order struct {
	ID       int64
	Customer string
	Lines    []Line
	Tags     map[string]string
	Paid     bool
}

// A Line is a line of an Order.
type Line struct {
	SKU   string
	Qty   int32
	Price float64
}

// ErrEmpty is what Price fails with if there is nothing to price.
var ErrEmpty = errors.New("order without lines")

// Price adds the total as a tag.
func Price(o Order) (Order, error) {
	if len(o.Lines) == 0 {
		return o, fmt.Errorf("order %d: %w", o.ID, ErrEmpty)
	}
	if o.Tags == nil {
		o.Tags = make(map[string]string)
	}
	o.Tags["total"] = fmt.Sprintf("%.2f", o.Total())
	return o, nil
}

// Pass returns its argument.
func Pass(o Order) (Order, error) { return o, nil }

// Total is what the order costs.
func (o Order) Total() (sum float64) {
	for _, l := range o.Lines {
		sum += float64(l.Qty) * l.Price
	}
	return sum
}

// Count is the number of lines; the receiver may be nil.
func (o *Order) Count() int {
	if o == nil {
		return -1
	}
	return len(o.Lines)
}

// Add adds integers.
func Add(a, b int) int { return a + b }

// Divide fails if b is 0.
func Divide(a, b int) (int, error) {
	if b == 0 {
		return 0, errors.New("division by zero")
	}
	return a / b, nil
}

// Echo returns its argument.
func Echo(s string) string { return s }

// Sum adds up a copy.
func Sum(xs []float64) (sum float64) {
	for _, x := range xs {
		sum += x
	}
	return sum
}

// SumBorrowed adds up the caller's own memory.
//
//winplugin:borrow xs
func SumBorrowed(xs []float64) (sum float64) { return Sum(xs) }

// Scale multiplies.
func Scale(xs []float64, by float64) []float64 {
	for i := range xs {
		xs[i] *= by
	}
	return xs
}

// Node is recursive, through pointers and slices.
type Node struct {
	Name     string
	Next     *Node
	Children []*Node
}

// Rotate returns the tree, which may be a ring, from its next node on.
func Rotate(n *Node) *Node { return n.Next }

// Schedule has fields of well-known types.
type Schedule struct {
	At    time.Time
	Every time.Duration
	Site  *url.URL
	Limit *big.Int
}

// Later moves a schedule.
func Later(s Schedule, by time.Duration) Schedule {
	s.At = s.At.Add(by)
	s.Limit = new(big.Int).Add(s.Limit, big.NewInt(1))
	return s
}

// Any returns its argument.
func Any(v any) any { return v }

// Example returns an Order as a value of dynamic type.
func Example() any { return Order{ID: 7, Lines: []Line{{"a", 1, 2.5}}} }

// Open fails as os.Open does for a file that is not there.
func Open(name string) error {
	return fmt.Errorf("market: %w", &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist})
}

// Join joins integers behind a prefix.
func Join(prefix string, parts ...int) string { return fmt.Sprint(prefix, parts) }

// Counter is a variable of the package.
var Counter int

// Labels is a variable that is no number.
var Labels = map[string]string{"a": "b"}

// Count adds to Counter and returns it.
func Count() int {
	Counter++
	return Counter
}

// Label looks into Labels.
func Label(key string) string { return Labels[key] }

// Small adds integers of sizes that no call is made ready for.
func Small(a int8, b int16) int16 { return int16(a) + b }
