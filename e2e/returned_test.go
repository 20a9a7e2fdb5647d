package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// A keeper's methods return its own maps, slices and pointers.
type keeper struct {
	header http.Header
	rows   []Row
	row    *Row
	any    map[string]any

	mu    sync.Mutex
	fresh map[string]map[string]int
}

func newKeeper() *keeper {
	return &keeper{
		header: http.Header{"Gone": {"1"}, "Kept": {"2"}}, rows: []Row{{1, map[string]string{"old": "o"}}, {N: 2}}, row: &Row{N: 3},
		any: map[string]any{"a": 1}, fresh: make(map[string]map[string]int),
	}
}

func (k *keeper) Header() http.Header { return k.header }
func (k *keeper) Rows() []Row         { return k.rows }
func (k *keeper) Row() *Row           { return k.row }
func (k *keeper) Any() any            { return k.any }
func (k *keeper) Print() string       { return fmt.Sprint(k.header, k.rows, *k.row, k.any) }

func (k *keeper) Fresh(key string) (map[string]int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	m := map[string]int{"new": len(k.fresh[key])}
	k.fresh[key] = m
	return m, nil
}

func (k *keeper) Boxed(key string) (Row, error) { return Row{1, map[string]string{"new": key}}, nil }

// printed is the methods of keeper for values behind an any.
type printed struct{ header map[string][]string }

func (p *printed) Header() map[string][]string { return p.header }

// What the plugin writes to maps, slices and pointers that methods of the host returned is in the
// host before the plugin calls the object again, and after the call.
func TestWritesToReturnedValues(t *testing.T) {
	p := objects(t)
	t.Run("write", func(t *testing.T) {
		k := newKeeper()
		header, tags, row := k.header, k.rows[0].Tags, k.row
		const want = "map[A:[1 2] Kept:[2]] [{1 map[new:n old:o]} {12 map[]}] {13 map[]} map[a:1 in:any]"
		if got := call(t, p, "WriteReturned", k)[0]; got != want {
			t.Errorf("got %v as the object is called next, want %s", got, want)
		}
		if got := fmt.Sprint(header, tags, *row); got != "map[A:[1 2] Kept:[2] Late:[2]] map[new:n old:o] {13 map[]}" {
			t.Errorf("got %s in the host's own memory", got)
		}
		if got := fmt.Sprint(k.fresh); got != "map[f:map[late:2 new:0]]" {
			t.Errorf("got %s, want what was written after the last call", got)
		}
	})
	t.Run("the host's own changes stay", func(t *testing.T) {
		k := newKeeper()
		f := bound[func(*keeper, func()) string](t, p, "ReadReturned")
		got := f(k, func() {
			k.header.Set("Host", "1")
			k.header.Del("Gone")
		})
		if want := fmt.Sprint(http.Header{"Host": {"1"}, "Kept": {"2"}, "Mine": {"1"}}); !strings.HasPrefix(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	})
	t.Run("a call within the call", func(t *testing.T) {
		k := newKeeper()
		inner := bound[func(*keeper)](t, p, "WriteInner")
		f := bound[func(*keeper, func(*keeper)) string](t, p, "WriteWithin")
		got := f(k, func(k *keeper) {
			inner(k)
			if k.header.Get("Inner") != "1" {
				t.Error("got nothing after the inner call, want what it wrote")
			}
		})
		if !strings.Contains(got, "Inner:[1] Kept:[2] Outer:[1]") {
			t.Errorf("got %s, want what both have written", got)
		}
	})
	t.Run("panic", func(t *testing.T) {
		k := newKeeper()
		if _, err := p.Call(t.Context(), "WriteAndPanic", k); err == nil || k.header.Get("Before") != "panic" {
			t.Errorf("got %v with error %v, want what was written before the panic", k.header, err)
		}
	})
	t.Run("func", func(t *testing.T) {
		m := map[string]int{"a": 1}
		call(t, p, "WriteByFunc", func() map[string]int { return m })
		if !maps.Equal(m, map[string]int{"a": 1, "plugin": 1}) {
			t.Errorf("got %v, want the plugin's entry", m)
		}
	})
	t.Run("any", func(t *testing.T) {
		v, m := &printed{map[string][]string{}}, map[string]int{}
		got := call(t, p, "WriteByAny", v, func() map[string]int { return m })[0]
		if got != "" || m["func"] != 1 || !slices.Equal(v.header["Method"], []string{"1"}) {
			t.Errorf("got %v and %v, %v, want what was written", v.header, m, got)
		}
	})
	t.Run("what does not cross", func(t *testing.T) {
		if _, err := p.Call(t.Context(), "PutWrong", newKeeper()); err == nil {
			t.Error("got no error for a func that does not cross, want one")
		}
	})
	t.Run("goroutines of the plugin", func(t *testing.T) {
		k := newKeeper()
		if _, err := p.Call(t.Context(), "WriteMany", k, 8, 100); err != nil {
			t.Fatal(err)
		}
		if len(k.fresh) != 8 {
			t.Errorf("got maps of %d goroutines, want 8", len(k.fresh))
		}
	})
	t.Run("goroutines that hand over what they got", func(t *testing.T) {
		k := newKeeper()
		if _, err := p.Call(t.Context(), "HandOver", k, 3000); err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(k.header), fmt.Sprint(newKeeper().header); got != want {
			t.Errorf("got %s, want %s without what was written after the handing over", got, want)
		}
	})
	t.Run("nothing is kept", func(t *testing.T) {
		k := newKeeper()
		call(t, p, "TakeReturned", k, 1)
		before := exported(t, p)
		call(t, p, "TakeReturned", k, 1000)
		if got := exported(t, p); got > before {
			t.Errorf("got %d values that are exported after a call, want %d", got, before)
		}
		if k.fresh["many"]["n"] != 1000 {
			t.Errorf("got %v, want the write to the last map", k.fresh["many"])
		}
	})
}
