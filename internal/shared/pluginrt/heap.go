//go:build go1.22

package pluginrt

import (
	"runtime"
	"sync/atomic"
)

// A plugin's heap is often empty between calls, and Go then collects garbage every 4 MB:
// with large arguments, at nearly every call. Each collection wakes threads. The pages that
// it frees go back to the system and are faulted in again for the next argument. A call
// that sums up 8 MB took four times as long for that. So while large arguments come in, the
// heap holds a block that is never touched. The block takes no memory, because its pages
// are never faulted in. But it counts for the size of the heap, so the collector waits
// until there are about 32 MB of garbage.
var heap struct {
	taken   atomic.Int64 // bytes of large arguments since the last collection
	watched atomic.Bool
	block   []byte // the collector's and the watch's
}

const (
	blockSize = 16 << 20
	busy      = 1 << 20 // bytes of large arguments between two collections
)

// onLarge counts a large argument. It is wire.OnLarge.
func onLarge(n int) {
	heap.taken.Add(int64(n))
	if !heap.watched.Swap(true) {
		watch(nil)
	}
}

// A cycle becomes garbage at once, so its finalizer runs after each collection.
type cycle struct{ _ *byte }

func watch(c *cycle) {
	if c == nil {
		c = new(cycle)
	} else if heap.taken.Swap(0) < busy {
		heap.block = nil
		heap.watched.Store(false)
		return
	} else if heap.block == nil {
		heap.block = make([]byte, blockSize)
	}
	runtime.SetFinalizer(c, watch)
}
