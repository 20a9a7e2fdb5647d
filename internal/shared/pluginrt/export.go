//go:build go1.22

package pluginrt

import (
	"fmt"
	"unsafe"
)

// What the plain C exports need. Written here rather than generated, because the
// plugin's package may give len, copy or nil another meaning.

// Copy returns a copy of n bytes that C owns.
func Copy(p unsafe.Pointer, n int) []byte {
	if p == nil {
		return nil
	}
	b := make([]byte, n)
	copy(b, unsafe.Slice((*byte)(p), n))
	return b
}

// maxLength is more than any process can hold.
const maxLength = 1 << 40

// RefuseBytes returns why n bytes at p cannot be those of a parameter, or nil.
func RefuseBytes(p unsafe.Pointer, n int64, parameter string) []byte {
	switch {
	case n < 0 || n > maxLength:
		return Text(fmt.Sprintf("%s has the length %d, which no value in memory can have", parameter, n))
	case p == nil && n > 0:
		return Text(fmt.Sprintf("%s has the length %d, and its data is NULL", parameter, n))
	}
	return nil
}

// MustBytes panics where RefuseBytes refuses, for functions that return no error.
func MustBytes(p unsafe.Pointer, n int64, parameter string) {
	if text := RefuseBytes(p, n, parameter); text != nil {
		panic("C export " + string(text))
	}
}

// IsSet reports whether b is not nil.
func IsSet(b []byte) bool { return b != nil }

// Size is len.
func Size(b []byte) int { return len(b) }

// Fill copies b to p, where C has len(b)+1 bytes, ends it with a NUL for callers
// that look for one, and returns len(b).
func Fill(p unsafe.Pointer, b []byte) int {
	to := unsafe.Slice((*byte)(p), len(b)+1)
	to[copy(to, b)] = 0
	return len(b)
}

// Text returns the bytes of s, never nil.
func Text(s string) []byte { return append(make([]byte, 0, len(s)), s...) }

// ErrorText returns the text of err, nil if err is.
func ErrorText(err error) []byte {
	if err == nil {
		return nil
	}
	return Text(err.Error())
}
