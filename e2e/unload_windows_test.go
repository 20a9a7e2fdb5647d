package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

var (
	procTlsAlloc = kernel32.NewProc("TlsAlloc")
	procTlsFree  = kernel32.NewProc("TlsFree")
)

// nextTLS is the thread-local slot that the next runtime would get.
func nextTLS() uintptr {
	index, _, _ := procTlsAlloc.Call()
	procTlsFree.Call(index)
	return index
}

// openHandles counts the process's handles. Wine does not count them, but gives the
// lowest value that is free: with some to spare it moves by as many as were lost.
func openHandles(t *testing.T) int {
	t.Helper()
	n := processResources(t)
	var spare []windows.Handle
	for range 50 {
		h, err := windows.CreateEvent(nil, 0, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		spare = append(spare, h)
		n = max(n, int(h)/4)
	}
	for _, h := range spare {
		windows.CloseHandle(h)
	}
	return n
}

// committed is how much private memory the process has from the system, in bytes.
//
// Not residentMemory: in Wine that counts Wine's own tables as well, of which a page is
// touched for each range of addresses that was ever used, and a Go heap begins at
// another address each time (Go 1.26).
func committed() (n int64) {
	var info windows.MemoryBasicInformation
	for address := uintptr(0); windows.VirtualQuery(address, &info, unsafe.Sizeof(info)) == nil && info.RegionSize > 0; address += info.RegionSize {
		const private = 0x20000
		if info.State == windows.MEM_COMMIT && info.Type == private {
			n += int64(info.RegionSize)
		}
	}
	return n
}

// lowWater returns a function that measures, and gives the least of memory and handles
// that it has seen.
func lowWater(t *testing.T) func() (memory int64, handles int) {
	memory, handles := int64(math.MaxInt64), math.MaxInt
	return func() (int64, int) {
		debug.FreeOSMemory()
		memory, handles = min(memory, committed()), min(handles, openHandles(t))
		return memory, handles
	}
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

func checkGone(t *testing.T, path string) {
	t.Helper()
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		t.Fatal(err)
	}
	var handle windows.Handle
	if windows.GetModuleHandleEx(windows.GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, name, &handle) == nil {
		t.Fatalf("%s is still mapped", path)
	}
}

// Load, call from many goroutines, collect garbage on both sides, recover panics on both
// sides, unload, again and again, while another plugin is called all the time. Nothing
// stays: no memory, no handle, no thread-local slot, no file.
func TestUnload(t *testing.T) {
	needsUnload(t)
	resident := openCopy(t, "resident")
	path, err := copyLibrary(kitchen(t), "unload")
	if err != nil {
		t.Fatal(err)
	}
	threads(t, resident, 32)
	stop := make(chan bool)
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			if err := soakRound(resident, -1, i); err != nil {
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
			t.Errorf("a call after Close: %v", err)
		}
	}
	// The host's own heap and threads come and go; what stays is in the low water mark
	// of some rounds.
	const warm, some = 100, 50
	early, late := lowWater(t), lowWater(t)
	slot, resident0 := nextTLS(), int64(0)
	for i := range *unloadRounds {
		if round(i); t.Failed() {
			t.Fatalf("in round %d", i)
		}
		switch {
		case i >= warm && i < warm+some:
			early()
			resident0 = residentMemory(t)
		case i >= *unloadRounds-some:
			late()
		}
	}
	if *unloadRounds >= warm+2*some {
		memory, handles := early()
		memoryNow, handlesNow := late()
		grown, more := memoryNow-memory, handlesNow-handles
		t.Logf("%d rounds: committed memory %+.2f MB, resident %+.2f MB, handles %+d, load %.1f ms, unload %.1f ms (median)",
			*unloadRounds, float64(grown)/1e6, float64(residentMemory(t)-resident0)/1e6, more, median(loads), median(unloads))
		if grown > 1<<20 {
			t.Errorf("the process grew by %d bytes", grown)
		}
		if more > 100 {
			t.Errorf("the process has %d handles more", more)
		}
		if now := nextTLS(); now != slot {
			t.Errorf("the next thread-local slot was %d, and is %d", slot, now)
		}
	}
	close(stop)
	wg.Wait()
	if err := os.Remove(path); err != nil {
		t.Error(err)
	}
}

// threads makes the host have n threads, which it keeps, and binds them to the plugin: a
// thread more would look like something that was left behind.
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

// word is what the lodger is given the address of: a stack might move.
var word atomic.Uint32

