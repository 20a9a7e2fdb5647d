package e2e

import (
	"errors"
	"testing"
)

// Row is the plugin's.
type Row struct {
	N    int
	Tags map[string]string
}

type changer struct{}

func (changer) Change(m map[string]int, rows []Row, row *Row) error {
	m["b"] = 2
	rows[0].N, row.N = 11, 12
	return errors.New("changed")
}

type anyChanger struct{ N int }

func (anyChanger) Change(m map[string]any, list []string) { m["b"], list[1] = 2, "z" }

// What a func of the host writes to maps, slices and pointers among its arguments is in the
// plugin's own, as if the func were the plugin's.
func TestCallbackWritesToArguments(t *testing.T) {
	p := objects(t)
	change := func(m map[string]any, rows []Row, row *Row, v any) error {
		m["new"] = "n"
		delete(m, "gone")
		m["in"].(map[string]any)["b"] = 2
		rows[0] = Row{N: 11}
		rows[1].Tags["y"] = "2"
		row.N, row.Tags = 13, map[string]string{"t": "u"}
		v.(map[string]int)["v"] = 14
		return errors.New("changed")
	}
	const want = "map[in:map[a:1 b:2] new:n] map[a:1 b:2] [{11 map[]} {2 map[x:1 y:2]}] map[x:1 y:2] {13 map[t:u]} map[v:14]"
	t.Run("func", func(t *testing.T) {
		got, err := bound[func(func(map[string]any, []Row, *Row, any) error) (string, error)](t, p, "ChangeBy")(change)
		if got != want || err == nil || err.Error() != "changed" {
			t.Errorf("got %s, error %v, want %s and the func's error", got, err, want)
		}
	})
	t.Run("nothing changed", func(t *testing.T) {
		const want = "map[gone:1 in:map[a:1]] map[a:1] [{1 map[]} {2 map[x:1]}] map[x:1] {3 map[]} map[v:1]"
		got, err := bound[func(func(map[string]any, []Row, *Row, any) error) (string, error)](t, p, "ChangeBy")(func(map[string]any, []Row, *Row, any) error { return nil })
		if got != want || err != nil {
			t.Errorf("got %s, error %v, want %s", got, err, want)
		}
	})
	t.Run("interface", func(t *testing.T) {
		if got, err := p.Call(t.Context(), "ChangeByObject", changer{}); got[0] != "map[a:1 b:2] [{11 map[]}] {12 map[]}" || err == nil {
			t.Errorf("got %v, error %v, want b, 11 and 12", got, err)
		}
	})
	for name, f := range map[string]any{"func in an any": anyChanger{}.Change, "method in an any": anyChanger{1}} {
		t.Run(name, func(t *testing.T) {
			if got := call(t, p, "ChangeByAny", f)[0]; got != "map[a:1 b:2] [x z]" {
				t.Errorf("got %v, want b and z", got)
			}
		})
	}
	t.Run("what does not cross", func(t *testing.T) {
		got, err := bound[func(func(map[string]any, []Row, *Row, any) error) (string, error)](t, p, "ChangeBy")(func(m map[string]any, _ []Row, _ *Row, _ any) error {
			m["func"] = func(chan int) {}
			return nil
		})
		if err == nil {
			t.Errorf("got %s for a map with a func that does not cross, want an error", got)
		}
	})
	t.Run("by the plugin meanwhile", func(t *testing.T) {
		now := bound[func()](t, p, "ChangeNow")
		if got := bound[func(func(map[string]int)) string](t, p, "ChangeTwice")(func(map[string]int) { now() }); got != "map[a:1 b:2]" {
			t.Errorf("got %s, want the plugin's own change", got)
		}
	})
}
