//go:build linux && amd64

package process

import (
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

func (s *section) header() *exchange.Header { return (*exchange.Header)(s.memory) }

// words returns n words at an offset, which the caller has checked.
func (s *section) words(offset, n uint64) []uint64 {
	return unsafe.Slice((*uint64)(unsafe.Add(s.memory, offset)), n)
}

// contains reports whether n bytes at an offset lie in a part of the memory.
func contains(start, size, offset, n uint64) bool {
	return offset >= start && offset-start <= size && n <= size-(offset-start)
}

// piece returns n bytes at an offset, which the caller has checked.
func (s *section) piece(offset, n uint64) []byte { return s.bytes[offset : offset+n : offset+n] }
