// Package work is what both systems run. It is the plugin of this project as it stands.
package work

// A Line is one line of an order.
type Line struct {
	SKU   string
	Qty   int32
	Price float64
}

// An Order is a value with a bit of everything.
type Order struct {
	ID       int64
	Customer string
	Lines    []Line
	Tags     map[string]string
	Paid     bool
}

// Add adds.
func Add(a, b int64) int64 { return a + b }

// Echo returns s.
func Echo(s []byte) []byte { return s }

// Price pays the order.
func Price(o Order) (Order, error) {
	o.Paid = true
	return o, nil
}
