//go:build go1.22

package pluginrt

import (
	"runtime"
	"runtime/debug"
	"sync/atomic"
)

// A plugin's heap is often empty between calls, and Go then collects garbage every 4 MB: with
// slices of 8 KB, every few hundred calls. Each collection wakes threads. The pages that it
// frees go back to the system and are faulted in again for the next argument. So after the
// first collection the heap holds a block that is never touched. The block takes no memory,
// because its pages are never faulted in. But it counts for the size of the heap, so the
// collector waits until the heap reaches the target.
//
// The block leaves alone what the plugin sets by runtime/debug.SetGCPercent, which a change
// of the percentage would not. A plugin that collects no garbage has no block.
var heap struct {
	target atomic.Int64 // bytes; 0: defaultHeapTarget
	block  []byte       // the finalizers', which run one after the other
}

const (
	defaultHeapTarget = 32 << 20
	leastBlock        = 4 << 20 // with a smaller one Go's own target is larger
)

// A cycle becomes garbage at once, so its finalizer runs after the next collection.
type cycle struct{ _ *byte }

// setHeapTarget changes the target. 0 stands for the default.
func setHeapTarget(n int64) {
	heap.target.Store(n)
	runtime.SetFinalizer(new(cycle), func(*cycle) { sizeBlock() })
}

// sizeBlock makes the block for the target. The heap's live size doubles between two
// collections, unless the plugin sets another percentage. A memory limit counts the block, so
// there is none if it takes much of the limit.
func sizeBlock() {
	target := heap.target.Load()
	if target == 0 {
		target = defaultHeapTarget
	}
	size := target / 2
	if size < leastBlock || size > debug.SetMemoryLimit(-1)/8 {
		size = 0
	}
	if int64(len(heap.block)) != size {
		heap.block = nil
		heap.block = make([]byte, size)
	}
}
