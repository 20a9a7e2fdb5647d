package e2e

import (
	"context"
	"errors"
	"fmt"
	goversion "go/version"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Operations of the tests' host.
const (
	opEcho   uint64 = 1 + iota
	opNest          // calls Back of the plugin with one less, until 0
	opThread        // the same through Elsewhere: each level is on another thread
	opPanic
	opFault
	opGrow
	opSpin // does not return before a garbage collection of the host has ended
	opExit
)

// caller returns the library of testdata/caller.
func caller(t testing.TB) string { t.Helper(); return built(t, "caller") }

// callbacks opens the caller and handles its callbacks until the test ends.
func callbacks(t testing.TB) *winplugin.Plugin {
	t.Helper()
	p := open(t, caller(t))
	session := library(t, p).Session()
	before := handleAfter(func(f *wire.Frame, before func(*wire.Frame)) {
		if f.Session != session {
			before(f) // of a library that another test has opened: its collector releases objects
			return
		}
		handle(t, p, f)
	})
	t.Cleanup(func() { native.SetHandler(before) })
	return p
}

// handleAfter sets a handler of callbacks that also gets the handler before it, and returns
// that one.
func handleAfter(handler func(f *wire.Frame, before func(*wire.Frame))) (before func(*wire.Frame)) {
	set := make(chan struct{})
	defer close(set)
	before = native.SetHandler(func(f *wire.Frame) {
		<-set
		handler(f, before)
	})
	return before
}

// handle is the host.
func handle(t testing.TB, p *winplugin.Plugin, f *wire.Frame) {
	n := f.Int(0)
	switch f.Func {
	case opEcho:
	case opNest, opThread:
		if n > 0 {
			var answer []any
			if f.Func == opNest {
				answer = call(t, p, "Back", f.Func, n-1)[1:]
			} else {
				answer = call(t, p, "Elsewhere", f.Func, n-1, 1)
			}
			f.SetInt(0, answer[0].(int)+1)
		}
	case opGrow:
		f.SetInt(0, grow(n))
	case opPanic:
		panic("no such thing")
	case opFault:
		var null *struct{ x int }
		null.x++
	case opSpin:
		var collected atomic.Bool
		go func() {
			runtime.GC()
			collected.Store(true)
		}()
		for !collected.Load() {
		}
	case opExit:
		runtime.Goexit()
	}
	f.Status = wire.StatusOK
}

// grow uses a good deal of stack, and returns n.
//
//go:noinline
func grow(n int) int {
	var big [1 << 10]int
	if n == 0 {
		return 0
	}
	big[n%len(big)] = grow(n - 1)
	runtime.Gosched()
	return big[n%len(big)] + 1
}

// Calls and callbacks nest, on one thread and on a new one for each level.
func TestCallbackNesting(t *testing.T) {
	p := callbacks(t)
	for _, depth := range []int{1, 2, 50, 200} {
		t.Run(fmt.Sprint("depth ", depth), func(t *testing.T) {
			if r := call(t, p, "Back", opNest, depth); r[0] != wire.StatusOK || r[1] != depth {
				t.Errorf("got %v, want status %d and %d", r, wire.StatusOK, depth)
			}
			if r := call(t, p, "Elsewhere", opNest, depth, 4); r[0] != 4*depth {
				t.Errorf("from goroutines: got %v, want %v", r, 4*depth)
			}
		})
	}
	// Deep, then less deep, then deep again.
	if r := call(t, p, "Many", opNest, 20); r[0] != 20*19/2 {
		t.Errorf("many: got %v, want %v", r, 20*19/2)
	}
	if r := call(t, p, "ManyElsewhere", opNest, 20, 2); r[0] != 20*19 {
		t.Errorf("many from goroutines: got %v, want %v", r, 20*19)
	}
	if r := call(t, p, "Elsewhere", opThread, 50, 1); r[0] != 50 {
		t.Errorf("from goroutine to goroutine: got %v, want 50", r)
	}
}

// A handler that panics fails its callback only.
func TestCallbackFailures(t *testing.T) {
	p := callbacks(t)
	for range 3 {
		for op, want := range map[uint64]wire.Failure{
			opPanic: {Type: "string", Message: "no such thing"},
			opFault: {Type: "runtime.errorString", Message: "runtime error: invalid memory address or nil pointer dereference"},
		} {
			t.Run(want.Message, func(t *testing.T) {
				r := call(t, p, "Message", op)
				got, err := wire.DecodeFailure(r[1].([]byte))
				if r[0] != wire.StatusPanic || err != nil || got.Type != want.Type || got.Message != want.Message {
					t.Errorf("operation %d: got status %v, failure %+v, error %v, want %+v", op, r[0], got, err, want)
				}
				if !strings.Contains(got.Stack, "e2e.handle") {
					t.Errorf("got the stack\n%s\nwant the host's e2e.handle in it", got.Stack)
				}
				// On a thread of the plugin, too; that thread can be used afterwards.
				if r := call(t, p, "Elsewhere", op, 0, 1); r[0] != -1 {
					t.Errorf("operation %d elsewhere: got %v, want -1", op, r)
				}
			})
		}
		if r := call(t, p, "Elsewhere", opEcho, 1, 4); r[0] != 4 {
			t.Errorf("afterwards: got %v, want 4", r)
		}
		if r := call(t, p, "Fault"); r[0] != true {
			t.Errorf("Fault: got %v, want true: the plugin recovers from its own faults", r)
		}
		if badExtra(p.Manifest().GoVersion) {
			continue
		}
		if r := call(t, p, "BackAndFault", opNest, 3); r[0] != true {
			t.Errorf("BackAndFault: got %v, want true: the plugin recovers after a callback that called the plugin", r)
		}
	}
	native.SetHandler(nil)
	if r := call(t, p, "Back", opEcho, 1); r[0] != wire.StatusBadOp {
		t.Errorf("without a handler: got %v, want %v", r, wire.StatusBadOp)
	}
}

// badExtra reports whether plugins built by this Go end the process when they take a
// fault after a callback in which the host called them again: golang.org/issue/72870.
func badExtra(v string) bool { return goversion.Compare(v, "go1.23") < 0 }

// runtime.Goexit in a handler ends the process, and says why.
func TestCallbackGoexit(t *testing.T) {
	out, err := childOutput(t, "callback goexit", time.Minute, "WINPLUGIN_TEST_LIBRARY="+caller(t))
	if err == nil || !strings.Contains(out, "runtime.Goexit was called in a callback") {
		t.Errorf("got %v and the output\n%.2000s\nwant an error and a message on runtime.Goexit", err, out)
	}
}

func init() {
	children["callback goexit"] = func() error {
		p, err := winplugin.Open(childLibrary())
		if err != nil {
			return err
		}
		native.SetHandler(func(*wire.Frame) { runtime.Goexit() })
		_, err = p.Call(context.Background(), "Back", opExit, 0)
		return fmt.Errorf("the call came back: %w", err)
	}
}

// Goroutines of two libraries call back while the host calls them, stacks grow
// and move, all sides collect garbage, and a CPU profile of the host runs.
func TestCallbackSoak(t *testing.T) {
	one := open(t, caller(t))
	path, err := copyLibrary(caller(t), "caller")
	if err != nil {
		t.Fatal(err)
	}
	two := open(t, path)
	plugins := map[uint64]*winplugin.Plugin{library(t, one).Session(): one, library(t, two).Session(): two}
	other := map[*winplugin.Plugin]*winplugin.Plugin{one: two, two: one}
	before := handleAfter(func(f *wire.Frame, before func(*wire.Frame)) {
		if plugins[f.Session] == nil {
			before(f)
			return
		}
		// What nests goes to the other library.
		handle(t, other[plugins[f.Session]], f)
	})
	defer native.SetHandler(before)
	round := func(p *winplugin.Plugin, i int, with load) error {
		for _, c := range []struct {
			function string
			args     []any
			want     int
		}{
			{"Elsewhere", []any{opEcho, i, 8}, 8 * i},
			{"Elsewhere", []any{opGrow, i % 500, 8}, 8 * (i % 500)},
			{"Elsewhere", []any{opNest, i % 20, 2}, 2 * (i % 20)},
			{"Elsewhere", []any{opThread, i % 5, 1}, i % 5},
			{"Elsewhere", []any{opFault, 0, 2}, -1},
			{"ManyElsewhere", []any{opEcho, 10, 8}, 8 * 45},
			{"Threads", []any{opEcho, 1, 2}, 2},
		} {
			if c.function == "Threads" && !with.threads {
				continue
			}
			if r, err := p.Call(context.Background(), c.function, c.args...); err != nil || r[0] != c.want {
				return fmt.Errorf("%s%v: got %v, %w, want %d", c.function, c.args, r, err, c.want)
			}
		}
		if r, err := p.Call(context.Background(), "Fault"); err != nil || r[0] != true {
			return fmt.Errorf("Fault: got %v, %w, want true", r, err)
		}
		return nil
	}
	limit := *soakTime
	if testing.Short() {
		limit = time.Second
	}
	soak(t, limit, func(ctx context.Context, with load, report func(error)) {
		var wg sync.WaitGroup
		var rounds atomic.Int64
		for g := range 4 {
			wg.Go(func() {
				p := []*winplugin.Plugin{one, two}[g%2]
				for i := 0; ctx.Err() == nil; i++ {
					report(errors.Join(round(p, i, with), hostFault()))
					rounds.Add(1)
				}
			})
		}
		wg.Go(func() {
			for ctx.Err() == nil {
				runtime.GC()
				call(t, one, "Collect")
				call(t, two, "Collect")
			}
		})
		wg.Wait()
		t.Logf("%+v: %d rounds", with, rounds.Load())
	})
}

// A loop in a handler can be preempted on threads of the host and of the plugin. Otherwise
// a garbage collection could not begin.
func TestCallbackPreemption(t *testing.T) {
	p := callbacks(t)
	for range 20 {
		within(t, "a callback", func() { call(t, p, "Back", opSpin, 0) })
		within(t, "a callback from a goroutine", func() { call(t, p, "Elsewhere", opSpin, 0, 2) })
		within(t, "a call", func() { call(t, p, "Spin") })
	}
}

// The runtime's state for a thread of a plugin is released when the thread ends.
func TestCallbackThreadsEnd(t *testing.T) {
	if isolated(t, map[string]string{"caller": caller(t)}) {
		return
	}
	p := callbacks(t)
	// The runtime lists every M that it ever made here; those of other people's
	// threads are used again.
	created := pprof.Lookup("threadcreate")
	const threads = 2000
	before := created.Count()
	for range threads / 100 {
		if r := call(t, p, "Threads", opEcho, 1, 100); r[0] != 100 {
			t.Fatalf("Threads: got %v, want 100", r)
		}
	}
	if made := created.Count() - before; made > threads/20 {
		t.Errorf("got %d Ms of the host's runtime for %d threads that call back, want at most %d", made, threads, threads/20)
	}
	// They end well while the host works, too.
	within(t, "the host", runtime.GC)
}