// lodger returns a copy of the library of testdata/lodger.
func lodger(t *testing.T) string {
	t.Helper()
	needsUnload(t)
	path := filepath.Join(os.Getenv("WINPLUGIN_TEST_PREBUILT"), "lodger.dll")
	if path == "lodger.dll" {
		a, err := winplugin.Build(context.Background(), copyPlugin(t, "lodger"), options(winplugin.WithoutPolicy())...)
		if err != nil {
			t.Fatal(err)
		}
		path = a.Path
	}
	path, err := copyLibrary(path, "lodger")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// What a plugin leaves lying about is cleared up: goroutines that wait, timers, open
// files, pipes, events, and goroutines that compute, because they can be preempted.
func TestUnloadTakesBack(t *testing.T) {
	path := lodger(t)
	word.Store(0)
	early, late := lowWater(t), lowWater(t)
	for i := range 16 {
		dir := filepath.Join(t.TempDir(), "of the lodger")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		p := openOne(t, path)
		call(t, p, "Prepare", "", uintptr(unsafe.Pointer(&word)))
		call(t, p, "Take", 3000, dir)
		call(t, p, "Threads", 20)
		if i%2 == 1 {
			call(t, p, "Spin")
		}
		closeGone(t, p)
		if i >= 4 && i < 8 {
			early()
		} else if i >= 12 {
			late()
		}
		if err := os.RemoveAll(dir); err != nil { // an open file could not be removed
			t.Error(err)
		}
	}
	memory, handles := early()
	memoryNow, handlesNow := late()
	grown, more := memoryNow-memory, handlesNow-handles
	t.Logf("memory %+.2f MB, handles %+d", float64(grown)/1e6, more)
	if grown > 2<<20 || more > 20 {
		t.Errorf("the process grew by %d bytes and %d handles", grown, more)
	}
	if err := os.Remove(path); err != nil {
		t.Error(err)
	}
}

// A library that does not come to rest is retired, and unloaded when it does.
func TestRetired(t *testing.T) {
	path := lodger(t)
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	defer writer.Close()
	inHost, leaveHost := make(chan bool), make(chan bool)
	callback := syscall.NewCallback(func() uintptr {
		inHost <- true
		<-leaveHost
		return 0
	})
	word.Store(0)
	for _, test := range []struct {
		name    string
		prepare func(p *winplugin.Plugin)
		release func()
		reason  string
	}{
		{"system call", func(p *winplugin.Plugin) { call(t, p, "Read", reader.Fd()) },
			func() { _, _ = writer.Write([]byte{1}) }, "a thread of it has not come to rest; thread "},
		{"host callback", func(p *winplugin.Plugin) { call(t, p, "Call", callback); <-inHost },
			func() { leaveHost <- true }, "a thread of it has not come to rest; thread "},
		{"shutdown", func(p *winplugin.Plugin) { call(t, p, "Prepare", "hang", uintptr(unsafe.Pointer(&word))) },
			func() { word.Store(1) }, "its Shutdown function has not returned"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := openOne(t, path)
			test.prepare(p)
			ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
			defer cancel()
			err := p.CloseContext(ctx)
			var retired *winplugin.RetiredError
			if !errors.As(err, &retired) || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), test.reason) {
				t.Fatalf("closed with %v", err)
			}
			t.Log(err)
			// The host is unharmed, and the library cannot be used.
			if err := hostFault(); err != nil {
				t.Error(err)
			}
			if _, err := p.Call(context.Background(), "Spin"); !errors.Is(err, winplugin.ErrClosed) {
				t.Errorf("a call: %v", err)
			}
			var load *winplugin.LoadError
			ctx, cancel = context.WithTimeout(context.Background(), 100*time.Millisecond)
			defer cancel()
			if _, err := winplugin.OpenContext(ctx, path); !errors.As(err, &load) || load.Reason != winplugin.Retired {
				t.Errorf("opened while it is retired: %v", err)
			}
			test.release()
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
			checkGone(t, path)
		})
	}
	if err := os.Remove(path); err != nil {
		t.Error(err)
	}
}

// Without asynchronous preemption a goroutine that computes cannot be stopped.
func TestRetiredSpinning(t *testing.T) {
	path := lodger(t)
	t.Log(runChild(t, "spin", time.Minute, "WINPLUGIN_TEST_LODGER="+path, "GODEBUG=asyncpreemptoff=1"))
}

func init() {
	children["spin"] = func() error {
		p, err := winplugin.Open(os.Getenv("WINPLUGIN_TEST_LODGER"))
		if err != nil {
			return err
		}
		if _, err := p.Call(context.Background(), "Prepare", "", uintptr(unsafe.Pointer(&word))); err != nil {
			return err
		}
		if _, err := p.Call(context.Background(), "Spin"); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		err = p.CloseContext(ctx)
		var retired *winplugin.RetiredError
		if !errors.As(err, &retired) || !strings.Contains(err.Error(), "cannot be preempted") || len(retired.Threads) == 0 {
			return fmt.Errorf("closed with %w", err)
		}
		fmt.Println(err)
		word.Store(1)
		if err := p.Close(); err != nil {
			return err
		}
		return os.Remove(p.Path())
	}
}

