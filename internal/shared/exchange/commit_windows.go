//go:build go1.22

package exchange

import (
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// Commits are what this process has committed of the memory. Windows commits memory for all
// processes that share it, and keeps it until none does. Wine commits it for one process, so both
// sides do. It is safe for concurrent use.
type Commits struct {
	mu   sync.Mutex
	ends [len(parts) - 1]atomic.Uint64 // of each part, up to where it is committed
}

// parts are where the parts begin that are used from their beginnings on.
var parts = [...]uint64{0, ownAt, HostArena, OwnArena, Size}

// Commit makes n bytes at an offset memory that can be used.
func (c *Commits) Commit(memory unsafe.Pointer, offset, n uint64) error {
	const (
		commit    = 0x1000 // MEM_COMMIT
		readWrite = 4      // PAGE_READWRITE
	)
	part := 0
	for offset >= parts[part+1] {
		part++
	}
	end, to := &c.ends[part], offset+n
	if end.Load() >= to {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	from := max(end.Load(), parts[part])
	if from >= to {
		return nil
	}
	r, _, errno := syscall.SyscallN(procVirtualAlloc.Addr(), uintptr(memory)+uintptr(from), uintptr(to-from), commit, readWrite)
	if r == 0 {
		return errno
	}
	end.Store(to)
	return nil
}

// Discard tells the system that n bytes at an offset have no content that is used again. Windows
// does not take back what is committed.
func (c *Commits) Discard(memory unsafe.Pointer, offset, n uint64) {
	const reset, readWrite = 0x80000, 4 // MEM_RESET, PAGE_READWRITE
	_, _, _ = syscall.SyscallN(procVirtualAlloc.Addr(), uintptr(memory)+uintptr(offset), uintptr(n), reset, readWrite)
}
