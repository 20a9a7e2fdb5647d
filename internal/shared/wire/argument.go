//go:build go1.22

package wire

import "unsafe"

// Message returns the bytes of an argument in words i and i+1. They are in the caller's
// memory, so they must be read before the call returns, and not kept.
func (f *Frame) Message(i int) []byte {
	n := *f.Word(i + 1)
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(f.bytesAt(i, n, 1)), int(n))
}

// FixedSlice returns a copy of a slice argument in words i and i+1; the second word counts
// bytes. Nil stays nil. The bytes are the memory of the elements: see Fixed.
func FixedSlice[T any](f *Frame, i int) []T {
	b := BorrowSlice[T](f, i)
	if b == nil {
		return nil
	}
	if len(b) == 0 {
		return []T{}
	}
	return append([]T(nil), b...) // append allocates memory without clearing it
}

// BorrowSlice is FixedSlice without the copy. The slice is in the caller's memory, and is
// valid until the call returns.
func BorrowSlice[T any](f *Frame, i int) []T {
	p, n := *f.Word(i), *f.Word(i + 1)
	if p == Nil {
		return nil
	}
	var zero T
	if n == 0 {
		return []T{}
	}
	return unsafe.Slice((*T)(f.bytesAt(i, n, 1)), int(n/uint64(unsafe.Sizeof(zero))))
}

// BorrowString is String without the copy: see BorrowSlice.
func (f *Frame) BorrowString(i int) string {
	b := f.Message(i)
	return unsafe.String(unsafe.SliceData(b), len(b))
}
