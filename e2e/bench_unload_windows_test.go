package e2e

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
)

// BenchmarkUnload measures what unloading costs: loading and calling a library with the
// hooks and without them, in one run, and unloading an idle one.
func BenchmarkUnload(b *testing.B) {
	path := prebuiltKitchen(b)
	b.Run("unload", func(b *testing.B) {
		own, err := copyLibrary(path, "bench_idle")
		if err != nil {
			b.Fatal(err)
		}
		var times []float64
		for range 200 {
			p := backend(b, own, plugin.Options{})
			start := time.Now()
			if err := p.Close(context.Background()); err != nil {
				b.Fatal(err)
			}
			times = append(times, milliseconds(start))
		}
		b.ReportMetric(median(times), "ms")
		b.ReportMetric(0, "ns/op")
	})
	b.Run("load", func(b *testing.B) {
		var paths [12][2]string
		for n := range paths {
			for i := range paths[n] {
				var err error
				if paths[n][i], err = copyLibrary(path, fmt.Sprintf("bench_unload_%d_%d", n, i)); err != nil {
					b.Fatal(err)
				}
			}
		}
		time.Sleep(time.Second) // a file that was just written loads slowly
		var times [2][]float64
		for n := range paths {
			for i, opt := range []plugin.Options{{}, {NoUnload: true}} {
				start := time.Now()
				backend(b, paths[n][i], opt)
				times[i] = append(times[i], milliseconds(start))
			}
		}
		reportHooks(b, times, "ms")
	})
	b.Run("call", func(b *testing.B) {
		var run [2]func(n int)
		for i, opt := range []plugin.Options{{}, {NoUnload: true}} {
			own, err := copyLibrary(path, fmt.Sprintf("bench_call_%d", i))
			if err != nil {
				b.Fatal(err)
			}
			p := backend(b, own, opt)
			s := lookup(b, p, "Add")
			run[i] = func(n int) {
				for j := range n {
					if sum, err := add(p, s, j, 1); err != nil || sum != j+1 {
						b.Fatalf("Add: got %d, %v, want %d, nil", sum, err, j+1)
					}
				}
			}
		}
		compare(b, "hooks", run[0], run[1]) // the limit is the library without hooks
	})
}

func prebuiltKitchen(b *testing.B) string {
	b.Helper()
	if os.Getenv("WINPLUGIN_TEST_PREBUILT") == "" {
		a, err := winplugin.Build(context.Background(), copyPlugin(b, "kitchen"), options(winplugin.WithBridge(winplugin.Pure))...)
		if err != nil {
			b.Fatal(err)
		}
		return a.Path
	}
	return kitchen(b)
}

func reportHooks(b *testing.B, values [2][]float64, unit string) {
	with, without := median(values[0]), median(values[1])
	b.ReportMetric(with, "hooks-"+unit)
	b.ReportMetric(without, "without-"+unit)
	b.ReportMetric(with/without, "x-without")
	b.ReportMetric(0, "ns/op")
}
