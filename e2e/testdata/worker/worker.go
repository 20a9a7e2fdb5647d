// Package worker has goroutines that run until the plugin is shut down.
package worker

import (
	"errors"
	"runtime"
	"sync"
	"time"
)

var (
	workers sync.WaitGroup
	stop    chan struct{}
	ending  func() string // tells how Shutdown ends
)

// Start starts n goroutines. Shutdown asks end how to end: "error", "panic" or "".
func Start(n int, end func() string) {
	stop, ending = make(chan struct{}), end
	workers.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			defer workers.Done()
			<-stop
		}()
	}
}

// Goroutines is the number of the plugin's goroutines.
func Goroutines() int { return runtime.NumGoroutine() }

// Shutdown ends the goroutines that Start has started.
func Shutdown() error {
	if stop == nil {
		return nil
	}
	close(stop)
	workers.Wait()
	stop = nil
	switch ending() {
	case "error":
		return errors.New("not tidy")
	case "panic":
		panic("no way out")
	}
	return nil
}

// After calls f on a goroutine of the plugin, some time later.
func After(f func()) {
	go func() {
		time.Sleep(300 * time.Millisecond)
		f()
	}()
}
