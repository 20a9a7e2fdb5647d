package pluginrt

import (
	"strings"
	"testing"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// shareLimit makes this package count in memory as a host has it.
func shareLimit(t *testing.T, limit int64) *wire.CallbackCount {
	t.Helper()
	all := &wire.CallbackCount{Process: new(wire.ProcessCallbacks)}
	all.Process.Limit.Store(limit)
	limits.all.Store(all)
	t.Cleanup(func() { limits.all.Store(nil) })
	return all
}

// Callbacks of other plugins and of this one are limited together.
func TestProcessCallbacks(t *testing.T) {
	const others, limit = 6, 10
	all := shareLimit(t, limit)
	all.Process.Count.Add(others)
	entered := 0
	for enterHost(true) == nil {
		entered++
	}
	if want := uncounted + limit - others; entered != want {
		t.Errorf("got %d callbacks, want %d", entered, want)
	}
	if err := enterHost(true); err == nil || !strings.Contains(err.Message, "10 goroutines") || !strings.Contains(err.Message, "WithMaxProcessCallbacks") {
		t.Errorf("got error %v, want the one of the limit", err)
	}
	done := make(chan *HostError)
	go func() { done <- enterHost(false) }()
	for limits.waiting.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	all.Process.Count.Add(-1) // one of another plugin returns
	if err := <-done; err != nil {
		t.Errorf("after another has returned: got error %v, want nil", err)
	}
	for range entered + 1 {
		leaveHost()
	}
	if got := all.Process.Count.Load(); got != others-1 {
		t.Errorf("after all have returned: got %d callbacks counted, want the other plugins' %d", got, others-1)
	}
	if got := all.Counted.Load(); got != 0 {
		t.Errorf("after all have returned: got %d callbacks of this plugin counted, want 0", got)
	}
}

// The plugin's own limit holds below the one of the process.
func TestOwnCallbacks(t *testing.T) {
	all := shareLimit(t, 100)
	setLimits(2, 0, 0, 0)
	t.Cleanup(func() { limits.limit.Store(0) })
	for range 2 {
		if err := enterHost(true); err != nil {
			t.Fatal(err)
		}
	}
	if err := enterHost(true); err == nil || !strings.Contains(err.Message, "WithMaxCallbacks") {
		t.Errorf("got error %v, want the one of the limit", err)
	}
	leaveHost()
	leaveHost()
	if got := all.Process.Count.Load(); got != 0 {
		t.Errorf("got %d callbacks counted, want 0: the first few are not", got)
	}
}
