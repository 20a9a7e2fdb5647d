package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"image/color"
	"math/big"
	"net/netip"
	"path/filepath"
	"testing"
	"time"
)

// hidden is a package whose signatures mention none of the types that its values have.
const hidden = `package hidden

import (
	"encoding/json"
	"fmt"
	"image/color"
	"math/big"
	"net/netip"
	"time"
)

func Values() map[string]any {
	return map[string]any{
		"float": big.NewFloat(2.5), "rat": big.NewRat(1, 3), "number": json.Number("7"), "month": time.March,
		"addr": netip.MustParseAddr("::1"), "color": color.RGBA{1, 2, 3, 4},
	}
}

func Each(f func(v any) bool) (n int) {
	for _, v := range []any{big.NewRat(1, 3), json.Number("7")} {
		if f(v) {
			n++
		}
	}
	return n
}

func Type(v any) string {
	switch v := v.(type) {
	case *big.Rat, json.Number, netip.Addr:
		return fmt.Sprintf("%T %v", v, v)
	}
	return fmt.Sprintf("another %T", v)
}
`

// Values of types that the host always has arrive as such in an any, also if the plugin's
// signatures do not mention the types.
func TestHostTypesInAny(t *testing.T) {
	rebuilds(t)
	dir := t.TempDir()
	write(t, filepath.Join(dir, "hidden.go"), hidden)
	p := open(t, dir)
	values := call(t, p, "Values")[0].(map[string]any)
	for key, want := range map[string]any{
		"float": big.NewFloat(2.5), "rat": big.NewRat(1, 3), "number": json.Number("7"), "month": time.March,
		"addr": netip.MustParseAddr("::1"), "color": color.RGBA{1, 2, 3, 4},
	} {
		t.Run(key, func(t *testing.T) {
			if got, want := fmt.Sprintf("%T %[1]v", values[key]), fmt.Sprintf("%T %[1]v", want); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
	t.Run("in a callback", func(t *testing.T) {
		var types []string
		results, err := p.Call(context.Background(), "Each", func(v any) bool {
			types = append(types, fmt.Sprintf("%T", v))
			return true
		})
		if got, want := fmt.Sprint(results, err, types), "[2] <nil> [*big.Rat json.Number]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
	for _, v := range []any{big.NewRat(1, 3), json.Number("7"), netip.MustParseAddr("::1")} {
		want := fmt.Sprintf("%T %[1]v", v)
		t.Run("from the host "+want, func(t *testing.T) {
			if got := call(t, p, "Type", v)[0]; got != want {
				t.Errorf("got %v, want %s", got, want)
			}
		})
	}
}
