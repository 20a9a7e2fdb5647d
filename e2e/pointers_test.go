package e2e

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/google/go-cmp/cmp"
)

// A pointedBox has the structure of the plugin's Box.
type pointedBox struct {
	N    int
	Tags map[string]int
	Next *pointedBox
}

type pointedShelf struct {
	Name string
	Box  *pointedBox
	Pair [2]*pointedBox
}

type pointedGrade int

// What the plugin writes to where pointers of the host point to is there after the call,
// wherever in the arguments the pointers are.
func TestPointersAreWritten(t *testing.T) {
	p := objects(t)
	dynamic := func(function string, args ...any) error {
		_, err := p.Call(t.Context(), function, args...)
		return err
	}
	tests := []struct {
		name string
		call func(b *pointedBox) error
	}{
		{"parameter", func(b *pointedBox) error { bound[func(*pointedBox)](t, p, "Grow")(b); return nil }},
		{"receiver", func(b *pointedBox) error { bound[func(*pointedBox)](t, p, "Box.GrowBig")(b); return nil }},
		{"variadic", func(b *pointedBox) error { bound[func(...*pointedBox) int](t, p, "GrowAll")(nil, b); return nil }},
		{"element", func(b *pointedBox) error {
			bound[func([]*pointedBox)](t, p, "GrowList")([]*pointedBox{b, nil})
			return nil
		}},
		{"value of a map", func(b *pointedBox) error {
			bound[func(map[string]*pointedBox)](t, p, "GrowMap")(map[string]*pointedBox{"b": b})
			return nil
		}},
		{"field", func(b *pointedBox) error {
			bound[func(pointedShelf)](t, p, "GrowShelf")(pointedShelf{Name: "s", Box: b})
			return nil
		}},
		{"array in a field", func(b *pointedBox) error {
			bound[func(pointedShelf)](t, p, "GrowShelf")(pointedShelf{Pair: [2]*pointedBox{nil, b}})
			return nil
		}},
		{"parameter of a dynamic call", func(b *pointedBox) error { return dynamic("Grow", b) }},
		{"variadic of a dynamic call", func(b *pointedBox) error { return dynamic("GrowAll", nil, b) }},
		{"element of a dynamic call", func(b *pointedBox) error { return dynamic("GrowList", []*pointedBox{b}) }},
		{"value of a map of a dynamic call", func(b *pointedBox) error { return dynamic("GrowMap", map[string]*pointedBox{"b": b}) }},
		{"field of a dynamic call", func(b *pointedBox) error { return dynamic("GrowShelf", pointedShelf{Box: b}) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tags, next := map[string]int{"old": 1}, &pointedBox{N: 5}
			b := &pointedBox{N: 1, Tags: tags, Next: next}
			if err := test.call(b); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&pointedBox{N: 2, Tags: map[string]int{"old": 1, "grown": 2}, Next: &pointedBox{N: 15}}, b); diff != "" {
				t.Errorf("got another box (-want +got):\n%s", diff)
			}
			if tags["grown"] != 2 || next.N != 15 || b.Next != next {
				t.Errorf("got %v and %v where the box pointed to, want them changed", tags, next)
			}
		})
	}
}

// Numbers, lists and maps behind pointers, and pointers that form a ring.
func TestPointersToParts(t *testing.T) {
	p := objects(t)
	n, g, list, m := 1, pointedGrade(2), []int{1}, map[string]int{}
	bound[func(*int, *pointedGrade, *[]int, *map[string]int)](t, p, "GrowParts")(&n, &g, &list, &m)
	if n != 2 || g != 3 || len(list) != 2 || m["n"] != 2 {
		t.Errorf("got %d, %d, %v, %v, want all of them changed", n, g, list, m)
	}
	call(t, p, "GrowParts", &n, &g, &list, &m)
	if n != 3 || g != 4 || len(list) != 3 || m["n"] != 3 {
		t.Errorf("dynamic: got %d, %d, %v, %v, want all of them changed", n, g, list, m)
	}
	ring := &pointedBox{N: 1, Tags: map[string]int{}, Next: &pointedBox{N: 2}}
	ring.Next.Next = ring
	bound[func(*pointedBox)](t, p, "Grow")(ring)
	if ring.N != 2 || ring.Next.N != 12 || ring.Next.Next != ring {
		t.Errorf("ring: got %d and %d, want 2 and 12, and the ring", ring.N, ring.Next.N)
	}
	if got := call(t, p, "Grow", map[string]any{"N": 1, "Tags": map[string]int{}}); len(got) != 0 {
		t.Errorf("from a map: got %v, want no result", got)
	}
}

// What the plugin does not change is not written, so goroutines may share it.
func TestPointersAreShared(t *testing.T) {
	p := objects(t)
	weigh, b := bound[func(...*pointedBox) int](t, p, "Weigh"), &pointedBox{N: 3, Tags: map[string]int{"a": 1}}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				if got := weigh(b, b); got != 6 {
					t.Errorf("got %d, want 6", got)
					return
				}
			}
		})
	}
	wg.Wait()
}

// Objects are no copies, so they are as the plugin has them.
func TestPointersToObjects(t *testing.T) {
	p := objects(t)
	b, err := p.New("Box", pointedBox{N: 1, Tags: map[string]int{}})
	if err != nil {
		t.Fatal(err)
	}
	bound[func(*winplugin.Object)](t, p, "Grow")(b)
	if n, err := b.Get("N"); err != nil || n != 2 {
		t.Errorf("got %v, %v, want 2, nil", n, err)
	}
}

type pointedTray struct {
	Name  string
	Tags  map[string]int
	Sizes []float64
	Inner [2]struct{ List []string }
	Any   any
}

// With the directive inout the host gets what the plugin writes to the maps and slices in a struct.
func TestInOutStructs(t *testing.T) {
	p := objects(t)
	made := func() pointedTray {
		tray := pointedTray{Name: "n", Tags: map[string]int{"a": 1}, Sizes: []float64{1, 2}, Any: map[string]int{"x": 1}}
		tray.Inner[1].List = []string{"b"}
		return tray
	}
	want := made()
	want.Tags["filled"], want.Sizes[0], want.Sizes[1], want.Inner[1].List[0] = 1, 2, 3, "filled"
	want.Any = map[string]int{"x": 1, "filled": 1}
	for name, fill := range map[string]func(t *testing.T, tray pointedTray){
		"bound":  func(t *testing.T, tray pointedTray) { bound[func(pointedTray)](t, p, "FillTray")(tray) },
		"called": func(t *testing.T, tray pointedTray) { call(t, p, "FillTray", tray) },
		"array": func(t *testing.T, tray pointedTray) {
			bound[func([1]pointedTray)](t, p, "FillTrays")([1]pointedTray{tray})
		},
		"array, dynamic": func(t *testing.T, tray pointedTray) { call(t, p, "FillTrays", [1]pointedTray{tray}) },
	} {
		t.Run(name, func(t *testing.T) {
			got := made()
			fill(t, got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("got (+), want (-):\n%s", diff)
			}
		})
	}
}

// What a function has written before it panics is written, as in one program.
func TestPointersAfterPanic(t *testing.T) {
	p := objects(t)
	for code, want := range []string{"index out of range", "full"} {
		t.Run(want, func(t *testing.T) {
			n := 1
			_, err := p.Call(context.Background(), "GrowAndPanic", &n, code)
			var e *winplugin.PanicError
			if !errors.As(err, &e) || !strings.Contains(err.Error(), want) || n != 2 {
				t.Errorf("got %d, %v, want 2 and a panic with %q", n, err, want)
			}
		})
	}
}
