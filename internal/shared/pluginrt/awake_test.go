//go:build go1.26

package pluginrt

import (
	"testing"
	"time"
)

// While calls come the timer runs, and afterwards it ends.
func TestStayAwake(t *testing.T) {
	await := func(what string, done func() bool) {
		t.Helper()
		for range 2000 {
			if done() {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
		t.Fatalf("%s: got no such state in 10 seconds", what)
	}
	for round := range 2 {
		stayAwake()
		if !ticking.Load() {
			t.Fatalf("round %d: after a call the timer does not run", round)
		}
		for range 3 {
			await("a period has passed", func() bool { return !called.Load() })
			stayAwake()
		}
		await("no more calls", func() bool { return !ticking.Load() })
	}
}

func BenchmarkStayAwake(b *testing.B) {
	for range b.N {
		stayAwake()
	}
}
