//go:build go1.22

package codec

import (
	"bytes"
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Entries sorts the entries of a map that are encoded to a canonical message, by their
// bytes. It is nil for other messages.
type entries struct{ ends []int }

// sortEntries begins with the entries of a map.
func sortEntries(e *wire.Encoder) *entries {
	if !e.Canonical {
		return nil
	}
	return &entries{[]int{len(e.Bytes())}}
}

// next says that an entry is encoded.
func (s *entries) next(e *wire.Encoder) {
	if s != nil {
		s.ends = append(s.ends, len(e.Bytes()))
	}
}

// end sorts the entries.
func (s *entries) end(e *wire.Encoder) {
	if s == nil {
		return
	}
	b := e.Bytes()[s.ends[0]:]
	list := make([][]byte, len(s.ends)-1)
	for i := range list {
		list[i] = bytes.Clone(e.Bytes()[s.ends[i]:s.ends[i+1]])
	}
	slices.SortFunc(list, bytes.Compare)
	b = b[:0]
	for _, entry := range list {
		b = append(b, entry...)
	}
}
