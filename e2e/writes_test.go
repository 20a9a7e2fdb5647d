package e2e

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Entry is the plugin's.
type Entry struct {
	Name string
	N    int
	Tags []string
}

// What a function of the plugin writes to the slices and maps that the host has passed is in the
// host's when the call returns.
func TestWritesToSlices(t *testing.T) {
	p := objects(t)
	check := func(t *testing.T, got, want any) {
		t.Helper()
		if got, want := fmt.Sprintf("%v", got), fmt.Sprintf("%v", want); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	t.Run("bytes", func(t *testing.T) {
		b := []byte("some text, and more")
		check(t, bound[func([]byte) int](t, p, "UpperBytes")(b), len(b))
		check(t, string(b), "SOME TEXT, AND MORE")
		b = []byte("dynamic")
		check(t, call(t, p, "UpperBytes", b)[0], len(b))
		check(t, string(b), "DYNAMIC")
	})
	t.Run("two slices", func(t *testing.T) {
		dst, src := make([]byte, 8), []byte{1, 0xab}
		check(t, bound[func(dst, src []byte) int](t, p, "HexInto")(dst, src), 4)
		check(t, string(dst[:4]), "01ab")
	})
	t.Run("numbers", func(t *testing.T) {
		x := []float64{1, 2, 3}
		check(t, bound[func([]float64, float64) float64](t, p, "ScaleAll")(x, 2), 12)
		check(t, x, []float64{2, 4, 6})
		a, b, c, d := []int16{2, 4, 6}, []uint32{1 << 31}, []complex128{4 + 2i, 6}, []int8{-4, 8}
		bound[func([]int16, []uint32, []complex128, []int8) int](t, p, "Halve")(a, b, c, d)
		check(t, []any{a, b, c, d}, "[[1 2 3] [1073741824] [(2+1i) (3+0i)] [-2 4]]")
	})
	t.Run("other type", func(t *testing.T) {
		x := []any{1.0, 2.0}
		call(t, p, "ScaleAll", x, 3)
		check(t, x, []any{3.0, 6.0})
		small := []int32{1, 2}
		call(t, p, "ScaleAll", small, 3)
		check(t, small, []int32{3, 6})
		_, err := p.Call(context.Background(), "ScaleAll", small, 0.5)
		if err == nil {
			t.Errorf("got %v and no error, want one, because a half is no int32", small)
		}
	})
	t.Run("strings", func(t *testing.T) {
		names := []string{"a", "b", "c"}
		check(t, bound[func([]string) int](t, p, "ReverseNames")(names), 3)
		check(t, names, []string{"c", "b", "a"})
		call(t, p, "ReverseNames", names)
		check(t, names, []string{"a", "b", "c"})
		names = []string{"a", "a", "b"}
		check(t, bound[func([]string) []string](t, p, "CompactNames")(names), []string{"a", "b"})
		check(t, fmt.Sprintf("%q", names), `["a" "b" ""]`)
	})
	t.Run("structs", func(t *testing.T) {
		list := []Entry{{"a", 1, []string{"x"}}, {"b", 2, []string{"y"}}}
		check(t, bound[func([]Entry) int](t, p, "BumpEntries")(list), 2)
		check(t, list, "[{a 2 [x!]} {b 3 [y!]}]")
		call(t, p, "BumpEntries", list)
		check(t, list, "[{a 3 [x!!]} {b 4 [y!!]}]")
		bound[func(Entry) int](t, p, "TagEntry")(list[0])
		check(t, list[0], "{a 3 [tagged]}")
	})
	t.Run("objects", func(t *testing.T) {
		one, two := call(t, p, "NewPainter", 1)[0], call(t, p, "NewPainter", 2)[0]
		list := []any{one, "text", two}
		call(t, p, "ReverseAny", list)
		if list[0] != two || list[1] != "text" || list[2] != one {
			t.Errorf("got %v, want the objects in the other order", list)
		}
		bound[func([]any) int](t, p, "ReverseAny")(list)
		if list[0] != one || list[2] != two {
			t.Errorf("got %v, want the objects in their first order", list)
		}
	})
	t.Run("variadic", func(t *testing.T) {
		names := []string{"a", "b"}
		check(t, bound[func(...string) int](t, p, "UpperNames")(names...), 2)
		check(t, names, []string{"A", "B"})
		x := []int{1, 2}
		check(t, bound[func(...int) int](t, p, "DoubleAll")(x...), 6)
		check(t, x, []int{2, 4})
		call(t, p, "DoubleAll", x)
		check(t, x, []int{4, 8})
	})
	t.Run("map with results", func(t *testing.T) {
		counts := map[string]int{"gone": 1, "kept": 2}
		n, ok := bound[func(map[string]int, string) (int, bool)](t, p, "CountIn")(counts, "new")
		check(t, fmt.Sprint(n, ok), "1 true")
		if want := map[string]int{"kept": 2, "new": 1}; !maps.Equal(counts, want) {
			t.Errorf("got %v, want %v", counts, want)
		}
		call(t, p, "CountIn", counts, "new")
		check(t, counts["new"], 2)
	})
	t.Run("method", func(t *testing.T) {
		painter := call(t, p, "NewPainter", '#')[0].(*winplugin.Object)
		b, names := make([]byte, 3), make([]string, 2)
		if _, err := painter.Call(context.Background(), "Paint", b); err != nil {
			t.Fatal(err)
		}
		check(t, string(b), "###")
		if _, err := painter.Call(context.Background(), "Label", names); err != nil {
			t.Fatal(err)
		}
		check(t, names, []string{"#", "#"})
		paint, err := winplugin.Method[func([]byte) int](painter, "Paint")
		if err != nil {
			t.Fatal(err)
		}
		b = make([]byte, 2)
		paint(b)
		check(t, string(b), "##")
	})
	t.Run("func of the plugin", func(t *testing.T) {
		painter := bound[func(byte) *winplugin.Object](t, p, "NewPainter")('+')
		brush, err := winplugin.Method[func() func([]byte) int](painter, "Brush")
		if err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 2)
		brush()(b)
		check(t, string(b), "++")
	})
	t.Run("func of the host", func(t *testing.T) {
		names, counts := bound[func(func([]string, map[string]int) int) ([]string, map[string]int)](t, p, "FillBy")(func(names []string, counts map[string]int) int {
			names[0], counts["b"] = "x", 2
			return 1
		})
		check(t, fmt.Sprint(names, counts), "[x b] map[a:1 b:2]")
	})
	t.Run("numbers of a func of the host", func(t *testing.T) {
		fill := bound[func(func([]byte, []float64) int) ([]byte, []float64, int)](t, p, "FillNumbersBy")
		b, x, n := fill(func(b []byte, x []float64) int {
			b[0], x[1] = 'x', 3
			return len(b)
		})
		check(t, fmt.Sprintf("%s %v %d", b, x, n), "axc [1 3] 2")
		upper := bound[func(func([]byte) int) []byte](t, p, "FillBytesBy")
		check(t, string(upper(func(b []byte) int { b[0] = 'X'; return 1 })), "Xbc")
	})
	t.Run("append", func(t *testing.T) {
		b := append(make([]byte, 0, 8), "abc"...)
		check(t, string(bound[func([]byte) []byte](t, p, "AppendTo")(b)), "zbcxy")
		check(t, fmt.Sprintf("%q", b[:5]), `"abc\x00\x00"`)
	})
	t.Run("part", func(t *testing.T) {
		b := []byte("abcdef")
		bound[func([]byte) int](t, p, "UpperBytes")(b[2:4])
		check(t, string(b), "abCDef")
	})
	t.Run("nil and empty", func(t *testing.T) {
		upper := bound[func([]byte) int](t, p, "UpperBytes")
		check(t, upper(nil)+upper([]byte{}), 0)
		reverse := bound[func([]string) int](t, p, "ReverseNames")
		check(t, reverse(nil)+reverse([]string{}), 0)
		check(t, call(t, p, "UpperBytes", nil)[0], 0)
	})
	t.Run("same slice twice", func(t *testing.T) {
		xor := bound[func(dst, a, b []byte) int](t, p, "XorInto")
		b := []byte{1, 2, 3}
		xor(b, b, []byte{1, 1, 1})
		check(t, b, []byte{0, 3, 2})
		xor(b, []byte{1, 1, 1}, b)
		check(t, b, []byte{1, 2, 3})
		xor(b, b, b)
		check(t, b, []byte{0, 0, 0})
		names := []string{"a", "b", "c"}
		bound[func(dst, src []string) int](t, p, "MoveNames")(names, names)
		check(t, names, []string{"a", "b", "c"})
	})
	t.Run("overlapping", func(t *testing.T) {
		shift := bound[func(dst, src []byte) int](t, p, "ShiftBytes")
		b := []byte("abcdef")
		shift(b[1:], b[:5]) // each byte is read after the one before was written
		check(t, string(b), "aaaaaa")
		b = []byte("abcdef")
		shift(b, b[2:])
		check(t, string(b), "cdefef")
		names := []string{"a", "b", "c"}
		bound[func(dst, src []string) int](t, p, "MoveNames")(names, names[1:])
		check(t, names, []string{"b", "c", "c"})
	})
	t.Run("panic", func(t *testing.T) {
		b := []byte("abc")
		_, err := p.Call(context.Background(), "PanicAfterWriting", b)
		var panicked *winplugin.PanicError
		if !errors.As(err, &panicked) {
			t.Errorf("got error %v, want a *PanicError", err)
		}
		check(t, string(b), "pbc")
	})
}

