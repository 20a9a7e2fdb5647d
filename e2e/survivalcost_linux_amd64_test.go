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
