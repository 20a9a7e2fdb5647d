package winplugin

import (
	"fmt"

	"github.com/RamanSharma100/go-winplugin/internal/shared/stream"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// WithMaxCalls limits how many calls of the plugin may be under way at once, 4,000 by
// default. Further calls fail with [ErrTooManyCalls]. Each call holds a thread, and Go
// ends a process that has 10,000 of them. With [WithIsolation] the default is 2,000, and opening
// the plugin fails if n is more than 2,048. If a library is opened several times, each
// [Plugin] has its own limit.
func WithMaxCalls(n int) Option {
	return func(c *config) error { return setLimit(&c.limits.Calls, "WithMaxCalls", n) }
}

// WithMaxProcessCalls limits how many calls of all plugins may be under way at once, 6,000 by
// default. Further calls fail with [ErrTooManyCalls]. The limit is that of the process; the
// last one that was set applies. Each plugin may have a few calls that are not counted.
func WithMaxProcessCalls(n int) Option {
	return func(c *config) error { return setLimit(&c.limits.ProcessCalls, "WithMaxProcessCalls", n) }
}

// WithMaxCallbacks limits how many goroutines that the plugin has started may be in calls of
// the host's funcs and methods at once, 2,000 by default. At the limit, a method with an
// error result returns an error, and any other waits until another such call has returned.
// Callbacks within a call from the host are not limited. With [WithIsolation], opening the plugin
// fails if n is more than 2,000. If a library is opened several
// times, the last limit applies.
func WithMaxCallbacks(n int) Option {
	return func(c *config) error { return setLimit(&c.limits.Callbacks, "WithMaxCallbacks", n) }
}

// WithMaxProcessCallbacks limits how many goroutines that plugins have started may be in
// calls of the host's funcs and methods at once, of all plugins together, 3,000 by default.
// At the limit, callbacks fail or wait as they do with [WithMaxCallbacks]. The limit is that
// of the process; the last one that was set applies. Each plugin may have a few callbacks
// that are not counted. Callbacks within calls from the host are counted, but neither fail nor wait.
func WithMaxProcessCallbacks(n int) Option {
	return func(c *config) error {
		return setLimit(&c.limits.ProcessCallbacks, "WithMaxProcessCallbacks", n)
	}
}

// WithMaxResult limits the size of the encoded results of one call, in bytes; the default is
// 2 GB. A call with larger results fails with [ErrResultTooLarge] before the memory for them
// is allocated. If a library is opened several times, the last limit applies.
func WithMaxResult(bytes int) Option {
	return func(c *config) error { return setLimit(&c.limits.Result, "WithMaxResult", bytes) }
}

// WithHeapTarget sets the size of the plugin's heap from which its garbage collector runs, in
// bytes; the default is 32 MB. The heap is the plugin's own, beside the host's, and often
// almost empty between calls. Without a target Go would collect garbage every 4 MB. If more
// than half of the target is in use, Go's own rule applies: the heap doubles between two
// collections. Targets below 8 MB, and above a quarter of the plugin's memory limit
// (GOMEMLIMIT), have no effect. If a library is opened several times, the last target applies.
func WithHeapTarget(bytes int) Option {
	return func(c *config) error {
		if bytes > wire.MaxHeapTarget {
			return fmt.Errorf("WithHeapTarget(%d): a target is at most %d bytes", bytes, wire.MaxHeapTarget)
		}
		return setLimit(&c.limits.HeapTarget, "WithHeapTarget", bytes)
	}
}

// WithChannelWindow sets how many values of a channel are transferred in one call, on their way
// between host and plugin; the default is 1, and the most are 65,536. With a larger window a
// value takes less time, because one call transfers all that are there: see docs/types.md. The
// sender is then ahead of the receiver by up to three windows, even if the channel has no buffer,
// and as many values are lost if nobody receives any more. Elements that cross by reference, and
// contexts, are transferred one by one. If a library is opened several times, the last window
// applies.
func WithChannelWindow(values int) Option {
	return func(c *config) error {
		if values > stream.MaxWindow {
			return fmt.Errorf("WithChannelWindow(%d): a window has at most %d values", values, stream.MaxWindow)
		}
		return setLimit(&c.limits.Window, "WithChannelWindow", values)
	}
}

func setLimit(limit *int, option string, n int) error {
	if n < 1 {
		return fmt.Errorf("%s(%d): a limit is at least 1", option, n)
	}
	*limit = n
	return nil
}
