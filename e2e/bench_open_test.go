package e2e

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

const openedPlugin = "WINPLUGIN_TEST_OPENED"

func init() {
	// Prints how long the cache took to find the library, and Open as a whole.
	children["open"] = func() error {
		var found time.Duration
		start := time.Now()
		_, err := winplugin.Open(os.Getenv(openedPlugin), options(winplugin.WithProgress(func(e winplugin.Event) {
			if e.Stage == winplugin.StageCached {
				found = time.Since(start)
			}
		}))...)
		fmt.Println("opened:", found.Nanoseconds(), time.Since(start).Nanoseconds())
		return err
	}
}

// BenchmarkOpenProcess opens an unchanged plugin, each time in a process of its own. It
// reports medians: of the time until the library is found in the cache, and of Open with
// the start of the library's runtime.
func BenchmarkOpenProcess(b *testing.B) {
	for _, folder := range []string{"../examples/calculator", "testdata/kitchen"} {
		b.Run(folder[strings.LastIndex(folder, "/")+1:], func(b *testing.B) {
			open(b, folder)
			time.Sleep(4 * time.Second) // then the states of the files tell that nothing has changed
			open(b, folder)
			var found, opened []float64
			for b.Loop() {
				out, err := childOutput(b, "open", time.Minute, openedPlugin+"="+folder)
				var cache, all float64
				_, text, _ := strings.Cut(out, "opened: ")
				if _, scan := fmt.Sscan(text, &cache, &all); err != nil || scan != nil || cache == 0 {
					b.Fatalf("got %q, %v, want two times", out, err)
				}
				found, opened = append(found, cache/1e6), append(opened, all/1e6)
			}
			slices.Sort(found)
			slices.Sort(opened)
			b.ReportMetric(found[len(found)/2], "ms/found")
			b.ReportMetric(opened[len(opened)/2], "ms/open")
			b.ReportMetric(0, "ns/op")
		})
	}
}
