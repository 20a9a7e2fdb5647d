package e2e

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// identifiers is a package with a type whose values are objects in dynamic calls.
const identifiers = `package identifiers

import (
	"fmt"
	"slices"
)

type ID [2]byte

func (id ID) String() string { return fmt.Sprintf("%d.%d", id[0], id[1]) }

func New(a, b byte) ID { return ID{a, b} }

func Sort(ids []ID) { slices.SortFunc(ids, func(a, b ID) int { return slices.Compare(a[:], b[:]) }) }
`

// What a function writes to the elements of a slice arrives also where these are objects that stand
// for values.
func TestElementsThatAreObjects(t *testing.T) {
	rebuilds(t)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "identifiers.go"), identifiers)
	p := open(t, dir)
	id := func(a, b byte) *winplugin.Object { return call(t, p, "New", a, b)[0].(*winplugin.Object) }
	const want = "[1.0 1.5 2.0]"
	t.Run("bound", func(t *testing.T) {
		sort, err := winplugin.Func[func([]*winplugin.Object)](p, "Sort")
		if err != nil {
			t.Fatal(err)
		}
		ids := []*winplugin.Object{id(2, 0), id(1, 5), id(1, 0)}
		middle := ids[1]
		if sort(ids); fmt.Sprint(ids) != want || ids[1] != middle {
			t.Errorf("got %v, element 1 the same: %t; want %s, true", ids, ids[1] == middle, want)
		}
	})
	t.Run("dynamic", func(t *testing.T) {
		ids := []any{id(2, 0), id(1, 5), id(1, 0)}
		if _, err := p.Call(context.Background(), "Sort", ids); err != nil || fmt.Sprint(ids) != want {
			t.Errorf("got %v, error %v, want %s", ids, err, want)
		}
	})
}
