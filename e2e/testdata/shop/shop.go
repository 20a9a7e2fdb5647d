// Package shop is the plugin of the examples in docs/types.md.
package shop

import (
	"context"
	"io"
	"iter"
	"slices"
	"strings"
)

// Host is what the host has to offer.
type Host interface {
	Log(text string)
	Get(ctx context.Context, key string) ([]byte, error)
}

var host Host

// Init keeps the host.
func Init(h Host) error { host = h; return nil }

// A Cart cannot be copied.
type Cart struct{ lines []string }

// NewCart returns an empty cart.
func NewCart() *Cart { return &Cart{} }

// Add adds a line, and returns how many there are.
func (c *Cart) Add(sku string) int {
	c.lines = append(c.lines, sku)
	return len(c.lines)
}

// Each calls f for each line.
func (c *Cart) Each(f func(sku string) error) error {
	for _, sku := range c.lines {
		if err := f(sku); err != nil {
			return err
		}
	}
	return nil
}

// All returns the lines.
func (c *Cart) All() iter.Seq2[int, string] { return slices.All(c.lines) }

// Merge returns a new cart.
func Merge(a, b *Cart) *Cart { return &Cart{slices.Concat(a.lines, b.lines)} }

// Receipt returns a text.
func Receipt(c *Cart) io.Reader { return strings.NewReader(strings.Join(c.lines, "\n")) }

// Export writes the same text.
func Export(w io.Writer, c *Cart) error {
	_, err := io.Copy(w, Receipt(c))
	return err
}

// Orders sends the orders that come, until ctx ends.
func Orders(ctx context.Context) <-chan string {
	orders := make(chan string)
	go func() {
		defer close(orders)
		for _, order := range []string{"first", "second"} {
			select {
			case orders <- order:
			case <-ctx.Done():
				return
			}
		}
	}()
	return orders
}

// Watch sends changes until ctx ends.
func Watch(ctx context.Context, changes chan<- string) error {
	changes <- "opened"
	<-ctx.Done()
	return ctx.Err()
}

// Ask asks the host.
func Ask(ctx context.Context, key string) ([]byte, error) {
	host.Log(key)
	return host.Get(ctx, key)
}

// An Adder adds.
type Adder interface{ Add(sku string) int }

// NewAdder returns a cart.
func NewAdder() Adder { return NewCart() }

// Fill fills p.
//
//winplugin:inout p
func Fill(p []byte, c byte) {
	for i := range p {
		p[i] = c
	}
}

//winplugin:instantiate Map[int, string]
//winplugin:instantiate Stack[string]

// Map maps.
func Map[K, V any](list []K, f func(K) V) (out []V) {
	for _, v := range list {
		out = append(out, f(v))
	}
	return out
}

// A Stack is a stack.
type Stack[T any] struct{ list []T }

// Push pushes.
func (s *Stack[T]) Push(v T) { s.list = append(s.list, v) }
