package native

import (
	"sync"
	"time"
)

// The runtime of a program without cgo ends the process with "all goroutines are asleep
// - deadlock!" when no thread of it runs Go code or is in a system call (checkdead in
// runtime/proc.go). A host whose goroutines all wait for a plugin looks like that: the
// runtime does not know that a goroutine of the plugin will call back or send. It
// reports no deadlock while a timer is pending, so one is pending while a library is
// open.
//
// The price: a host that really is deadlocked while a plugin is open hangs instead of
// ending, as every program with cgo does.

// deadlockGuard counts open libraries and holds the timer.
type deadlockGuard struct {
	mu    sync.Mutex
	open  int
	timer *time.Timer
}

// openLibraries is held by each Open until its Release.
var openLibraries deadlockGuard

// guardInterval is how long the timer is pending before it starts again.
const guardInterval = 24 * time.Hour

// acquire keeps the deadlock detector from ending the process until release is called.
func (g *deadlockGuard) acquire() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open++; g.open == 1 {
		g.timer = time.AfterFunc(guardInterval, g.restart)
	}
}

func (g *deadlockGuard) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open--; g.open == 0 {
		g.timer.Stop()
	}
}

func (g *deadlockGuard) restart() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open > 0 {
		g.timer.Reset(guardInterval)
	}
}
