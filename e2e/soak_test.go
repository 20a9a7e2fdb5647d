package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

var soakTime = flag.Duration("soak", 5*time.Second, "how long the soak test runs")
var unloadRounds = flag.Int("unload", 500, "how many rounds the test of unloading runs")

// load is what a soak test runs beside its calls.
type load struct {
	profile bool // a CPU profile of the host
	threads bool // threads that end
}

// loads returns all at once. But not in Wine: its GetThreadContext fails for a suspended
// thread that is ending, which Go's profiler takes for a context of zeros, and dies of it.
// A program without plugins that ends locked threads under a profile at 1,000 Hz crashes
// within two minutes. There the one comes after the other.
func loads() []load {
	if inWine() {
		return []load{{profile: true}, {threads: true}}
	}
	return []load{{profile: true, threads: true}}
}

// soak runs f with each load for its share of d. A call of report with an error ends it.
func soak(t *testing.T, d time.Duration, f func(ctx context.Context, with load, report func(error))) {
	all := loads()
	for _, with := range all {
		ctx, cancel := context.WithTimeout(context.Background(), d/time.Duration(len(all)))
		defer cancel()
		if with.profile {
			if err := pprof.StartCPUProfile(io.Discard); err != nil {
				t.Fatal(err)
			}
		}
		f(ctx, with, func(err error) {
			if err != nil {
				t.Error(err)
				cancel()
			}
		})
		pprof.StopCPUProfile()
	}
}

// Sixteen goroutines call five plugins, with garbage collections on all sides,
// panics among the calls, locked threads that end, and a CPU profile of the host.
func TestSoak(t *testing.T) {
	if isolated(t, nil) {
		return
	}
	var plugins []*winplugin.Plugin
	for i := range 5 {
		plugins = append(plugins, openCopy(t, fmt.Sprintf("soak_%d", i)))
	}
	soak(t, *soakTime, func(ctx context.Context, with load, report func(error)) {
		var wg sync.WaitGroup
		var calls, threads atomic.Int64
		for g := range 16 {
			wg.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					report(soakRound(plugins[(g+i)%len(plugins)], g, i))
					calls.Add(1)
				}
			})
		}
		wg.Go(func() { // threads that come, call, and end
			for i := 0; with.threads && ctx.Err() == nil; i++ {
				done := make(chan bool)
				go func() {
					defer close(done)
					runtime.LockOSThread() // and never unlock: the thread ends with the goroutine
					report(soakRound(plugins[i%len(plugins)], -1, i))
				}()
				<-done
				threads.Add(1)
			}
		})
		wg.Go(func() { // collections
			for i := 0; ctx.Err() == nil; i++ {
				runtime.GC()
				_, err := plugins[i%len(plugins)].Call(context.Background(), "Collect")
				report(err)
			}
		})
		wg.Wait()
		t.Logf("%+v: %d rounds of calls, %d threads came and went", with, calls.Load(), threads.Load())
	})
}

// soakRound makes some calls and checks their results.
func soakRound(p *winplugin.Plugin, g, i int) error {
	ctx := context.Background()
	if r, err := p.Call(ctx, "Add", g, i); err != nil || r[0] != g+i {
		return fmt.Errorf("Add: %v, %w", r, err)
	}
	text := strings.Repeat("x", i%5000)
	if r, err := p.Call(ctx, "Echo", text); err != nil || r[0] != text {
		return fmt.Errorf("Echo of %d bytes: %w", len(text), err)
	}
	if _, err := p.Call(ctx, "Litter", 50); err != nil {
		return fmt.Errorf("Litter: %w", err)
	}
	if i%16 == 0 {
		var pe *winplugin.PanicError
		for _, f := range []string{"NilPointer", "NilMap", "PanicError"} {
			if _, err := p.Call(ctx, f); !errors.As(err, &pe) {
				return fmt.Errorf("%s: %w", f, err)
			}
		}
		return hostFault()
	}
	return nil
}

// within runs f and fails if it takes more than a minute: it hangs then.
func within(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan bool)
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(patience):
		buf := make([]byte, 1<<20)
		t.Fatalf("%s: got no end within a minute, want one\n%s", what, buf[:runtime.Stack(buf, true)])
	}
}

