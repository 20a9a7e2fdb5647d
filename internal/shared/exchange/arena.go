//go:build go1.22

package exchange

import (
	"errors"
	"math/bits"
	"slices"
	"sync"
)

// ErrFull reports an arena that has no room left.
var ErrFull = errors.New("the shared memory of the plugin's process is full; pass or return less at a time")

// An Arena gives out pieces of a part of the memory. What it knows of them is not in that
// memory. It is safe for concurrent use.
type Arena struct {
	size  uint64
	unmap func(offset, size uint64) // gives memory back to the system

	mu    sync.Mutex
	whole []extent                // free memory, by offset, no two beside each other
	kept  [64 - smallest][]uint64 // free pieces by the binary logarithm of their size
	total uint64                  // the bytes of kept
}

// An extent is a part of an arena.
type extent struct{ offset, size uint64 }

const (
	smallest = 16      // 64 KB: less is in the lane
	keepSize = 4 << 20 // a larger piece gives its memory back when it is freed
	keepAll  = 64 << 20
)

// NewArena returns an arena of the memory at offset. unmap gives memory back to the system.
func NewArena(offset, size uint64, unmap func(offset, size uint64)) *Arena {
	return &Arena{size: size, unmap: unmap, whole: []extent{{offset, size}}}
}

func class(n uint64) int { return max(bits.Len64(n-1), smallest) }

// Alloc returns the offset and the size of a piece of at least n bytes. n must not be 0.
func (a *Arena) Alloc(n uint64) (offset, size uint64, err error) {
	if n > a.size {
		return 0, 0, ErrFull
	}
	c := class(n)
	size = 1 << c
	a.mu.Lock()
	defer a.mu.Unlock()
	list := &a.kept[c-smallest]
	if last := len(*list) - 1; last >= 0 {
		offset, *list = (*list)[last], (*list)[:last]
		a.total -= size
		return offset, size, nil
	}
	offset, ok := a.cut(size)
	if !ok && a.total > 0 {
		a.collect()
		offset, ok = a.cut(size)
	}
	if !ok {
		return 0, 0, ErrFull
	}
	return offset, size, nil
}

// Free gives back what Alloc returned.
func (a *Arena) Free(offset, size uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if size <= keepSize && a.total+size <= keepAll {
		c := class(size)
		a.kept[c-smallest] = append(a.kept[c-smallest], offset)
		a.total += size
		return
	}
	a.unmap(offset, size)
	a.join(extent{offset, size})
}

// cut takes a piece from the first extent that is large enough.
func (a *Arena) cut(size uint64) (offset uint64, ok bool) {
	for i := range a.whole {
		e := &a.whole[i]
		if e.size < size {
			continue
		}
		offset = e.offset
		if e.offset, e.size = e.offset+size, e.size-size; e.size == 0 {
			a.whole = slices.Delete(a.whole, i, i+1)
		}
		return offset, true
	}
	return 0, false
}

// collect joins the pieces that are kept.
func (a *Arena) collect() {
	for i, list := range a.kept {
		for _, offset := range list {
			a.join(extent{offset, 1 << (i + smallest)})
		}
		a.kept[i] = nil
	}
	a.total = 0
}

// join adds an extent to those that are free.
func (a *Arena) join(e extent) {
	at, _ := slices.BinarySearchFunc(a.whole, e.offset, func(e extent, offset uint64) int {
		if e.offset < offset {
			return -1
		}
		return 1
	})
	if at < len(a.whole) && e.offset+e.size == a.whole[at].offset {
		e.size += a.whole[at].size
		a.whole = slices.Delete(a.whole, at, at+1)
	}
	if at > 0 && a.whole[at-1].offset+a.whole[at-1].size == e.offset {
		a.whole[at-1].size += e.size
		return
	}
	a.whole = slices.Insert(a.whole, at, e)
}
