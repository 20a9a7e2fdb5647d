//go:build go1.22

package exchange

import (
	"errors"
	"math/bits"
	"sync"
)

// ErrFull reports an arena that has no room left.
var ErrFull = errors.New("the shared memory of the plugin's process is full; pass or return less at a time")

// An Arena gives out pieces of a part of the memory. What it knows of them is not in that
// memory. It is safe for concurrent use.
type Arena struct {
	start, size uint64
	unmap       func(offset, size uint64) // gives memory back to the system

	mu   sync.Mutex
	used uint64                  // from start on, in use or free
	free [64 - smallest][]uint64 // by the binary logarithm of the size
}

const (
	smallest = 16      // 64 KB: less is in the lane
	kept     = 4 << 20 // a larger piece gives its memory back when it is freed
)

// NewArena returns an arena of the memory at offset. unmap gives memory back to the system.
func NewArena(offset, size uint64, unmap func(offset, size uint64)) *Arena {
	return &Arena{start: offset, size: size, unmap: unmap}
}

func class(n uint64) int { return max(bits.Len64(n-1), smallest) }

// Alloc returns the offset and the size of a piece of at least n bytes. n must not be 0.
func (a *Arena) Alloc(n uint64) (offset, size uint64, err error) {
	if n > a.size {
		return 0, 0, ErrFull
	}
	c := class(n)
	a.mu.Lock()
	defer a.mu.Unlock()
	list := &a.free[c-smallest]
	if last := len(*list) - 1; last >= 0 {
		offset, *list = (*list)[last], (*list)[:last]
		return offset, 1 << c, nil
	}
	if a.size-a.used < 1<<c {
		return 0, 0, ErrFull
	}
	offset = a.start + a.used
	a.used += 1 << c
	return offset, 1 << c, nil
}

// Free gives back what Alloc returned.
func (a *Arena) Free(offset, size uint64) {
	if size > kept {
		a.unmap(offset, size)
	}
	c := class(size)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.free[c-smallest] = append(a.free[c-smallest], offset)
}
