package e2e

import (
	"context"
	"errors"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() { wants["scribbler"] = []winplugin.Option{winplugin.WithoutPolicy()} }

// A plugin that overwrites what it shares with the host ends itself alone.
func TestIsolatedMisuse(t *testing.T) {
	if bridge != winplugin.Pure {
		t.Skip("plugins of the pure bridge run in a process of their own")
	}
	const lane = 64 << 10 // the size of the header, and of each lane behind it
	for _, test := range []struct {
		name     string
		function string
		at       int
		b        byte
		ends     bool
	}{
		{"overwrites the header", "Scribble", 0, 0, false},
		{"overwrites the header and ends", "ScribbleAndExit", 0, 0, true},
		{"fills the header and ends", "ScribbleAndExit", 0, 255, true},
		{"fills the lane and ends", "ScribbleAndExit", lane, 255, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := open(t, built(t, "scribbler"), winplugin.WithIsolation(winplugin.Process))
			if got, err := bound[func(int, int) (int, error)](t, p, "Add")(1, 2); got != 3 || err != nil {
				t.Fatalf("Add: got %d, %v, want 3", got, err)
			}
			within(t, "call", func() {
				_, err := p.Call(context.Background(), test.function, test.at, lane, test.b)
				var crash *winplugin.CrashError
				if errors.As(err, &crash) != test.ends || !test.ends && err != nil {
					t.Errorf("got %v, want a CrashError: %t", err, test.ends)
				}
			})
			within(t, "close", func() { _ = p.Close() })
		})
	}
}
