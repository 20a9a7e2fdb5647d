//go:build go1.22

package wire

import (
	"bytes"
	"slices"
)

// Entries sorts the encoded entries of a map by their bytes, so that equal maps have the same
// message. It is nil for messages whose maps need not be sorted.
type Entries struct{ ends []int }

// SortEntries is called before the entries of a map are encoded.
func SortEntries(e *Encoder) *Entries {
	if !e.Canonical && !e.Sorted {
		return nil
	}
	return &Entries{[]int{len(e.Bytes())}}
}

// Next is called after each entry.
func (s *Entries) Next(e *Encoder) {
	if s != nil {
		s.ends = append(s.ends, len(e.Bytes()))
	}
}

// End sorts the entries in the message.
func (s *Entries) End(e *Encoder) {
	if s == nil {
		return
	}
	b := e.Bytes()[s.ends[0]:]
	unsorted := bytes.Clone(b)
	list := make([][]byte, len(s.ends)-1)
	for i := range list {
		list[i] = unsorted[s.ends[i]-s.ends[0] : s.ends[i+1]-s.ends[0]]
	}
	slices.SortFunc(list, bytes.Compare)
	b = b[:0]
	for _, entry := range list {
		b = append(b, entry...)
	}
}
