package e2e

import (
	"runtime"
	"testing"

	calls "github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// bareCallbacks opens the caller below the public API. Its callbacks return at once.
func bareCallbacks(b *testing.B) *plugin.Plugin {
	b.Helper()
	p := backend(b, caller(b), plugin.Options{})
	before := native.SetHandler(func(f *wire.Frame) { f.Status = wire.StatusOK })
	b.Cleanup(func() { native.SetHandler(before) })
	return p
}

// BenchmarkCallback compares a callback nested in a call, both ways together, with
// the bare transition.
func BenchmarkCallback(b *testing.B) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	p := bareCallbacks(b)
	s := lookup(b, p, "Back")
	limit := backend(b, kitchen(b), plugin.Options{})
	compare(b, "callback", func(n int) { callBack(b, p, s, n) }, nothing(b, limit))
}

// callBack calls the caller's Back n times.
func callBack(b *testing.B, p *plugin.Plugin, back *calls.Signature, n int) {
	for i := range n {
		var c calls.Call
		if err := p.Begin(&c, back); err != nil {
			b.Fatal(err)
		}
		f := c.Frame
		f.SetUint64(0, opEcho)
		f.SetInt(1, i)
		if err := c.Do(); err != nil || f.Uint64(0) != wire.StatusOK || f.Int(1) != i {
			b.Fatalf("got %d, %d, %v, want %d, %d, nil", f.Uint64(0), f.Int(1), err, wire.StatusOK, i)
		}
		c.End()
	}
}

// benchmarkMany calls the host back from the plugin, without a call around each.
func benchmarkMany(b *testing.B, function string, more ...int) {
	p := bareCallbacks(b)
	s := lookup(b, p, function)
	var c calls.Call
	if err := p.Begin(&c, s); err != nil {
		b.Fatal(err)
	}
	defer c.End()
	f := c.Frame
	f.SetUint64(0, opEcho)
	f.SetInt(1, b.N)
	for i, n := range more {
		f.SetInt(2+i, n)
	}
	b.ResetTimer()
	if err := c.Do(); err != nil || f.Int(0) != b.N*(b.N-1)/2 {
		b.Fatalf("got %d, %v, want %d, nil", f.Int(0), err, b.N*(b.N-1)/2)
	}
}

// BenchmarkCallbackOnly is a callback within one long call.
func BenchmarkCallbackOnly(b *testing.B) { benchmarkMany(b, "Many") }

// BenchmarkCallbackElsewhere is a callback from a goroutine of the plugin.
func BenchmarkCallbackElsewhere(b *testing.B) { benchmarkMany(b, "ManyElsewhere", 1) }

// BenchmarkCallbackMap is a method of the host that returns a map, which the plugin may write to,
// and one that returns a struct with a map, which is a copy.
func BenchmarkCallbackMap(b *testing.B) {
	p := objects(b)
	for name, function := range map[string]string{"map": "TakeReturned", "struct": "TakeBoxed"} {
		b.Run(name, func(b *testing.B) {
			k := newKeeper()
			b.ResetTimer()
			if _, err := p.Call(b.Context(), function, k, b.N); err != nil {
				b.Fatal(err)
			}
		})
	}
}
