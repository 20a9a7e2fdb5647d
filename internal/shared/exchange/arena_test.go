package exchange

import (
	"errors"
	"math/rand/v2"
	"testing"
)

const testSize = 256 << 20

// fill allocates pieces until the arena is full.
func fill(t *testing.T, a *Arena, size uint64) (offsets []uint64) {
	t.Helper()
	for {
		offset, got, err := a.Alloc(size)
		if errors.Is(err, ErrFull) {
			return offsets
		}
		if err != nil || got != size {
			t.Fatalf("got %d bytes, error %v, want %d", got, err, size)
		}
		offsets = append(offsets, offset)
	}
}

// Memory that was used in pieces of one size can be used in pieces of another.
func TestArenaOtherSizes(t *testing.T) {
	a := NewArena(1<<16, testSize, func(uint64, uint64) {})
	for _, size := range []uint64{1 << 20, testSize, 64 << 10, 32 << 20, 4 << 20, testSize} {
		offsets := fill(t, a, size)
		if got, want := len(offsets), int(testSize/size); got != want {
			t.Fatalf("got %d pieces of %d bytes, want %d", got, size, want)
		}
		rand.Shuffle(len(offsets), func(i, j int) { offsets[i], offsets[j] = offsets[j], offsets[i] })
		for _, offset := range offsets {
			a.Free(offset, size)
		}
	}
}

// Pieces lie in the arena and do not overlap.
func TestArenaPieces(t *testing.T) {
	const start = 1 << 16
	a := NewArena(start, testSize, func(uint64, uint64) {})
	pieces := map[uint64]uint64{}
	for range 20_000 {
		if len(pieces) > 0 && rand.N(2) == 0 {
			for offset, size := range pieces {
				a.Free(offset, size)
				delete(pieces, offset)
				break
			}
			continue
		}
		n := 1 + rand.Uint64N(1<<(16+rand.N(8)))
		offset, size, err := a.Alloc(n)
		if err != nil {
			continue
		}
		if size < n || offset < start || offset+size > start+testSize {
			t.Fatalf("got %d bytes at %d, want at least %d in the arena", size, offset, n)
		}
		for other, length := range pieces {
			if offset < other+length && other < offset+size {
				t.Fatalf("got pieces at %d (%d) and %d (%d) that overlap", offset, size, other, length)
			}
		}
		pieces[offset] = size
	}
}

// What is free gives its memory back to the system, but for some.
func TestArenaGivesBack(t *testing.T) {
	returned := uint64(0)
	a := NewArena(0, testSize, func(_, size uint64) { returned += size })
	for _, offset := range fill(t, a, 1<<20) {
		a.Free(offset, 1<<20)
	}
	if got := testSize - returned; got > keepAll {
		t.Errorf("got %d bytes that are kept, want at most %d", got, keepAll)
	}
}
