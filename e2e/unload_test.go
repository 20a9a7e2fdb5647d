package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"sync"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A level is how much memory and how many handles the process has in some rounds: the
// median of what was measured. The runtimes of the host and of plugins that stay start
// threads when they find the machine busy, and keep them; in Wine each takes 3 MB, which
// do not count.
type level struct {
	stay                     []*winplugin.Plugin
	thread                   float64 // what a thread takes
	memory, handles, threads []float64
}

// levels returns two levels to compare.
func levels(t *testing.T, stay ...*winplugin.Plugin) (early, late *level) {
	t.Helper()
	size := threadSize(t, stay)
	return &level{stay: stay, thread: size}, &level{stay: stay, thread: size}
}

// threadSize returns how much memory a thread takes. The plugins must be at rest.
func threadSize(t *testing.T, stay []*winplugin.Plugin) float64 {
	t.Helper()
	memory, threads := settled(t, stay), processThreads(t)
	const n = 64 // more than are idle
	var here sync.WaitGroup
	here.Add(n)
	end := make(chan bool)
	defer close(end)
	for range n {
		go func() {
			runtime.LockOSThread() // and never unlock: the thread ends with the goroutine
			here.Done()
			<-end
		}()
	}
	here.Wait()
	more := processThreads(t) - threads
	if more <= 0 {
		t.Fatalf("got %d threads of %d goroutines, want some", more, n)
	}
	return (settled(t, stay) - memory) / float64(more)
}

// settled is how much private memory the process has, in bytes. The heaps of the host and
// of plugins that stay grow and shrink by themselves, so of these what lives in them
// counts, not what they take. (MemStats.GCSys is left out: on Windows some of that is
// reserved only.)
func settled(t *testing.T, stay []*winplugin.Plugin) float64 {
	t.Helper()
	var held uint64
	for _, p := range stay {
		held += call(t, p, "FreeMemory")[0].(uint64)
	}
	debug.FreeOSMemory()
	var host runtime.MemStats
	runtime.ReadMemStats(&host)
	held += host.HeapSys - host.HeapReleased - host.HeapAlloc + host.StackInuse + host.MSpanSys + host.MCacheSys + host.BuckHashSys + host.OtherSys
	return float64(committed()) - float64(held)
}

// measure adds a measurement.
func (l *level) measure(t *testing.T) {
	t.Helper()
	memory, threads := settled(t, l.stay), float64(processThreads(t))
	l.memory = append(l.memory, memory-threads*l.thread)
	l.threads = append(l.threads, threads)
	l.handles = append(l.handles, float64(openHandles(t)))
}

// since returns by how much the level is above an earlier one.
func (l *level) since(early *level) (memory int64, handles int) {
	return int64(median(l.memory) - median(early.memory)), int(median(l.handles) - median(early.handles))
}

// needsUnload skips a test where nothing is unloaded.
func needsUnload(t *testing.T) {
	t.Helper()
	if bridge != winplugin.Pure || runtime.GOARCH != "amd64" {
		t.Skip("for the pure bridge on amd64")
	}
}

