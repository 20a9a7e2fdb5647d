package e2e

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	winplugin "github.com/RamanSharma100/go-winplugin"
	calls "github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/host/inproc"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// backend opens the kitchen's library, or a copy of it, below the public API.
func backend(b testing.TB, path string, opt plugin.Options) *plugin.Plugin {
	b.Helper()
	p, err := plugin.Open(context.Background(), path, opt)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

func lookup(b *testing.B, p *plugin.Plugin, name string) *calls.Signature {
	b.Helper()
	s, err := p.Lookup(name)
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// add is a scalar call by the internal call path: what a typed binding does.
func add(p *plugin.Plugin, s *calls.Signature, x, y int) (int, error) {
	var c calls.Call
	if err := p.Begin(&c, s); err != nil {
		return 0, err
	}
	f := c.Frame
	f.SetInt(0, x)
	f.SetInt(1, y)
	if err := c.Do(); err != nil {
		c.End()
		return 0, err
	}
	sum := f.Int(0)
	c.End()
	return sum, nil
}

// echo is a call that passes a string and returns it.
func echo(p *plugin.Plugin, s *calls.Signature, text string) (string, error) {
	var c calls.Call
	if err := p.Begin(&c, s); err != nil {
		return "", err
	}
	defer c.End()
	c.SetBytes(0, unsafe.Pointer(unsafe.StringData(text)), len(text))
	err := c.Do()
	runtime.KeepAlive(text)
	if err != nil {
		return "", err
	}
	return string(c.Results()), nil
}

// compare runs the two functions by turns, so that both run under the same load, and
// reports the median time of each and their ratio. Each must do n calls.
func compare(b *testing.B, name string, measured, limit func(n int)) {
	const batch = 2000
	measured(batch)
	limit(batch)
	var times [2][]float64
	b.ResetTimer()
	// The benchmark's own clock is finer than package time's on Windows.
	for done := 0; done == 0 || done < b.N; done += batch {
		for i, f := range []func(int){measured, limit} {
			start := b.Elapsed()
			f(batch)
			times[i] = append(times[i], float64((b.Elapsed()-start).Nanoseconds())/batch)
		}
	}
	b.StopTimer()
	m, l := median(times[0]), median(times[1])
	b.ReportMetric(m, name+"-ns")
	b.ReportMetric(l, "limit-ns")
	b.ReportMetric(m/l, "x-limit")
	b.ReportMetric(0, "ns/op")
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// nothing returns a function that enters a library by its plain C export of a function that
// does nothing, n times: the bare transition, on a bound thread. Only libraries of the cgo
// bridge have such exports. If p is of the pure bridge, it is another library of the same source.
func nothing(b *testing.B, p *plugin.Plugin) func(n int) {
	b.Helper()
	if p.Manifest().Bridge.Kind != manifest.CGO {
		a, err := winplugin.Build(context.Background(), copyPlugin(b, "kitchen"), options(winplugin.WithBridge(winplugin.CGO))...)
		if errors.As(err, new(*winplugin.ToolchainError)) {
			b.Skip(err)
		}
		if err != nil {
			b.Fatal(err)
		}
		p = backend(b, a.Path, plugin.Options{})
	}
	if _, err := add(p, lookup(b, p, "Add"), 1, 1); err != nil { // binds this thread
		b.Fatal(err)
	}
	address, err := p.Backend().(*inproc.Backend).Library().Symbol("go_plugin_kitchen_Nothing")
	if err != nil {
		b.Fatal(err)
	}
	args := make([]uintptr, 0, 1) // on the heap: the call's arguments escape
	return func(n int) {
		for range n {
			rawCall(address, args)
		}
	}
}

// BenchmarkScalar compares Add(int, int) int with the bare transition.
func BenchmarkScalar(b *testing.B) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	p := backend(b, kitchen(b), plugin.Options{})
	s := lookup(b, p, "Add")
	b.ReportAllocs()
	compare(b, "add", func(n int) {
		for i := range n {
			if sum, err := add(p, s, i, 1); err != nil || sum != i+1 {
				b.Fatalf("Add: got %d, %v, want %d, nil", sum, err, i+1)
			}
		}
	}, nothing(b, p))
}

// BenchmarkScalarParallel calls from all processors at once.
func BenchmarkScalarParallel(b *testing.B) {
	p := backend(b, kitchen(b), plugin.Options{})
	s := lookup(b, p, "Add")
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if sum, err := add(p, s, i, 1); err != nil || sum != i+1 {
				b.Errorf("Add: got %d, %v, want %d, nil", sum, err, i+1)
				return
			}
		}
	})
}

// BenchmarkScalarUnbound is a call from a thread that is not bound to the library. It takes
// longer on Windows only.
func BenchmarkScalarUnbound(b *testing.B) {
	path, err := copyLibrary(kitchen(b), "unbound")
	if err != nil {
		b.Fatal(err)
	}
	p := backend(b, path, plugin.Options{NoBinding: true})
	s := lookup(b, p, "Add")
	for i := 0; b.Loop(); i++ {
		if sum, err := add(p, s, i, 1); err != nil || sum != i+1 {
			b.Fatalf("Add: got %d, %v, want %d, nil", sum, err, i+1)
		}
	}
}

// BenchmarkCall is the public call with conversions.
func BenchmarkCall(b *testing.B) {
	p := openKitchen(b)
	b.ReportAllocs()
	for b.Loop() {
		call2(b, p.Call, "Add", 10, 20)
	}
}

func call2(b *testing.B, f func(context.Context, string, ...any) ([]any, error), name string, args ...any) {
	if _, err := f(context.Background(), name, args...); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkEcho passes strings and returns them.
func BenchmarkEcho(b *testing.B) {
	p := backend(b, kitchen(b), plugin.Options{})
	s := lookup(b, p, "Echo")
	for _, size := range []int{16, 1 << 10, 64 << 10} {
		text := strings.Repeat("x", size)
		b.Run(sizeName(size), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(size))
			for b.Loop() {
				if got, err := echo(p, s, text); err != nil || got != text {
					b.Fatalf("Echo: got %d bytes, %v, want %d, nil", len(got), err, len(text))
				}
			}
		})
	}
}

func sizeName(n int) string {
	if n < 1<<10 {
		return "16B"
	}
	if n < 64<<10 {
		return "1KiB"
	}
	return "64KiB"
}

// BenchmarkOpen opens an unchanged plugin folder: everything is in the cache.
// Loading the library is part of it only for the first one.
func BenchmarkOpen(b *testing.B) {
	dir := copyPlugin(b, "kitchen")
	open(b, dir)
	for b.Loop() {
		open(b, dir)
	}
}

// BenchmarkLoad loads libraries, their runtimes' start included. Their number is
// the same whatever b.N is: the more there are, the longer the next one takes.
func BenchmarkLoad(b *testing.B) {
	loadOnce.Do(func() {
		var paths []string
		for i := range 20 {
			path, err := copyLibrary(kitchen(b), fmt.Sprintf("load_%d", i))
			if err != nil {
				b.Fatal(err)
			}
			paths = append(paths, path)
		}
		start := time.Now()
		for _, path := range paths {
			backend(b, path, plugin.Options{})
		}
		loadTime = time.Since(start) / time.Duration(len(paths))
	})
	b.ReportMetric(float64(loadTime.Microseconds())/1000, "ms/load")
	b.ReportMetric(0, "ns/op")
}

var (
	loadOnce sync.Once
	loadTime time.Duration
)
