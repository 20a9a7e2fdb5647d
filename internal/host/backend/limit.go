package backend

import (
	"errors"
	"fmt"
	"sync/atomic"
)

// underWay counts the invocations of all plugins, because the limit of threads is that of the
// process. maxUnderWay bounds it; 0 means the default.
var underWay, maxUnderWay atomic.Int64

const defaultProcessCalls = 6000

// SetProcessCalls sets how many invocations of all plugins may be under way at once; 0 means the
// default.
func SetProcessCalls(n int) { maxUnderWay.Store(int64(n)) }

// AddProcessCalls adds n invocations to those that are under way, and returns how many these are.
func AddProcessCalls(n int64) int64 { return underWay.Add(n) }

// CheckProcessCalls returns a *ProcessLimitError if n invocations of all plugins are too many.
func CheckProcessCalls(n int64) error {
	limit := maxUnderWay.Load()
	if limit == 0 {
		limit = defaultProcessCalls
	}
	if n > limit {
		return &ProcessLimitError{Limit: limit}
	}
	return nil
}

// ErrHoldsTooMuch reports that a plugin in another process makes the host keep too much for it.
var ErrHoldsTooMuch = errors.New("the plugin makes the host keep too much for it")

// A BoundError says what a plugin makes the host keep too much of. It wraps ErrHoldsTooMuch.
type BoundError struct {
	What  string // in the plural
	Limit int64
}

func (e *BoundError) Error() string {
	return fmt.Sprintf("%v: at most %d %s; let it release some, or open it without WithIsolation if you trust it", ErrHoldsTooMuch, e.Limit, e.What)
}

// Unwrap returns ErrHoldsTooMuch.
func (e *BoundError) Unwrap() error { return ErrHoldsTooMuch }