// openOne opens a library without closing it at the test's end.
func openOne(t *testing.T, path string, opts ...winplugin.Option) *winplugin.Plugin {
	t.Helper()
	p, err := winplugin.Open(path, options(opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Unloadable(); err != nil {
		t.Fatal(err)
	}
	return p
}

// closeGone closes a plugin that is at rest, and checks that its library has gone.
func closeGone(t *testing.T, p *winplugin.Plugin) {
	t.Helper()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	checkGone(t, p.Path())
}

// Load, call from many goroutines, collect garbage on both sides, recover panics on both
// sides, unload, again and again, while another plugin is called all the time. Nothing
// stays: no memory, no handle, no thread-local slot, no file.
func TestUnload(t *testing.T) {
	needsUnload(t)
	if isolated(t, nil) {
		return
	}
	resident := openCopy(t, "resident")
	path, err := copyLibrary(kitchen(t), "unload")
	if err != nil {
		t.Fatal(err)
	}
	threads(t, resident, 32)
	call(t, resident, "MoreThreads", 8)
	early, late := levels(t, resident)
	stop := make(chan bool)
	var wg sync.WaitGroup
	var calling sync.Mutex // what is measured must not change meanwhile
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			calling.Lock()
			err := soakRound(resident, -1, i)
			calling.Unlock()
			if err != nil {
				t.Error(err)
				return
			}
			time.Sleep(100 * time.Microsecond) // one of two processors is for the rest
		}
	})
	var loads, unloads []float64
	round := func(i int) {
		start := time.Now()
		p := openOne(t, path)
		loads = append(loads, milliseconds(start))
		var calls sync.WaitGroup
		for g := range 8 {
			calls.Go(func() {
				for j := range 4 {
					if err := soakRound(p, g, j*5); err != nil {
						t.Error(err)
					}
				}
			})
		}
		calls.Wait()
		if _, err := p.Call(context.Background(), "Collect"); err != nil {
			t.Error(err)
		}
		if i%10 == 0 {
			runtime.GC()
		}
		start = time.Now()
		closeGone(t, p)
		unloads = append(unloads, milliseconds(start))
		if _, err := p.Call(context.Background(), "Add", 1, 2); !errors.Is(err, winplugin.ErrClosed) {
			t.Errorf("a call after Close: got %v, want %v", err, winplugin.ErrClosed)
		}
	}
	const some = 50
	rounds := *unloadRounds
	if testing.Short() {
		rounds = min(rounds, 4*some)
	}
	// At first the collectors of the host and of the resident plugin write to ever more of the
	// tables that they have reserved: 2 MB within some thousand rounds.
	warm := max(2*some, rounds/4)
	slot, resident0 := nextTLS(), int64(0)
	for i := range rounds {
		if round(i); t.Failed() {
			t.Fatalf("in round %d: got a failure, want none", i)
		}
		calling.Lock()
		switch {
		case i >= warm && i < warm+some:
			early.measure(t)
			resident0 = residentMemory(t)
		case i >= rounds-some:
			late.measure(t)
		}
		calling.Unlock()
	}
	calling.Lock()
	if rounds >= warm+2*some {
		grown, more := late.since(early)
		t.Logf("%d rounds: committed memory %+.2f MB, resident %+.2f MB, handles %+d, threads %+.0f of %.2f MB, load %.1f ms, unload %.1f ms (median)",
			rounds, float64(grown)/1e6, float64(residentMemory(t)-resident0)/1e6, more, median(late.threads)-median(early.threads), early.thread/1e6, median(loads), median(unloads))
		if grown > 1<<20 && !raceDetector {
			t.Errorf("got %d bytes more, want at most %d", grown, 1<<20)
		}
		if more > 100 {
			t.Errorf("got %d handles more, want at most 100", more)
		}
		if now := nextTLS(); now != slot {
			t.Errorf("got the next thread-local slot %d, want %d as before", now, slot)
		}
	}
	calling.Unlock()
	close(stop)
	wg.Wait()
	if err := os.Remove(path); err != nil {
		t.Error(err)
	}
}

// threads makes the host have n threads, which it keeps, and binds them to the plugin: a
// thread more would look like something that was left behind (in Wine each takes 3 MB).
func threads(t *testing.T, p *winplugin.Plugin, n int) {
	var called, done sync.WaitGroup
	called.Add(n)
	for range n {
		done.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			call(t, p, "Add", 1, 1)
			called.Done()
			called.Wait()
		})
	}
	done.Wait()
}

func milliseconds(since time.Time) float64 { return float64(time.Since(since).Microseconds()) / 1000 }

// Threads of the host that were bound to a library end before it goes, after it has
// gone, and at the same time.
func TestUnloadBoundThreads(t *testing.T) {
	needsUnload(t)
	path, err := copyLibrary(kitchen(t), "bound")
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		p := openOne(t, path)
		var called, ended sync.WaitGroup
		after := make(chan bool)
		for i := range 24 {
			called.Add(1)
			ended.Go(func() {
				runtime.LockOSThread() // the thread ends with the goroutine
				call(t, p, "Add", i, i)
				called.Done()
				if i%3 != 0 {
					<-after
				}
			})
		}
		called.Wait()
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		close(after)
		ended.Wait()
	}
}

