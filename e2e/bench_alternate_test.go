package e2e

import (
	"testing"
	"time"
)

// A figure is something to measure in alternation with others.
type figure struct {
	name  string
	run   func() (each time.Duration) // one round
	times []float64                   // in ns
}

// alternate runs all figures in each round, in another order each time, and reports the
// medians and their ratio to the first figure.
func alternate(b *testing.B, rounds int, unit time.Duration, figures []*figure) {
	b.Helper()
	for r := range rounds + 1 {
		for i := range figures {
			f := figures[(i+r)%len(figures)]
			if each := f.run(); r > 0 { // the first round is to warm up
				f.times = append(f.times, float64(each))
			}
		}
	}
	first := median(figures[0].times)
	for _, f := range figures {
		m := median(f.times)
		b.Logf("%-34s median %9.2f  best %9.2f %s  %5.2f ×", f.name, m/float64(unit), f.times[0]/float64(unit), unit, m/first)
	}
}
