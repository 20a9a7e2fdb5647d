package e2e

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Constants are values of the host, and name arguments of their types.
func TestConstants(t *testing.T) {
	p := openTypes(t)
	for name, want := range map[string]any{
		"Dark": uint8(1), "Light": uint8(2), "Retries": 3, "Huge": uint64(1 << 63), "Quarter": 0.25, "Greeting": "hi", "Wait": 3 * time.Second,
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := p.Const(name); err != nil || got != want {
				t.Errorf("Const gives %v (%T), %v, want %v (%T)", got, got, err, want, want)
			}
			if got, err := p.Lookup(name); err != nil || got != want {
				t.Errorf("Lookup gives %v (%T), %v, want %v (%T)", got, got, err, want, want)
			}
		})
	}
	t.Run("missing", func(t *testing.T) {
		if got, err := p.Const("Drak"); !errors.Is(err, winplugin.ErrNotFound) || !strings.Contains(err.Error(), "Dark") {
			t.Errorf("got %v, %v, want ErrNotFound that proposes Dark", got, err)
		}
	})
	t.Run("arguments", func(t *testing.T) {
		for _, test := range []struct {
			function string
			args     []any
			want     int
		}{{"Shaded", []any{"Light"}, 2}, {"Shades", []any{"Light", 5, "Dark"}, 8}, {"Shades", []any{}, 0}} {
			t.Run(fmt.Sprint(test.function, test.args), func(t *testing.T) {
				got, err := p.Call(context.Background(), test.function, test.args...)
				if err != nil || fmt.Sprint(got) != fmt.Sprint([]any{test.want}) {
					t.Errorf("got %v, %v, want %d", got, err, test.want)
				}
			})
		}
		if got, err := p.Call(context.Background(), "Shaded", "Bright"); err == nil {
			t.Errorf("an unknown name as an argument gives %v, want an error", got)
		}
	})
	t.Run("Var", func(t *testing.T) {
		type shade uint8
		v, err := winplugin.Var[shade](p, "Light")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := v.Get(); got != 2 || err != nil {
			t.Errorf("Get gives %v, %v, want 2", got, err)
		}
		if err := v.Set(3); err == nil {
			t.Error("a constant was set, want an error")
		}
		if _, err := winplugin.Var[string](p, "Light"); err == nil {
			t.Error("Light is bound as a string, want an error")
		}
	})
}
