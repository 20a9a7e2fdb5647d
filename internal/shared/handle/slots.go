//go:build go1.22

package handle

import (
	"slices"
	"sync/atomic"
)

// Slots are numbered places for objects, in pages that are given back to the garbage collector
// when nothing is in them. Changes are made under the lock of the table; find takes no lock.
type slots struct {
	pages atomic.Pointer[[]atomic.Pointer[page]] // nil pages have only free slots
	bases []uint32                               // the generations from which the slots of nil pages count
	open  []uint32                               // the numbers of pages with free slots
	empty int                                    // pages in which nothing is
}

const pageSize = 256

type page struct {
	slots [pageSize]slot
	free  [pageSize]uint8 // the first nfree are the free slots
	nfree int
	live  int // objects
}

type slot struct {
	now        atomic.Pointer[object]
	generation uint32 // of the next object
}

const lastGeneration = 1<<31 - 1

// page returns page n, or nil.
func (s *slots) page(n uint32) *page {
	if list := s.pages.Load(); list != nil && n < uint32(len(*list)) {
		return (*list)[n].Load()
	}
	return nil
}

// find returns the slot with a number, or nil if nothing is in it.
func (s *slots) find(number uint32) *slot {
	if p := s.page(number / pageSize); p != nil {
		return &p.slots[number%pageSize]
	}
	return nil
}

// take returns a free slot and its number.
func (s *slots) take() (*slot, uint32) {
	if len(s.open) == 0 {
		s.open, s.bases = append(s.open, uint32(len(s.bases))), append(s.bases, 0)
	}
	last := len(s.open) - 1
	n := s.open[last]
	p := s.page(n)
	if p == nil {
		p = s.add(n)
	} else if p.live == 0 {
		s.empty--
	}
	p.live++
	p.nfree--
	if p.nfree == 0 {
		s.open = s.open[:last]
	}
	i := p.free[p.nfree]
	return &p.slots[i], n*pageSize + uint32(i)
}

// add makes page n.
func (s *slots) add(n uint32) *page {
	p := &page{nfree: pageSize}
	for i := range p.slots {
		p.slots[i].generation, p.free[i] = s.bases[n], uint8(pageSize-1-i)
	}
	list := s.pages.Load()
	if list == nil || n >= uint32(len(*list)) {
		// Readers may use the old list. They look for no object that is newer.
		longer := make([]atomic.Pointer[page], max(8, 2*n))
		for i := range n {
			longer[i].Store((*list)[i].Load())
		}
		list = &longer
		s.pages.Store(list)
	}
	(*list)[n].Store(p)
	return p
}

// drop empties a slot. If its generations are used up, it is not free afterwards.
func (s *slots) drop(number uint32) {
	n, i := number/pageSize, number%pageSize
	p := s.page(n)
	x := &p.slots[i]
	x.now.Store(nil)
	p.live--
	if x.generation < lastGeneration {
		x.generation++
		p.free[p.nfree] = uint8(i)
		p.nfree++
		if p.nfree == 1 {
			s.open = append(s.open, n)
		}
	}
	switch {
	case p.live > 0:
	case p.nfree == pageSize && s.empty > 0:
		for i := range p.slots {
			s.bases[n] = max(s.bases[n], p.slots[i].generation)
		}
		(*s.pages.Load())[n].Store(nil)
	default:
		s.empty++ // one is kept, because the next object needs it
	}
}

// all returns the objects in the slots.
func (s *slots) all() (list []*object) {
	for n := range s.bases {
		if p := s.page(uint32(n)); p != nil {
			for i := range p.slots {
				list = append(list, p.slots[i].now.Load())
			}
		}
	}
	return slices.DeleteFunc(list, func(o *object) bool { return o == nil })
}
