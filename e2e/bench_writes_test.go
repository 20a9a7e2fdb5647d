package e2e

import (
	"testing"
	"time"
)

// BenchmarkWrites compares functions that only read a slice with such that write to it.
func BenchmarkWrites(b *testing.B) {
	p := objects(b)
	x, text, names := make([]float64, 1024), make([]byte, 8<<10), make([]string, 100)
	each := func(name string, f func()) *figure {
		const calls = 2000
		return &figure{name: name, run: func() time.Duration {
			start := time.Now()
			for range calls {
				f()
			}
			return time.Since(start) / calls
		}}
	}
	add := bound[func([]float64) float64](b, p, "AddUp")
	scale := bound[func([]float64, float64) float64](b, p, "ScaleAll")
	set := bound[func([]float64, int, int, float64) int](b, p, "SetRange")
	look := bound[func([]byte, []string) int](b, p, "LookAt")
	reverse := bound[func([]string) int](b, p, "ReverseNames")
	names[0] = "first"
	list := []*figure{
		each("8 KB, read", func() { add(x) }),
		each("8 KB, one number written", func() { set(x, 0, 1, x[0]+1) }),
		each("8 KB, all written", func() { x[0] = 1; scale(x, 1.5) }),
		each("8 KB, may be written", func() { look(text, nil) }),
		each("100 strings, may be written", func() { look(nil, names) }),
		each("100 strings, written", func() { reverse(names) }),
	}
	alternate(b, 15, time.Nanosecond, list)
}
