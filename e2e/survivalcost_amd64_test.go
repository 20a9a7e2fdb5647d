//go:build linux || windows

package e2e

import (
	"runtime"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
)

// BenchmarkScalarSurvival compares Add(int, int) int in a library that ends alone with the same
// call in a library that does not.
func BenchmarkScalarSurvival(b *testing.B) {
	if bridge != winplugin.Pure {
		b.Skip("plugins of the pure bridge end alone")
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	calls := func(name string, opt plugin.Options) func(n int) {
		path, err := copyLibrary(kitchen(b), name)
		if err != nil {
			b.Fatal(err)
		}
		p := backend(b, path, opt)
		s := lookup(b, p, "Add")
		return func(n int) {
			for i := range n {
				if sum, err := add(p, s, i, 1); err != nil || sum != i+1 {
					b.Fatalf("Add: got %d, %v, want %d, nil", sum, err, i+1)
				}
			}
		}
	}
	compare(b, "on", calls("survival_on", plugin.Options{}), calls("survival_off", plugin.Options{NoSurvival: true}))
}

// BenchmarkFuncRestart compares the func Add of a plugin that is opened again with that of one
// that is not.
func BenchmarkFuncRestart(b *testing.B) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	calls := func(name string, opts ...winplugin.Option) func(n int) {
		path, err := copyLibrary(kitchen(b), name)
		if err != nil {
			b.Fatal(err)
		}
		p, err := winplugin.Open(path, opts...)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = p.Close() })
		add := bound[func(int, int) int](b, p, "Add")
		return func(n int) {
			for i := range n {
				if sum := add(i, 1); sum != i+1 {
					b.Fatalf("Add: got %d, want %d", sum, i+1)
				}
			}
		}
	}
	compare(b, "restart", calls("restart_on", winplugin.WithRestart(winplugin.RestartPolicy{})), calls("restart_off"))
}
