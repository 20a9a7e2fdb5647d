//go:build go1.22 && go1.26

package pluginrt

import (
	"sync/atomic"
	"time"
)

// Since Go 1.26 the runtime may take up to a minute to stop the world. It takes the processors of
// threads that are in system calls, and looks at each thread once (stopTheWorldWithSema). It misses
// one that enters a system call at that very moment, because reentersyscall asks whether the world is
// being stopped before it changes the goroutine's status, and not afterwards, as it did before Go 1.26.
// The background thread would take that processor, but sleeps while the world is being stopped: until
// the next timer, or for a minute (sysmon). A thread that returns to the host, or calls it, enters a
// system call. Meanwhile all calls of the plugin wait.
//
// So there is a timer while the host calls the plugin, and a while longer.

// awakePeriod is how long the background thread sleeps at most while the host calls the plugin.
const awakePeriod = 50 * time.Millisecond

var (
	called    atomic.Bool // since the last tick
	ticking   atomic.Bool // the timer runs
	awakeTick *time.Timer
)

func init() {
	awakeTick = time.AfterFunc(time.Hour, tick)
	awakeTick.Stop()
}

// stayAwake keeps the background thread awake. Call it before control goes to the host.
func stayAwake() {
	if !called.Load() {
		startTicking()
	}
}

func startTicking() {
	called.Store(true)
	if !ticking.Swap(true) {
		awakeTick.Reset(awakePeriod)
	}
}

// tick ends the timer after a period without a call. One that came meanwhile starts it again.
func tick() {
	if called.Swap(false) {
		awakeTick.Reset(awakePeriod)
		return
	}
	ticking.Store(false)
	if called.Load() {
		startTicking()
	}
}