// A loop without a call in it can be stopped only by the system's means: by a
// signal on Unix. A library that is loaded takes that signal over, and must pass
// it on.
func TestPreemption(t *testing.T) {
	if isolated(t, nil) {
		return
	}
	p := openCopy(t, "preempt")
	var spin atomic.Bool
	spin.Store(true)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for n := 0; spin.Load(); n++ {
			}
		})
	}
	within(t, "the host's collection, with a loop in the host", func() {
		for range 5 {
			runtime.GC()
		}
	})
	call(t, p, "Spin")
	within(t, "the plugin's collection, with a loop in both", func() {
		for range 5 {
			call(t, p, "Collect")
		}
	})
	within(t, "the host's collection, with a loop in both", func() {
		for range 5 {
			runtime.GC()
		}
	})
	// A library is loaded while the host is preempted all the time.
	within(t, "loading under preemption", func() {
		stop := make(chan bool)
		go func() {
			for {
				select {
				case <-stop:
					return
				default:
					runtime.GC()
				}
			}
		}()
		for i := range 5 {
			openCopy(t, fmt.Sprintf("preempt_%d", i))
		}
		close(stop)
	})
	within(t, "the host's collection after more loads", func() {
		for range 5 {
			runtime.GC()
		}
	})
	spin.Store(false)
	wg.Wait()
	call(t, p, "Stop")
}

// When threads end, the plugin's runtime releases what it kept for them.
func TestThreadsEnd(t *testing.T) {
	if isolated(t, nil) {
		return
	}
	p := openCopy(t, "threads")
	if !library(t, p).Bound() {
		t.Fatal("threads of the plugin: Bound() = false, want true")
	}
	round := func() {
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				runtime.LockOSThread()
				for i := range 3 {
					call(t, p, "Add", i, i)
				}
			})
		}
		wg.Wait()
	}
	settle := func() int {
		time.Sleep(50 * time.Millisecond) // the last threads are on their way out
		return call(t, p, "Threads")[0].(int)
	}
	for range 10 {
		round()
	}
	before, resources, memory := settle(), processResources(t), residentMemory(t)
	rounds := 1250
	if testing.Short() {
		rounds = 250
	}
	for range rounds {
		round()
	}
	after, now, grown := settle(), processResources(t), residentMemory(t)-memory
	// 10,000 threads have ended, or 2,000. The plugin's runtime makes a thread state for each
	// that is there at once, and uses it again.
	if after > before+60 {
		t.Errorf("the plugin's runtime: got %d threads, want at most 60 more than %d", after, before)
	}
	if now > resources+200 {
		t.Errorf("got %d threads or handles, want at most 200 more than %d", now, resources)
	}
	if grown > 20e6 {
		t.Errorf("got %d bytes more, want at most 20 MB", grown)
	}
	t.Logf("plugin's threads %d → %d, the process's threads or handles %d → %d, memory %+.1f MB", before, after, resources, now, float64(grown)/1e6)
}

// Strings are copied back and forth, and all copies go.
func TestMemoryIsFlat(t *testing.T) {
	if isolated(t, nil) {
		return
	}
	p := openCopy(t, "memory")
	text := strings.Repeat("0123456789abcdef", 64)
	big := strings.Repeat("x", 20_000) // does not fit the first buffer
	run := func(n int) {
		for i := range n {
			if r := call(t, p, "Echo", text); r[0] != text {
				t.Fatal("Echo gives another text, want the same")
			}
			if i%1000 == 0 {
				call(t, p, "Echo", big)
				_, _ = p.Call(context.Background(), "Fail", text)
				_, _ = p.Call(context.Background(), "Panic", text)
			}
		}
		// What the heaps keep in reserve is no leak, and differs by some megabytes.
		call(t, p, "FreeMemory")
		debug.FreeOSMemory()
	}
	run(10_000)
	// A leak shows in each round. The system may give memory for other reasons in one of them.
	for round := 1; ; round++ {
		before := residentMemory(t)
		run(1_000_000)
		after := residentMemory(t)
		t.Logf("resident memory %.1f MB → %.1f MB", float64(before)/1e6, float64(after)/1e6)
		if after <= before+5_000_000 {
			break
		}
		if round == 3 {
			t.Fatalf("three million calls, the last million: got %d bytes more, want at most 5 MB", after-before)
		}
	}
}
