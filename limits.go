package winplugin

import "fmt"

// WithMaxCalls limits how many calls of the plugin may be under way at once, 4,000 by
// default. A further one fails with [ErrTooManyCalls]. Each call holds a thread, and Go
// ends a process that has 10,000 of them.
func WithMaxCalls(n int) Option {
	return func(c *config) error { return setLimit(&c.limits.Calls, "WithMaxCalls", n) }
}

// WithMaxCallbacks limits how many goroutines of the plugin's own may wait in the host at
// once, 2,000 by default, each in a call of a func or method that the host has given it.
// At the limit, a method with an error result returns an error, and any other waits until
// another goroutine has returned from the host. Callbacks within a call from the host are
// not limited. If a library is opened several times, the last limit holds.
func WithMaxCallbacks(n int) Option {
	return func(c *config) error { return setLimit(&c.limits.Callbacks, "WithMaxCallbacks", n) }
}

// WithMaxResult limits how many bytes the results of one call take on their way, 2 GB by
// default. Larger ones fail with [ErrResultTooLarge], or in the plugin with an error that
// says so, before the memory is taken. If a library is opened several times, the last
// limit holds.
func WithMaxResult(bytes int) Option {
	return func(c *config) error { return setLimit(&c.limits.Result, "WithMaxResult", bytes) }
}

func setLimit(limit *int, option string, n int) error {
	if n < 1 {
		return fmt.Errorf("%s(%d): a limit is at least 1", option, n)
	}
	*limit = n
	return nil
}
