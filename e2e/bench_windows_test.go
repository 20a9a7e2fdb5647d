package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
)

// BenchmarkBridges compares the two bridges in one run: a scalar call, loading a
// library, building after an edit, and the library's size.
func BenchmarkBridges(b *testing.B) {
	if os.Getenv("WINPLUGIN_TEST_PREBUILT") != "" {
		b.Skip("there is one library only")
	}
	dir := copyPlugin(b, "kitchen")
	kinds := []winplugin.Bridge{winplugin.Pure, winplugin.CGO}
	build := func(k winplugin.Bridge) *winplugin.Artifact {
		a, err := winplugin.Build(context.Background(), dir, options(winplugin.WithBridge(k))...)
		if err != nil {
			b.Fatal(err)
		}
		return a
	}
	var artifacts [2]*winplugin.Artifact
	var calls [2]func(n int)
	for i, k := range kinds {
		artifacts[i] = build(k)
		p := backend(b, artifacts[i].Path, plugin.Options{})
		s := lookup(b, p, "Add")
		calls[i] = func(n int) {
			for j := range n {
				if sum, err := add(p, s, j, 1); err != nil || sum != j+1 {
					b.Fatalf("Add: got %d, %v, want %d, nil", sum, err, j+1)
				}
			}
		}
	}
	b.Run("call", func(b *testing.B) {
		b.ReportAllocs()
		compare(b, "pure", calls[0], calls[1]) // the limit is the cgo bridge
	})
	b.Run("load", func(b *testing.B) {
		var paths [8][2]string
		for n := range paths {
			for i := range kinds {
				var err error
				if paths[n][i], err = copyLibrary(artifacts[i].Path, fmt.Sprintf("bench_%s_%d", kinds[i], n)); err != nil {
					b.Fatal(err)
				}
			}
		}
		time.Sleep(time.Second) // a file that was just written loads slowly
		var times [2][]float64
		for n := range paths {
			for i := range kinds {
				start := time.Now()
				backend(b, paths[n][i], plugin.Options{})
				times[i] = append(times[i], float64(time.Since(start).Microseconds())/1000)
			}
		}
		report(b, times, "ms")
	})
	b.Run("edit", func(b *testing.B) {
		var times [2][]float64
		for n := range 5 {
			edit := fmt.Sprintf("package kitchen\n\nfunc Edited() int { return %d }\n", n)
			if err := os.WriteFile(filepath.Join(dir, "edited.go"), []byte(edit), 0o600); err != nil {
				b.Fatal(err)
			}
			for i, k := range kinds {
				start := time.Now()
				build(k)
				times[i] = append(times[i], float64(time.Since(start).Milliseconds()))
			}
		}
		report(b, times, "ms")
	})
	b.Run("size", func(b *testing.B) {
		var sizes [2][]float64
		for i, a := range artifacts {
			info, err := os.Stat(a.Path)
			if err != nil {
				b.Fatal(err)
			}
			sizes[i] = []float64{float64(info.Size()) / 1e6}
		}
		report(b, sizes, "MB")
	})
}

func report(b *testing.B, values [2][]float64, unit string) {
	pure, cgo := median(values[0]), median(values[1])
	b.ReportMetric(pure, "pure-"+unit)
	b.ReportMetric(cgo, "cgo-"+unit)
	b.ReportMetric(pure/cgo, "x-cgo")
	b.ReportMetric(0, "ns/op")
}
