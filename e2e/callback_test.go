package e2e

import (
	"context"
	"runtime"
	"sync"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/native"
	"github.com/RamanSharma100/go-winplugin/internal/wire"
)

// Operations of the tests' host.
const (
	opEcho   uint64 = 1 + iota
	opNest          // calls Back of the plugin with one less, until 0
	opThread        // the same through Elsewhere: each level is on another thread
	opPanic
	opFault
	opGrow
)

var callerOnce = struct {
	sync.Once
	path string
	err  error
}{}

// caller returns the library of testdata/caller.
func caller(t testing.TB) string {
	t.Helper()
	callerOnce.Do(func() {
		a, err := winplugin.Build(context.Background(), copyPlugin(t, "caller"), options(winplugin.WithoutPolicy())...)
		if err != nil {
			callerOnce.err = err
			return
		}
		callerOnce.path = a.Path
	})
	if callerOnce.err != nil {
		t.Fatal(callerOnce.err)
	}
	return callerOnce.path
}

// callbacks opens the caller and answers its callbacks until the test ends.
func callbacks(t testing.TB) *winplugin.Plugin {
	t.Helper()
	p := open(t, caller(t))
	peer := library(t, p).Peer()
	before := native.SetHandler(func(f *wire.Frame) {
		if f.Peer != peer {
			t.Errorf("a callback of library %d, not %d", f.Peer, peer)
		}
		answer(t, p, f)
	})
	t.Cleanup(func() { native.SetHandler(before) })
	return p
}

// answer is the host.
func answer(t testing.TB, p *winplugin.Plugin, f *wire.Frame) {
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
		if r := call(t, p, "Back", opNest, depth); r[0] != wire.StatusOK || r[1] != depth {
			t.Errorf("depth %d: %v", depth, r)
		}
		if r := call(t, p, "Elsewhere", opNest, depth, 4); r[0] != 4*depth {
			t.Errorf("depth %d from goroutines: %v", depth, r)
		}
	}
	if r := call(t, p, "Elsewhere", opThread, 50, 1); r[0] != 50 {
		t.Errorf("from goroutine to goroutine: %v", r)
	}
}
