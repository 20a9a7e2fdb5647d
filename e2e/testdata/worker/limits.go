package worker

import (
	"strings"
	"sync"
)

// CallEach calls f from n goroutines. The result waits for all of them.
func CallEach(n int, f func()) (wait func()) {
	var all sync.WaitGroup
	all.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			defer all.Done()
			f()
		}()
	}
	return all.Wait
}

// TryEach calls f from n goroutines. The result waits for all of them, and returns the
// errors that they got.
func TryEach(n int, f func() error) (wait func() []string) {
	var mu sync.Mutex
	var failures []string
	all := CallEach(n, func() {
		if err := f(); err != nil {
			mu.Lock()
			defer mu.Unlock()
			failures = append(failures, err.Error())
		}
	})
	return func() []string {
		all()
		return failures
	}
}

// Text returns n bytes.
func Text(n int) string { return strings.Repeat("x", n) }

// Strings returns strings of n bytes together.
func Strings(n int) []string { return []string{Text(n / 2), Text(n - n/2)} }

// Any returns n bytes.
func Any(n int) any { return map[string]any{"text": Text(n)} }
