package objects

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// ErrSpent is a sentinel.
var ErrSpent = errors.New("spent")

// A HoldingError has an object.
type HoldingError struct {
	What    any
	Counter *Counter
}

func (e *HoldingError) Error() string { return "holding" }

type rudeError struct{}

func (rudeError) Error() string   { return "rude" }
func (rudeError) Unwrap() error   { panic("unwrap") }
func (rudeError) Is(error) bool   { panic("is") }
func (rudeError) Timeout() bool   { panic("timeout") }
func (rudeError) Temporary() bool { panic("temporary") }

// PanicsWith panics with a value of that kind.
func PanicsWith(kind string) {
	var none []int
	var table map[string]int
	var text any = "text"
	switch kind {
	case "sentinel":
		panic(ErrSpent)
	case "wrapped":
		panic(fmt.Errorf("load: %w", ErrSpent))
	case "joined":
		panic(errors.Join(ErrSpent, &QuotaError{3}))
	case "own":
		panic(errOwn)
	case "type":
		panic(fmt.Errorf("load: %w", &QuotaError{3}))
	case "path":
		panic(&fs.PathError{Op: "open", Path: "/no/file", Err: fs.ErrNotExist})
	case "canceled":
		panic(context.Canceled)
	case "index":
		_ = none[len(kind)]
	case "nil map":
		table[kind] = 1
	case "assertion":
		_ = text.(int)
	case "nil":
		panic(error(nil))
	case "nil pointer":
		panic((*QuotaError)(nil))
	case "rude":
		panic(rudeError{})
	case "large":
		panic(errors.New(strings.Repeat("x", 1<<20)))
	case "string":
		panic("text")
	case "struct":
		panic(Bailout{7, "here"})
	}
}

// PanicsFrom panics with ErrSpent if n is not below 3.
func PanicsFrom(n int) int {
	if n >= 3 {
		panic(fmt.Errorf("%d: %w", n, ErrSpent))
	}
	return n
}

// PanicsHolding panics with an error that holds new counters.
func PanicsHolding() { panic(&HoldingError{NewCounter(1), NewCounter(2)}) }

// IsSpent reports whether an error is ErrSpent.
func IsSpent(err error) bool { return errors.Is(err, ErrSpent) }

// IsOwn reports whether an error is the error of OwnError.
func IsOwn(err error) bool { return errors.Is(err, errOwn) }

// RecoversError calls f and returns what it panics with, wrapped.
func RecoversError(f func()) (err error) {
	defer func() {
		if e, ok := recover().(error); ok {
			err = fmt.Errorf("recovered: %w", e)
		}
	}()
	f()
	return nil
}

// ReturnsError calls f and returns its error, wrapped.
func ReturnsError(f func() error) error {
	if err := f(); err != nil {
		return fmt.Errorf("returned: %w", err)
	}
	return nil
}

// ReturnsSpent calls f, and reports whether its error is ErrSpent.
func ReturnsSpent(f func() error) bool { return errors.Is(f(), ErrSpent) }

// PanicsWithReturned calls f and panics with its error.
func PanicsWithReturned(f func() error) { panic(f()) }
