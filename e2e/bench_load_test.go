package e2e

import (
	"errors"
	"fmt"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// BenchmarkLoadMany loads libraries, a hundred or as many as the process takes, and compares
// the last ten with the first ten. It is the same whatever b.N is, and wants a process of its
// own: -bench LoadMany$ -benchtime 1x.
func BenchmarkLoadMany(b *testing.B) {
	const most, some = 100, 10
	var paths []string
	for i := range most {
		paths = append(paths, copyOf(b, "kitchen", fmt.Sprintf("load_many_%d", i)))
	}
	var times []float64
	before := committed()
	for _, path := range paths {
		start := time.Now()
		p, err := winplugin.Open(path, options()...)
		if errors.Is(err, winplugin.ErrTooManyLibraries) {
			break
		}
		if err != nil {
			b.Fatal(err)
		}
		times = append(times, float64(time.Since(start).Microseconds())/1000)
		b.Cleanup(func() {
			if err := p.Close(); err != nil {
				b.Error(err)
			}
		})
	}
	if len(times) < 2*some {
		b.Fatalf("the process takes %d libraries, want at least %d", len(times), 2*some)
	}
	n := len(times)
	b.ReportMetric(float64(n), "libraries")
	first, last := median(times[:some]), median(times[n-some:])
	b.ReportMetric(first, "first-ms")
	b.ReportMetric(last, "last-ms")
	b.ReportMetric(last/first, "x-first")
	b.ReportMetric(float64(committed()-before)/1e6/float64(n), "MB/library")
	b.ReportMetric(0, "ns/op")
}
