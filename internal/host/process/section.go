//go:build linux || darwin || freebsd || netbsd || openbsd || (windows && amd64)

package process

import (
	"fmt"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

// A section is the memory that host and plugin share.
type section struct {
	mapping
	memory  unsafe.Pointer
	bytes   []byte
	commits exchange.Commits
}

func (s *section) header() *exchange.Header { return (*exchange.Header)(s.memory) }

// commit makes n bytes at an offset memory that can be used.
func (s *section) commit(offset, n uint64) error {
	if err := s.commits.Commit(s.memory, offset, n); err != nil {
		return fmt.Errorf("committing shared memory: %w", err)
	}
	return nil
}

// discard tells the system that n bytes at an offset are not used.
func (s *section) discard(offset, n uint64) { s.commits.Discard(s.memory, offset, n) }

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
