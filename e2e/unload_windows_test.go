package e2e

import (
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func TestSpike(t *testing.T) {
	path, err := copyLibrary(kitchen(t), "spike")
	if err != nil {
		t.Fatal(err)
	}
	var times []float64
	for i := range *unloadRounds {
		p, err := winplugin.Open(path)
		if err != nil {
			t.Fatal(i, err)
		}
		if err := p.Unloadable(); err != nil {
			t.Fatal(err)
		}
		if r := call(t, p, "Add", i, 1)[0]; r != i+1 {
			t.Fatal(r)
		}
		if i%50 == 0 {
			t.Log(i)
			println(i)
		}
		start := time.Now()
		if err := p.Close(); err != nil {
			t.Fatal(i, err)
		}
		times = append(times, float64(time.Since(start).Microseconds())/1000)
	}
	t.Log(median(times), "ms")
}
