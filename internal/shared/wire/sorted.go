//go:build go1.22

package wire

import (
	"bytes"
	"slices"
)

// Entries sorts the encoded entries of a map by their bytes, so that equal maps have the same
// message. It is nil for messages whose maps need not be sorted.
//
// A pointer that occurs again is encoded as its number, and the numbers follow the order of the
// entries. So the pointers are renumbered, and a map in which a pointer of the map itself occurs
// again stays unsorted.
type Entries struct {
	ends, pointers []int // where the entries end: their bytes, and their pointers
	back           int   // of the encoder, before the map
	few            [2][8]int
}

// SortEntries is called before the entries of a map are encoded.
func SortEntries(e *Encoder) *Entries {
	if !e.Canonical && !e.Sorted {
		return nil
	}
	s := &Entries{back: e.back}
	s.ends, s.pointers = s.few[0][:0], s.few[1][:0]
	e.back = 0
	s.Next(e)
	return s
}

// Next is called after each entry.
func (s *Entries) Next(e *Encoder) {
	if s != nil {
		s.ends = append(s.ends, len(e.Bytes()))
		s.pointers = append(s.pointers, len(e.seen.list))
	}
}

// End sorts the entries in the message.
func (s *Entries) End(e *Encoder) {
	if s == nil {
		return
	}
	shared := e.back > s.pointers[0]
	e.back = max(e.back, s.back)
	if shared || len(s.ends) < 3 {
		return
	}
	type entry struct {
		b        []byte
		pointers []reference
	}
	b, references := e.Bytes()[s.ends[0]:], e.seen.list[s.pointers[0]:]
	unsorted, numbered := bytes.Clone(b), slices.Clone(references)
	list := make([]entry, len(s.ends)-1)
	for i := range list {
		list[i] = entry{
			unsorted[s.ends[i]-s.ends[0] : s.ends[i+1]-s.ends[0]],
			numbered[s.pointers[i]-s.pointers[0] : s.pointers[i+1]-s.pointers[0]],
		}
	}
	slices.SortFunc(list, func(x, y entry) int { return bytes.Compare(x.b, y.b) })
	b, references = b[:0], references[:0]
	for _, x := range list {
		b, references = append(b, x.b...), append(references, x.pointers...)
	}
	if len(references) > 1 {
		e.seen.renumber(s.pointers[0], references)
	}
}
