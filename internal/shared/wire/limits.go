//go:build go1.22

package wire

import "sync/atomic"

// A CallbackCount is memory of the host in which one library counts the goroutines of its
// own that wait in the host. The host reads it when the library's threads have ended.
type CallbackCount struct {
	Counted atomic.Int64 // of them, in Process
	Process *ProcessCallbacks
}

// ProcessCallbacks is memory of the host that all libraries share, because all threads of
// the process are counted together.
type ProcessCallbacks struct {
	Count atomic.Int64
	Limit atomic.Int64
}

// MaxHeapTarget bounds the heap target of a plugin, in bytes.
const MaxHeapTarget = 8 << 30
