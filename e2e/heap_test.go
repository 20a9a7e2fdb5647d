package e2e

import (
	"runtime"
	"slices"
	"strings"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A plugin collects garbage when its heap reaches the target, not every 4 MB.
func TestHeapTarget(t *testing.T) {
	if isolated(t, nil) {
		return
	}
	const size, calls = 64 << 10, 1500 // some 94 MB
	text := strings.Repeat("x", size)
	for _, test := range []struct {
		name        string
		opts        []winplugin.Option
		least, most uint32 // collections
	}{
		{"default", nil, 3, 12},
		{"64MB", []winplugin.Option{winplugin.WithHeapTarget(64 << 20)}, 1, 7},
		{"Go's own", []winplugin.Option{winplugin.WithHeapTarget(1)}, 16, calls},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := copyOf(t, "kitchen", "heap_"+strings.ToLower(strings.NewReplacer("'", "", " ", "").Replace(test.name)))
			p := open(t, path, test.opts...)
			call(t, p, "Collect") // the target applies from the next collection on
			runtime.Gosched()
			before := call(t, p, "Collections")[0].(uint32)
			for range calls {
				if r := call(t, p, "Echo", text); r[0] != text {
					t.Fatal("got another text back, want the same")
				}
			}
			if got := call(t, p, "Collections")[0].(uint32) - before; got < test.least || got > test.most {
				t.Errorf("got %d collections, want %d to %d", got, test.least, test.most)
			}
		})
	}
}

// BenchmarkSlice8K compares passing 8 KB of numbers with the copy that the plugin gets.
func BenchmarkSlice8K(b *testing.B) {
	f := bound[func([]float64) float64](b, openMarket(b), "Sum")
	xs := make([]float64, 1<<10)
	b.ReportAllocs()
	compare(b, "plugin", func(n int) {
		for range n {
			if f(xs) != 0 {
				b.Fatal("got another sum, want 0")
			}
		}
	}, func(n int) {
		for range n {
			if sumHere(slices.Clone(xs)) != 0 {
				b.Fatal("got another sum, want 0")
			}
		}
	})
}
