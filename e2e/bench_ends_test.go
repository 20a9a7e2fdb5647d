//go:build (linux || windows) && amd64

package e2e

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// BenchmarkEnds measures how long fatal ends take, and Open after them. Each is a median over
// rounds in alternation, the same whatever b.N is.
//
//	CGO_ENABLED=1 WINPLUGIN_TEST_BRIDGE=pure go test ./e2e -run '^$' -bench Ends -benchtime 1x -v
func BenchmarkEnds(b *testing.B) {
	if bridge != winplugin.Pure {
		b.Skip("plugins of the pure bridge end alone")
	}
	const rounds = 41
	ctx, library := context.Background(), copyOf(b, "mortal", "ends")
	var opened map[string][]time.Duration // by what was before
	opened = make(map[string][]time.Duration)
	before := ""
	start := func() *winplugin.Plugin {
		began := time.Now()
		p, err := winplugin.Open(library)
		if err != nil {
			b.Fatal(err)
		}
		if before != "" {
			opened[before] = append(opened[before], time.Since(began))
		}
		if err := p.Survives(); err != nil {
			b.Skip(err)
		}
		return p
	}
	finish := func(p *winplugin.Plugin, last string) {
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
		before = last
	}
	// crashed waits for n calls that have to fail, and returns when the last did.
	crashed := func(began time.Time, calls chan error, n int) time.Duration {
		for range n {
			if err := <-calls; !errors.As(err, new(*winplugin.CrashError)) {
				b.Fatalf("got %v, want a *CrashError", err)
			}
		}
		return time.Since(began)
	}
	begin := func(p *winplugin.Plugin, calls chan error, function string, args ...any) {
		go func() {
			_, err := p.Call(ctx, function, args...)
			calls <- err
		}()
	}
	ends := func(way string) func() time.Duration {
		return func() time.Duration {
			p, calls := start(), make(chan error)
			began := time.Now()
			begin(p, calls, "End", way)
			took := crashed(began, calls, 1)
			finish(p, "a crash")
			return took
		}
	}
	killed := func(spawn bool) func() time.Duration {
		return func() time.Duration {
			p, calls := start(), make(chan error)
			waits := call(b, p, "NumWaits")[0].(int)
			if spawn {
				call(b, p, "Spawn") // goroutines that wait in the same ways
			}
			for i := range waits {
				begin(p, calls, "Wait", i)
			}
			time.Sleep(5 * time.Millisecond)
			began := time.Now()
			if err := p.Kill(errors.New("enough")); err != nil {
				b.Fatal(err)
			}
			took := crashed(began, calls, waits)
			finish(p, "a crash")
			return took
		}
	}
	alternate(b, rounds, time.Millisecond, []*figure{
		{name: "os.Exit to the call's error", run: ends("exit")},
		{name: "panic in a goroutine to the call's error", run: ends("panic in a goroutine")},
		{name: "Kill to the last call's error", run: killed(false)},
		{name: "the same, with goroutines that loop", run: killed(true)},
		{name: "nothing, and Close", run: func() time.Duration {
			p := start()
			finish(p, "Close")
			return time.Millisecond
		}},
	})
	for what, times := range opened {
		slices.Sort(times)
		b.Logf("Open after %-8s median %v", what, times[len(times)/2])
	}
	b.ReportMetric(0, "ns/op")
}
