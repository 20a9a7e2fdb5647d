package native

import "testing"

// A timer is pending as long as a library is open, and no longer.
func TestDeadlockGuard(t *testing.T) {
	var g deadlockGuard
	pending := func() bool { // Stop reports whether the timer was pending
		was := g.timer.Stop()
		if was {
			g.timer.Reset(guardInterval)
		}
		return was
	}
	for _, step := range []struct {
		name string
		do   func()
		want bool
	}{
		{"first open", g.acquire, true},
		{"second open", g.acquire, true},
		{"expiry", func() { g.timer.Stop(); g.restart() }, true},
		{"first close", g.release, true},
		{"last close", g.release, false},
		{"expiry after the last close", g.restart, false},
		{"open again", g.acquire, true},
		{"close again", g.release, false},
	} {
		step.do()
		if got := pending(); got != step.want {
			t.Errorf("%s: pending is %t, want %t", step.name, got, step.want)
		}
	}
}
