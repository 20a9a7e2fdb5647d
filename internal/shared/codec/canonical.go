//go:build go1.22

package codec

import (
	"bytes"
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// entries sorts the encoded entries of a map by their bytes, so that equal maps have the same
// message. It is nil for messages that need not be canonical.
type entries struct{ ends []int }

// sortEntries is called before the entries of a map are encoded.
func sortEntries(e *wire.Encoder) *entries {
	if !e.Canonical {
		return nil
	}
	return &entries{[]int{len(e.Bytes())}}
}

// next is called after each entry.
func (s *entries) next(e *wire.Encoder) {
	if s != nil {
		s.ends = append(s.ends, len(e.Bytes()))
	}
}

// end sorts the entries in the message.
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
