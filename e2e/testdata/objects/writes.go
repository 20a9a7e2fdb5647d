package objects

import (
	"encoding/hex"
	"slices"
	"strings"
)

// An Entry is a line of a list.
type Entry struct {
	Name string
	N    int
	Tags []string
}

// UpperBytes makes letters upper-case, and returns how many bytes there are.
func UpperBytes(p []byte) int {
	for i, c := range p {
		if 'a' <= c && c <= 'z' {
			p[i] -= 'a' - 'A'
		}
	}
	return len(p)
}

// HexInto writes src in hex to dst.
func HexInto(dst, src []byte) int { return hex.Encode(dst, src) }

// XorInto writes what differs to dst.
func XorInto(dst, a, b []byte) int {
	for i := range dst {
		dst[i] = a[i] ^ b[i]
	}
	return len(dst)
}

// ShiftBytes copies src to dst, byte by byte.
func ShiftBytes(dst, src []byte) int {
	for i := range src {
		dst[i] = src[i]
	}
	return len(src)
}

// ScaleAll multiplies x.
func ScaleAll(x []float64, by float64) (sum float64) {
	for i := range x {
		x[i] *= by
		sum += x[i]
	}
	return sum
}

// SetRange sets elements of x.
func SetRange(x []float64, from, to int, v float64) int {
	for i := from; i < to; i++ {
		x[i] = v
	}
	return to - from
}

// Halve divides numbers of all sizes.
func Halve(a []int16, b []uint32, c []complex128, d []int8) int {
	for i := range a {
		a[i] /= 2
	}
	for i := range b {
		b[i] /= 2
	}
	for i := range c {
		c[i] /= 2
	}
	for i := range d {
		d[i] /= 2
	}
	return len(a)
}

// ReverseNames reverses names.
func ReverseNames(names []string) int { slices.Reverse(names); return len(names) }

// CompactNames returns names without repetitions, as package slices does.
func CompactNames(names []string) []string { return slices.Compact(names) }

// MoveNames copies names.
func MoveNames(dst, src []string) int { return copy(dst, src) }

// BumpEntries counts in all entries.
func BumpEntries(list []Entry) int {
	for i := range list {
		list[i].N++
		list[i].Tags[0] += "!"
	}
	return len(list)
}

// ReverseAny reverses values.
func ReverseAny(list []any) int { slices.Reverse(list); return len(list) }

// UpperNames makes names upper-case.
func UpperNames(names ...string) int {
	for i := range names {
		names[i] = strings.ToUpper(names[i])
	}
	return len(names)
}

// DoubleAll doubles numbers.
func DoubleAll(x ...int) (sum int) {
	for i := range x {
		x[i] *= 2
		sum += x[i]
	}
	return sum
}

// CountIn counts in a map.
func CountIn(counts map[string]int, key string) (n int, ok bool) {
	counts[key]++
	delete(counts, "gone")
	return counts[key], true
}

// TagEntry writes to a slice in a struct.
func TagEntry(e Entry) int { e.Tags[0] = "tagged"; return 1 }

// AppendTo appends, and writes to what it has appended to.
func AppendTo(p []byte) []byte {
	p = append(p, 'x', 'y')
	p[0] = 'z'
	return p
}

// AddUp only reads.
func AddUp(x []float64) (sum float64) {
	for _, v := range x {
		sum += v
	}
	return sum
}

// LookAt may write to its arguments, as far as the analysis knows, but does not.
func LookAt(p []byte, names []string) int {
	look := func(p []byte, names []string) int { return len(p) + len(names) }
	if looks != nil {
		look = looks
	}
	return look(p, names)
}

var looks func([]byte, []string) int

// PanicAfterWriting writes and panics.
func PanicAfterWriting(p []byte) int {
	p[0] = 'p'
	panic("written")
}

// A Painter paints.
type Painter struct{ with byte }

// NewPainter returns a Painter.
func NewPainter(with byte) *Painter { return &Painter{with} }

// Paint fills p.
func (p *Painter) Paint(b []byte) int {
	for i := range b {
		b[i] = p.with
	}
	return len(b)
}

// Label sets names.
func (p *Painter) Label(names []string) (int, error) {
	for i := range names {
		names[i] = string(p.with)
	}
	return len(names), nil
}

// Brush returns a func that fills.
func (p *Painter) Brush() func(b []byte) int { return p.Paint }

// FillNumbersBy passes slices of numbers to a func that writes to them.
func FillNumbersBy(f func(b []byte, x []float64) int) ([]byte, []float64, int) {
	b, x := []byte("abc"), []float64{1, 2}
	n := f(b[1:], x)
	return b, x, n
}

// FillBytesBy passes bytes to a func that writes to them.
func FillBytesBy(f func(b []byte) int) []byte {
	b := []byte("abc")
	f(b)
	return b
}

// FillBy passes memory to a func that writes to it.
func FillBy(f func(names []string, counts map[string]int) int) ([]string, map[string]int) {
	names, counts := []string{"a", "b"}, map[string]int{"a": 1}
	f(names, counts)
	return names, counts
}
