package e2e

import (
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// iterators returns the plugin with iterators, unless a Go built it that had none.
func iterators(t *testing.T) *winplugin.Plugin {
	t.Helper()
	p := objects(t)
	if _, i := p.Manifest().Lookup("Count"); i < 0 && strings.HasPrefix(p.Manifest().GoVersion, "go1.22") {
		t.Skip("Go 1.22 has no iterators")
	}
	return p
}

// Iterators of the plugin's: to their end, and stopped early, after which the plugin's
// has cleaned up.
func TestObjectsIterators(t *testing.T) {
	p := iterators(t)
	ended := bound[func() int](t, p, "Ended")
	count := bound[func(int) iter.Seq[int]](t, p, "Count")
	pairs := bound[func(...string) iter.Seq2[int, string]](t, p, "Pairs")
	before := ended()
	if have := slices.Collect(count(4)); !slices.Equal(have, []int{0, 1, 2, 3}) {
		t.Errorf("Count: got %v, want %v", have, []int{0, 1, 2, 3})
	}
	if diff := cmp.Diff(map[int]string{0: "a", 1: "b"}, maps.Collect(pairs("a", "b"))); diff != "" {
		t.Errorf("Pairs: got others (-want +got):\n%s", diff)
	}
	sum := 0
	for v := range count(1 << 40) {
		if sum += v; v == 3 {
			break
		}
	}
	for i, w := range pairs("a", "b", "c") {
		if i == 1 && w == "b" {
			break
		}
	}
	if n := ended() - before; sum != 6 || n != 4 {
		t.Errorf("sum: got %d, %d of 4 iterations have ended, want 6 and 4", sum, n)
	}
	// One is used again, also within itself.
	var squares []int
	numbers := count(3)
	for a := range numbers {
		for b := range numbers {
			squares = append(squares, a*b)
		}
	}
	if diff := cmp.Diff([]int{0, 0, 0, 0, 1, 2, 0, 2, 4}, squares); diff != "" {
		t.Errorf("got other products (-want +got):\n%s", diff)
	}
	func() {
		defer func() {
			var panicked *winplugin.PanicError
			if err, _ := recover().(error); !errors.As(err, &panicked) || panicked.Value != "from the loop" {
				t.Errorf("recovered: got %v, want a %T and \"from the loop\"", err, panicked)
			}
		}()
		before = ended()
		for range count(5) {
			panic("from the loop")
		}
	}()
	if n := ended() - before; n != 1 {
		t.Errorf("after a panic in the loop: got %d iterations that have ended, want 1", n)
	}
}

// Iterators of the host's in the plugin.
func TestObjectsIteratorsOfTheHost(t *testing.T) {
	p := iterators(t)
	stopped := 0
	endless := func(yield func(int) bool) {
		defer func() { stopped++ }()
		for i := 0; yield(i); i++ {
		}
	}
	if sum := bound[func(iter.Seq[int], int) int](t, p, "Take")(endless, 4); sum != 6 || stopped != 1 {
		t.Errorf("Take: got %d, stopped %d times, want 6 and 1", sum, stopped)
	}
	words := func(yield func(int, string) bool) {
		defer func() { stopped++ }()
		for i := 0; yield(i, string(rune('a'+i))); i++ {
		}
	}
	take := bound[func(iter.Seq2[int, string], int) map[int]string](t, p, "TakePairs")
	if diff := cmp.Diff(map[int]string{0: "a", 1: "b"}, take(words, 2)); diff != "" || stopped != 2 {
		t.Errorf("got %d stops, want 2; pairs differ (-want +got):\n%s", stopped, diff)
	}
	if diff := cmp.Diff(map[int]string{0: "x", 1: "y"}, take(slices.All([]string{"x", "y"}), 9)); diff != "" {
		t.Errorf("TakePairs: got others (-want +got):\n%s", diff)
	}
	// The plugin's own comes back.
	count := bound[func(int) iter.Seq[int]](t, p, "Count")
	if sum := bound[func(iter.Seq[int], int) int](t, p, "Take")(count(4), 9); sum != 6 {
		t.Errorf("an iterator that came back: got %d, want 6", sum)
	}
}

// iter.Pull over an iterator of the other side, alone and below another iterator.
func TestObjectsPull(t *testing.T) {
	p := iterators(t)
	ended := bound[func() int](t, p, "Ended")
	count := bound[func(int) iter.Seq[int]](t, p, "Count")
	scan := bound[func(int, func(int) bool) error](t, p, "Scan")
	even := func(seq iter.Seq[int]) iter.Seq[int] {
		return func(yield func(int) bool) {
			for v := range seq {
				if v%2 == 0 && !yield(v) {
					return
				}
			}
		}
	}
	before := ended()
	next, stop := iter.Pull(even(count(1 << 40)))
	for want := range 3 {
		if v, ok := next(); v != 2*want || !ok {
			t.Errorf("%d, %t, want %d", v, ok, 2*want)
		}
	}
	stop()
	if n := ended() - before; n != 1 {
		t.Errorf("after stop: got %d iterations that have ended, want 1", n)
	}
	key, stop2 := iter.Pull2(bound[func(...string) iter.Seq2[int, string]](t, p, "Pairs")("a"))
	if i, w, ok := key(); i != 0 || w != "a" || !ok {
		t.Errorf("got key %d, value %q, more %t, want 0, a, true", i, w, ok)
	}
	if _, _, ok := key(); ok {
		t.Error("got another pair after the last, want none")
	}
	stop2()
	from, stop3 := iter.Pull(func(yield func(int) bool) {
		if err := scan(7, yield); err != nil {
			t.Error(err)
		}
	})
	if v, ok := from(); v != 7 || !ok {
		t.Errorf("got %d, %t, want 7, true", v, ok)
	}
	stop3()
	// In the plugin, with iterators of either side.
	dot := bound[func(a, b iter.Seq[int]) int](t, p, "Dot")
	cleaned := 0
	mine := func(n int) iter.Seq[int] {
		return func(yield func(int) bool) {
			defer func() { cleaned++ }()
			for i := 0; i < n && yield(i); i++ {
			}
		}
	}
	for _, sum := range []int{dot(mine(4), mine(100)), dot(count(4), mine(100)), dot(mine(4), count(100)), dot(mine(4), even(mine(7)))} {
		if sum != 14 && sum != 2*14 {
			t.Errorf("got the sum %d, want 14 or 28", sum)
		}
	}
	if cleaned != 6 {
		t.Errorf("got %d ended iterations of the host, want 6", cleaned)
	}
}