// One is unloaded while eight others load, and a file is opened again while its library
// is on its way out.
func TestUnloadWhileLoading(t *testing.T) {
	needsUnload(t)
	var paths []string
	for i := range 9 {
		path, err := copyLibrary(kitchen(t), fmt.Sprintf("eight_%d", i))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	var wg sync.WaitGroup
	for i := range 9 {
		wg.Go(func() {
			for j := range 12 {
				p, err := winplugin.Open(paths[(i+j/4)%len(paths)])
				if err != nil {
					t.Error(err)
					return
				}
				if err := checkPlugin(p); err != nil {
					t.Error(err)
				}
				if err := p.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for _, path := range paths {
		checkGone(t, path)
	}
}

// An open that finds the library of the cache being unloaded waits, and loads it again.
func TestOpenWhileUnloading(t *testing.T) {
	needsUnload(t)
	folder := copyPlugin(t, "market")
	for range 30 {
		p := open(t, folder)
		closed := make(chan error)
		go func() { closed <- p.Close() }()
		again, err := winplugin.Open(folder, options()...)
		if err != nil {
			t.Fatal(err)
		}
		if err := <-closed; err != nil {
			t.Error(err)
		}
		if err := again.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Servers and clients: those that have finished, and those that are in the middle of
// it, with input and output under way on many sockets.
func TestUnloadServer(t *testing.T) {
	needsUnload(t)
	if isolated(t, map[string]string{"webserver": webserver(t)}) {
		return
	}
	path, err := copyLibrary(webserver(t), "server")
	if err != nil {
		t.Fatal(err)
	}
	early, late := levels(t)
	rounds := max(30, *unloadRounds/20)
	var unloads []float64
	for i := range rounds {
		p := openOne(t, path)
		if r := call(t, p, "Web", 20); r[0] != 20*1000 {
			t.Errorf("Web: got %v bytes, want %d", r[0], 20*1000)
		}
		call(t, p, "Ticks", 5)
		if _, err := p.Call(context.Background(), "Stay", 10); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		closeGone(t, p)
		unloads = append(unloads, milliseconds(start))
		if i >= 5 && i < 10 {
			early.measure(t)
		} else if i >= rounds-5 {
			late.measure(t)
		}
	}
	grown, more := late.since(early)
	t.Logf("%d rounds: memory %+.2f MB, handles %+d, unload %.1f ms (median)", rounds, float64(grown)/1e6, more, median(unloads))
	if grown > 2<<20 || more > 20 {
		t.Errorf("got %d bytes and %d handles more, want at most %d and 20", grown, more, 2<<20)
	}
	if err := os.Remove(path); err != nil {
		t.Error(err)
	}
}

// After a hundred unloads the host takes exceptions of its own, console events, and a
// CPU profile.
func TestHostAfterUnloads(t *testing.T) {
	needsUnload(t)
	if isolated(t, nil) {
		return
	}
	path, err := copyLibrary(kitchen(t), "host_after")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 100 {
		p := openOne(t, path)
		if i%25 == 0 {
			console(t) // the plugin is asked first
		}
		closeGone(t, p)
		if err := hostFault(); err != nil {
			t.Fatal(err)
		}
	}
	var profile bytes.Buffer
	if err := pprof.StartCPUProfile(&profile); err != nil {
		t.Fatal(err)
	}
	p := openOne(t, path)
	for start := time.Now(); time.Since(start) < 300*time.Millisecond; {
		if err := soakRound(p, 1, 0); err != nil {
			t.Fatal(err)
		}
	}
	closeGone(t, p)
	for start := time.Now(); time.Since(start) < 100*time.Millisecond; {
		_ = hostFault()
	}
	pprof.StopCPUProfile()
	if profile.Len() == 0 {
		t.Error("got an empty profile, want samples")
	}
	console(t)
}
