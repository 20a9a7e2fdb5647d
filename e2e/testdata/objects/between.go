package objects

import (
	"fmt"
	"io"
	"runtime"
)

// SameStringer reports whether both are one.
func SameStringer(a, b fmt.Stringer) bool { return a == b }

// EchoStringer returns what it gets.
func EchoStringer(s fmt.Stringer) fmt.Stringer { return s }

// IsCounter reports whether s is a Counter.
func IsCounter(s fmt.Stringer) bool {
	_, ok := s.(*Counter)
	return ok
}

var held struct {
	text   fmt.Stringer
	reader io.Reader
}

// Hold keeps both.
func Hold(text fmt.Stringer, reader io.Reader) { held.text, held.reader = text, reader }

// HeldText returns the text of what Hold kept.
func HeldText() string { return held.text.String() }

// HeldRead reads four bytes of what Hold kept.
func HeldRead() (string, error) {
	b := make([]byte, 4)
	n, err := held.reader.Read(b)
	return string(b[:n]), err
}

// CallAdd calls a method that v has.
func CallAdd(v any, n int) (int, error) {
	a, ok := v.(interface{ Add(int) int })
	if !ok {
		return 0, fmt.Errorf("a %T has no Add", v)
	}
	return a.Add(n), nil
}

// Heap is how many bytes the plugin uses.
func Heap() uint64 {
	Collect()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