// Memory that a function only reads, and elements that it does not change, are not written, so
// other goroutines may use them meanwhile.
func TestWritesNothingUnchanged(t *testing.T) {
	p := objects(t)
	written := make(map[string][]string)
	for _, f := range p.Manifest().Functions {
		for _, param := range f.Params {
			if param.Written || param.InOut {
				written[f.Name] = append(written[f.Name], param.Name)
			}
		}
	}
	for name, want := range map[string][]string{
		"AddUp": nil, "HexInto": {"dst"}, "XorInto": {"dst"}, "ShiftBytes": {"dst"}, "UpperNames": {"names"}, "MoveNames": {"dst"}, "LookAt": {"p", "names"},
	} {
		if got := written[name]; !slices.Equal(got, want) {
			t.Errorf("%s writes to %v, want %v", name, got, want)
		}
	}
	t.Run("read", func(t *testing.T) {
		x, b, names := []float64{1, 2, 3}, []byte("abc"), []string{"a", "b"}
		add, look := bound[func([]float64) float64](t, p, "AddUp"), bound[func([]byte, []string) int](t, p, "LookAt")
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				for range 100 {
					if got := add(x); got != 6 {
						t.Errorf("got sum %v, want 6", got)
					}
					if got := look(b, names); got != 5 {
						t.Errorf("got %d, want 5", got)
					}
				}
			})
		}
		group.Wait()
	})
	// Each goroutine passes the whole slice, and writes to a part of its own.
	t.Run("parts", func(t *testing.T) {
		if raceDetector {
			t.Skip("arguments are copied as a whole, which the race detector takes for a race")
		}
		x := make([]float64, 400)
		set := bound[func([]float64, int, int, float64) int](t, p, "SetRange")
		var group sync.WaitGroup
		for g := range 4 {
			group.Go(func() {
				for round := range 200 {
					set(x, 100*g, 100*(g+1), float64(round*4+g))
					for i, v := range x[100*g : 100*(g+1)] {
						if v != float64(round*4+g) {
							t.Errorf("round %d: element %d is %v, want %v", round, 100*g+i, v, round*4+g)
							return
						}
					}
				}
			})
		}
		group.Wait()
	})
}
