//go:build go1.22

package wire

import (
	"bytes"
	"encoding/binary"
	"unsafe"
)

// CopyChanges copies what differs between was and now to the same places of to. All have the same
// length. Elements of the given size that are equal are not written, because other goroutines may
// use them.
func CopyChanges(to, was, now []byte, size int) {
	if bytes.Equal(was, now) {
		return
	}
	switch {
	case size == 2:
		changed[uint16](to, was, now)
	case size == 4:
		changed[uint32](to, was, now)
	case size%8 == 0:
		changed[uint64](to, was, now)
	default:
		changedBytes(to, was, now)
	}
}

func changed[T uint16 | uint32 | uint64](to, was, now []byte) {
	t, w := elements[T](to), elements[T](was)
	for i, v := range elements[T](now) {
		if v != w[i] {
			t[i] = v
		}
	}
}

func elements[T any](b []byte) []T {
	var zero T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), len(b)/int(unsafe.Sizeof(zero)))
}

func changedBytes(to, was, now []byte) {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for len(now) >= 8 {
		a, b := binary.LittleEndian.Uint64(was), binary.LittleEndian.Uint64(now)
		switch x := a ^ b; {
		case x == 0:
		case (x-ones)&^x&tops == 0: // all bytes differ
			binary.LittleEndian.PutUint64(to, b)
		default:
			changedEach(to[:8], was, now)
		}
		to, was, now = to[8:], was[8:], now[8:]
	}
	changedEach(to, was, now)
}

func changedEach(to, was, now []byte) {
	for i := range to {
		if was[i] != now[i] {
			to[i] = now[i]
		}
	}
}

// A Range is a range of addresses.
type Range struct{ From, To uintptr }

// RangeOf returns the addresses of bytes.
func RangeOf(b []byte) Range {
	p := uintptr(unsafe.Pointer(unsafe.SliceData(b)))
	return Range{p, p + uintptr(len(b))}
}

// Len returns the number of bytes.
func (r Range) Len() int { return int(r.To - r.From) }

// Overlaps reports whether two ranges share addresses.
func (r Range) Overlaps(o Range) bool { return r.From < o.To && o.From < r.To }

// Join returns r together with all ranges of the list, which has r too, that overlap it or one
// that does. alone reports whether r overlaps no other.
func (r Range) Join(list []Range) (whole Range, alone bool) {
	n := 0
	for grown := true; grown; {
		grown, n = false, 0
		for _, o := range list {
			if !r.Overlaps(o) {
				continue
			}
			n++
			if o.From < r.From || o.To > r.To {
				r.From, r.To = min(r.From, o.From), max(r.To, o.To)
				grown = true
			}
		}
	}
	return r, n <= 1
}
