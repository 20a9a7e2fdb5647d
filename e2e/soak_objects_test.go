package e2e

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// soakRounds is how many rounds of each kind a test of memory runs: a million for each minute
// of the flag soak.
func soakRounds() int {
	if *soakTime > 5*time.Second {
		return int(*soakTime * 1_000_000 / time.Minute)
	}
	return 1_000
}

// What objects, proxies and values take is given back: memory stays the same on all sides
// over many rounds.
func TestSoakObjects(t *testing.T) {
	const inGoroutines = "maps of the host in goroutines"
	if isolated(t, map[string]string{"objects": built(t, "objects"), "known": built(t, "known")}) {
		return
	}
	a, b, k := objects(t), objects2(t), known(t)
	panel := call(t, a, "NewPanel", "title")[0].(*winplugin.Object)
	counter := call(t, a, "NewCounter", 1)[0].(*winplugin.Object)
	router := call(t, k, "Router")[0].(http.Handler)
	serve := func(h http.Handler) error {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		return nil
	}
	run := func(p *winplugin.Plugin, function string, args ...any) error {
		_, err := p.Call(t.Context(), function, args...)
		return err
	}
	kinds := []struct {
		name string
		f    func(i int) error
	}{
		{"Get and Set", func(i int) error {
			if _, err := panel.Get("Frame"); err != nil {
				return err
			}
			return panel.Set("Title", fmt.Sprint(i))
		}},
		{"Copy", func(int) error {
			var copied struct {
				Title string
				Tags  map[string]int
			}
			return panel.Copy(&copied)
		}},
		{"As", func(int) error {
			s, err := winplugin.As[fmt.Stringer](counter)
			if err == nil && s.String() != "1" {
				err = fmt.Errorf("the counter is at %s", s)
			}
			return err
		}},
		{"As of a known type", func(int) error {
			x, err := k.Call(t.Context(), "NewDesk", "front")
			if err != nil {
				return err
			}
			h, err := winplugin.As[http.Handler](x[0].(*winplugin.Object))
			if err != nil {
				return err
			}
			return serve(h)
		}},
		{"New", func(i int) error {
			_, err := a.New("Panel", map[string]any{"Title": "new"})
			return err
		}},
		{"an object in another plugin", func(i int) error {
			x, err := a.Call(t.Context(), "NewCounter", i)
			if err != nil {
				return err
			}
			return run(b, "EchoStringer", x[0])
		}},
		{"an object in another plugin's any", func(i int) error {
			x, err := a.Call(t.Context(), "NewCounter", i)
			if err != nil {
				return err
			}
			return run(b, "CallAdd", x[0], 1)
		}},
		{"a value of the host", func(i int) error { return run(a, "Format", "%v", money{int64(i)}) }},
		{"a pointer of the host", func(i int) error { return run(k, "Scan", &price{}, int64(i)) }},
		{"a map of the host", func(int) error { return run(a, "TakeReturned", newKeeper(), 2) }},
		{inGoroutines, func(int) error { return run(a, "WriteMany", newKeeper(), 2, 2) }},
		{"a request", func(int) error { return serve(router) }},
	}
	rounds := soakRounds()
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			begin := time.Now()
			for i := range 300 {
				if err := kind.f(i); err != nil {
					t.Fatal(err)
				}
			}
			before := heaps(t, a, b, k)
			for i := range rounds {
				if err := kind.f(i); err != nil {
					t.Fatal(err)
				}
			}
			// What garbage collections release arrives at the other side later, and is collected
			// there. After many rounds on a busy machine that takes longer: as long as the heaps
			// become smaller.
			most := uint64(rounds)*2 + 300<<10
			if kind.name == inGoroutines {
				// The last 64 goroutines of the plugin keep up to 20 maps each, however many rounds
				// there are. How many goroutines that is depends on which of them Go uses again.
				most += 64 * 20 << 10
			}
			var after [4]uint64
			least := uint64(math.MaxUint64)
			for end := time.Now().Add(20 * time.Second); ; {
				after = heaps(t, a, b, k)
				if all := after[0] + after[1] + after[2] + after[3]; all < least-least/100 {
					least, end = all, time.Now().Add(20*time.Second)
				}
				grown := false
				for i := range after {
					grown = grown || after[i] > before[i]+most
				}
				if !grown {
					break
				}
				if time.Now().After(end) {
					t.Errorf("the heaps of the host and three plugins grew from %d to %d bytes in %d rounds, want at most %d more", before, after, rounds, most)
					break
				}
			}
			t.Logf("%d rounds in %v: heaps %d, then %d; %d counters live, %d, %d and %d objects of the host exported", rounds, time.Since(begin).Round(time.Millisecond), before, after,
				call(t, a, "Live")[0], exported(t, a), exported(t, b), exported(t, k))
		})
	}
}

// heaps are how many bytes the host and plugins use.
func heaps(t *testing.T, plugins ...*winplugin.Plugin) (all [4]uint64) {
	t.Helper()
	for range 3 {
		runtime.GC()
		for i, p := range plugins {
			all[i+1] = call(t, p, "Heap")[0].(uint64)
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	all[0] = m.HeapAlloc
	return all
}

// exported is how many objects of the host a plugin refers to.
func exported(t *testing.T, p *winplugin.Plugin) int {
	t.Helper()
	return inprocess(t, p.Path()).Attachment().Session().Exported()
}
