package kitchen

import (
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"
)

// Collect collects the plugin's garbage.
func Collect() { runtime.GC() }

// FreeMemory collects the plugin's garbage, and gives the system what is free then. It
// returns what the runtime takes for its heap beyond what lives in it.
func FreeMemory() uint64 {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapSys - m.HeapReleased - m.HeapAlloc + m.StackInuse + m.MSpanSys + m.MCacheSys + m.BuckHashSys + m.OtherSys
}

// MoreThreads makes the plugin's runtime start n threads, which it keeps for later.
func MoreThreads(n int) {
	var all, done sync.WaitGroup
	all.Add(n)
	done.Add(n)
	for i := 0; i < n; i++ {
		go func() {
			defer done.Done()
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			all.Done()
			all.Wait()
		}()
	}
	done.Wait()
}

// Collections counts the plugin's collections.
func Collections() uint32 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.NumGC
}

// Litter makes garbage and returns a checksum of some of it.
func Litter(n int) int {
	sum := 0
	for i := 0; i < n; i++ {
		b := make([]byte, 100+i%1000)
		b[i%100] = byte(i)
		sum += len(b) + int(b[i%100])
	}
	return sum
}

var spin atomic.Bool

// Spin starts a goroutine that computes without a stop, until Stop.
func Spin() {
	spin.Store(true)
	go func() {
		for n := 0; spin.Load(); n++ {
		}
	}()
}

// Stop ends what Spin started.
func Stop() { spin.Store(false) }

// Block sleeps for some milliseconds.
func Block(ms int) { time.Sleep(time.Duration(ms) * time.Millisecond) }

// Goroutines counts the plugin's goroutines.
func Goroutines() int { return runtime.NumGoroutine() }

// Threads counts the threads that the plugin's runtime knows or has known.
func Threads() int { return pprof.Lookup("threadcreate").Count() }

// GoVersion is the Go release that built the plugin.
func GoVersion() string { return runtime.Version() }

var calls atomic.Int64

// Next counts its calls.
func Next() int64 { return calls.Add(1) }
