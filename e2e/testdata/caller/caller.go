// Package caller calls the host back, on the level that generated code stands on:
// it reaches into the support code by linkname, as no real plugin does.
package caller

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// The head of wire.Frame.
type frame struct {
	function, status uint64
	words            *[16]uint64
	nwords           uint64
	buf              *byte
	size, len        uint64
}

//go:linkname beginHost zz_winplugin/pluginrt.BeginHost
func beginHost(op uint64, words int) *frame

//go:linkname do zz_winplugin/pluginrt.(*HostCall).Do
func do(*frame) uint64

//go:linkname end zz_winplugin/pluginrt.(*HostCall).End
func end(*frame)

// back calls operation op of the host with n, and returns its status and answer.
func back(op uint64, n int) (status uint64, answer int) {
	f := beginHost(op, 1)
	f.words[0] = uint64(n)
	status = do(f)
	answer = int(f.words[0])
	end(f)
	return status, answer
}

// Back calls operation op of the host with n. The answer is what the host put in
// the place of n.
func Back(op uint64, n int) (status uint64, answer int) { return back(op, n) }

// Message calls operation op of the host and returns the bytes of its answer.
func Message(op uint64) (status uint64, message []byte) {
	f := beginHost(op, 1)
	defer end(f)
	status = do(f)
	return status, append(message, unsafe.Slice(f.buf, f.len)...)
}

// Many calls operation op of the host n times.
func Many(op uint64, n int) (sum int) {
	for i := 0; i < n; i++ {
		status, answer := back(op, i)
		if status != 1 {
			return -1
		}
		sum += answer
	}
	return sum
}

// Elsewhere calls operation op with n from goroutines of the plugin, and returns the
// sum of the answers, or -1 if one was not OK.
func Elsewhere(op uint64, n, goroutines int) int {
	return gather(goroutines, func() int {
		status, answer := back(op, n)
		if status != 1 {
			return -1
		}
		return answer
	})
}

// ManyElsewhere calls operation op n times from each of some goroutines.
func ManyElsewhere(op uint64, n, goroutines int) int {
	return gather(goroutines, func() int { return Many(op, n) })
}

// Threads calls operation op with n from goroutines, one after the other, whose
// threads end with them.
func Threads(op uint64, n, goroutines int) (sum int) {
	for i := 0; i < goroutines; i++ {
		r := gather(1, func() int {
			runtime.LockOSThread() // and never unlocked
			_, answer := back(op, n)
			return answer
		})
		sum += r
	}
	return sum
}

func gather(goroutines int, f func() int) (sum int) {
	var wg sync.WaitGroup
	answers := make([]int, goroutines)
	for i := range answers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			answers[i] = f()
		}()
	}
	wg.Wait()
	for _, a := range answers {
		if a < 0 {
			return -1
		}
		sum += a
	}
	return sum
}

// Fault takes a nil pointer fault and recovers.
func Fault() (recovered bool) {
	defer func() { recovered = recover() != nil }()
	var p *int
	*p = 1
	return false
}

// BackAndFault is Back, then Fault.
func BackAndFault(op uint64, n int) (recovered bool) {
	back(op, n)
	return Fault()
}

// Spin does not return before a garbage collection of the plugin has ended.
func Spin() {
	var collected atomic.Bool
	go func() {
		runtime.GC()
		collected.Store(true)
	}()
	for !collected.Load() {
	}
}

// Collect runs the plugin's garbage collector.
func Collect() { runtime.GC() }