// Shutdown runs once, at the last Close. Its failure is told, and keeps nothing.
func TestShutdown(t *testing.T) {
	path := lodger(t)
	word.Store(0)
	p, other := openOne(t, path), openOne(t, path)
	call(t, p, "Prepare", "count", uintptr(unsafe.Pointer(&word)))
	if err := p.Close(); err != nil || word.Load() != 0 {
		t.Errorf("the first Close: %v, Shutdown ran %d times", err, word.Load())
	}
	call(t, other, "Look", "Sleep") // still there
	closeGone(t, other)
	if word.Load() != 1 {
		t.Errorf("Shutdown ran %d times", word.Load())
	}

	p = openOne(t, path)
	call(t, p, "Prepare", "panic", uintptr(0))
	var panicked *winplugin.PanicError
	if err := p.Close(); !errors.As(err, &panicked) || panicked.Value != "no way out" {
		t.Errorf("Close of one that panics: %v", err)
	}
	checkGone(t, path)

	p = openOne(t, path)
	call(t, p, "Prepare", "error", uintptr(0))
	var result *winplugin.ErrorResult
	if err := p.Close(); !errors.As(err, &result) || result.Message != "not tidy" {
		t.Errorf("Close of one that fails: %v", err)
	}
	checkGone(t, path)
}

// What keeps a library from being unloaded is told beforehand.
func TestUnloadable(t *testing.T) {
	path := lodger(t)
	check := func(p *winplugin.Plugin, reason string) {
		t.Helper()
		if err := p.Unloadable(); !errors.Is(err, winplugin.ErrNotUnloadable) || !strings.Contains(err.Error(), reason) {
			t.Errorf("unloadable: %v, want %q", err, reason)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
	copyOf := func() string {
		to, err := copyLibrary(path, "keeper")
		if err != nil {
			t.Fatal(err)
		}
		return to
	}
	p, err := winplugin.Open(copyOf(), winplugin.WithoutUnload())
	if err != nil {
		t.Fatal(err)
	}
	check(p, "switched off")

	p = openOne(t, copyOf())
	call(t, p, "Look", "CreateTimerQueueTimer")
	check(p, "CreateTimerQueueTimer")

	p = openOne(t, copyOf())
	call(t, p, "Reserve", 9000)
	check(p, "the books of its memory blocks are full")
}

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

// One is unloaded while eight others load, and a file is opened anew while its library
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

// Calls in flight are waited for, as long as the context lets.
func TestUnloadInFlight(t *testing.T) {
	needsUnload(t)
	path, err := copyLibrary(kitchen(t), "in_flight")
	if err != nil {
		t.Fatal(err)
	}
	p := openOne(t, path)
	done := make(chan error)
	go func() {
		_, err := p.Call(context.Background(), "Block", 500)
		done <- err
	}()
	for p.Unloadable() == nil && call(t, p, "Goroutines")[0].(int) < 2 {
		runtime.Gosched()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := p.CloseContext(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("closed with %v", err)
	}
	if err := <-done; err != nil {
		t.Errorf("the call in flight: %v", err)
	}
	closeGone(t, p)
}

// Servers and clients: those that have finished, and those that are in the middle of
// it, with input and output under way on many sockets.
func TestUnloadServer(t *testing.T) {
	needsUnload(t)
	path, err := copyLibrary(guest(t), "server")
	if err != nil {
		t.Fatal(err)
	}
	early, late := lowWater(t), lowWater(t)
	rounds := max(30, *unloadRounds/20)
	var unloads []float64
	for i := range rounds {
		p := openOne(t, path)
		if r := call(t, p, "Web", 20); r[0] != 20*1000 {
			t.Errorf("%v bytes came back", r[0])
		}
		call(t, p, "Ticks", 5)
		if _, err := p.Call(context.Background(), "Stay", 10); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		closeGone(t, p)
		unloads = append(unloads, milliseconds(start))
		if i >= 5 && i < 10 {
			early()
		} else if i >= rounds-5 {
			late()
		}
	}
	memory, handles := early()
	memoryNow, handlesNow := late()
	grown, more := memoryNow-memory, handlesNow-handles
	t.Logf("%d rounds: memory %+.2f MB, handles %+d, unload %.1f ms (median)", rounds, float64(grown)/1e6, more, median(unloads))
	if grown > 2<<20 || more > 20 {
		t.Errorf("the process grew by %d bytes and %d handles", grown, more)
	}
	if err := os.Remove(path); err != nil {
		t.Error(err)
	}
}

// After a hundred unloads the host takes exceptions of its own, console events, and a
// CPU profile.
func TestHostAfterUnloads(t *testing.T) {
	needsUnload(t)
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
		t.Error("the profile is empty")
	}
	console(t)
}

// console sends the process a console event, and waits for it.
func console(t *testing.T) {
	t.Helper()
	events := make(chan os.Signal, 1)
	signal.Notify(events, os.Interrupt)
	defer signal.Stop(events)
	if err := windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, 0); err != nil {
		// There is no console. What the system does is to start a thread here.
		routine := windows.NewLazySystemDLL("kernelbase.dll").NewProc("CtrlRoutine")
		if err := routine.Find(); err != nil {
			t.Fatal(err)
		}
		thread, _, err := kernel32.NewProc("CreateThread").Call(0, 0, routine.Addr(), windows.CTRL_BREAK_EVENT, 0, 0)
		if thread == 0 {
			t.Fatal(err)
		}
		windows.CloseHandle(windows.Handle(thread))
	}
	select {
	case <-events:
	case <-time.After(10 * time.Second):
		t.Error("the console event has not come")
	}
}
