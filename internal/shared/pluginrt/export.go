//go:build go1.22

package pluginrt

import "unsafe"

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
