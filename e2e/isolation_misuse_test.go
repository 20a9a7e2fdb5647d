//go:build linux || (windows && amd64)

package e2e

import (
	"context"
	"errors"
	"runtime"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() { wants["hostile"] = []winplugin.Option{winplugin.WithoutPolicy()} }

// openHostile opens testdata/hostile in a process of its own.
func openHostile(t *testing.T, opts ...winplugin.Option) *winplugin.Plugin {
	t.Helper()
	if !isolates() {
		t.Skip("plugins of this bridge run in no process of their own")
	}
	return open(t, built(t, "hostile"), append(opts, winplugin.WithIsolation(winplugin.Process))...)
}

// A plugin that breaks what it shares with the host breaks itself alone.
func TestIsolatedMisuse(t *testing.T) {
	const lanes = 64 << 10 // where those of calls begin, and the size of each
	for _, test := range []struct {
		name     string
		function string
		args     []any
		ends     bool
		linux    bool // elsewhere there are no such descriptors, and the system has no memory for more lanes yet
	}{
		{"closes its descriptors", "Close", nil, false, true},
		{"makes the section shorter", "Shrink", nil, bridge == winplugin.Program, true}, // others are sealed
		{"overwrites the header", "Scribble", []any{0, lanes, byte(0)}, false, false},
		{"overwrites the header and ends", "ScribbleAndExit", []any{0, lanes, byte(0)}, true, false},
		{"fills the header and ends", "ScribbleAndExit", []any{0, lanes, byte(255)}, true, false},
		{"fills the lane and ends", "ScribbleAndExit", []any{lanes, lanes, byte(255)}, true, false},
		{"overwrites the lanes and ends", "ScribbleAndExit", []any{lanes, 1 << 20, byte(0)}, true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.linux && runtime.GOOS != "linux" {
				t.Skip("for Linux")
			}
			if bridge == winplugin.Program && test.function == "Close" {
				t.Skip("a program ends without its pipes")
			}
			if bridge == winplugin.Program && test.function == "Shrink" {
				skipInQemu(t)
			}
			p := openHostile(t)
			if got, err := bound[func(int, int) (int, error)](t, p, "Add")(1, 2); got != 3 || err != nil {
				t.Fatalf("Add: got %d, %v, want 3", got, err)
			}
			within(t, "call", func() {
				_, err := p.Call(context.Background(), test.function, test.args...)
				var crash *winplugin.CrashError
				if errors.As(err, &crash) != test.ends || !test.ends && err != nil {
					t.Errorf("got %v, want a CrashError: %t", err, test.ends)
				}
			})
			within(t, "close", func() { _ = p.Close() })
		})
	}
}
