//go:build go1.22

package pluginrt

import (
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Copies are the slices of numbers that a call has passed to a function that may write to them.
// The function gets copies, and what it has changed is written to the caller's memory when it
// ends, also by a panic. Slices that overlap do so as copies, too.
//
// A second copy shows what the function has changed: elements that it has not are never written,
// because other goroutines of the caller may use them.
type Copies struct {
	list []copied
	few  [2]copied
}

type copied struct {
	caller  []byte // the caller's memory; nil for a nil slice
	copy    []byte
	before  *[]byte // what the copy was at first; nil if the function only reads it
	size    int     // of an element
	written bool
}

const keepCopy = 1 << 20 // bytes; more is not kept between calls

var befores = sync.Pool{New: func() any { return new([]byte) }}

// Add adds the slice in words at and at+1. size is that of an element.
func (c *Copies) Add(f *wire.Frame, at int, size uintptr, written bool) {
	if c.list == nil {
		c.list = c.few[:0]
	}
	c.list = append(c.list, copied{caller: wire.BorrowSlice[byte](f, at), size: int(size), written: written})
}

// Begin makes the copies.
func (c *Copies) Begin() {
	if len(c.list) > 1 {
		c.join()
	}
	for i := range c.list {
		s := &c.list[i]
		if s.copy == nil && s.caller != nil {
			s.copy = append([]byte{}, s.caller...)
		}
		if s.written && len(s.copy) > 0 {
			s.before = befores.Get().(*[]byte)
			*s.before = append((*s.before)[:0], s.copy...)
		}
	}
}

// End writes what has changed to the caller's memory.
func (c *Copies) End() {
	for i := range c.list {
		s := &c.list[i]
		if s.before == nil {
			continue
		}
		wire.CopyChanges(s.caller, *s.before, s.copy, s.size)
		if cap(*s.before) <= keepCopy {
			befores.Put(s.before)
		}
		s.before = nil
	}
}

// join makes the copies of slices that overlap.
func (c *Copies) join() {
	ranges := make([]wire.Range, len(c.list), 4)
	for i := range c.list {
		ranges[i] = wire.RangeOf(c.list[i].caller)
	}
	for i := range c.list {
		whole, alone := ranges[i].Join(ranges)
		if alone || c.list[i].copy != nil {
			continue
		}
		// The copies have the alignment of the originals.
		memory := make([]uint64, whole.Len()/8+2)
		b := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(memory))), len(memory)*8)[whole.From%8:]
		for j := range c.list {
			if s := &c.list[j]; whole.Overlaps(ranges[j]) {
				at := int(ranges[j].From - whole.From)
				s.copy = b[at : at+len(s.caller) : at+len(s.caller)]
				copy(s.copy, s.caller)
			}
		}
	}
}

// CopyOf returns copy i, as a slice of its elements.
func CopyOf[T any](c *Copies, i int) []T {
	s := &c.list[i]
	switch {
	case s.caller == nil:
		return nil
	case len(s.copy) == 0:
		return []T{}
	}
	var zero T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(s.copy))), len(s.copy)/int(unsafe.Sizeof(zero)))
}
