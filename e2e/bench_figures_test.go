//go:build linux && amd64 && cgo

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/e2e/cgocall"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// each returns the time that one of n calls takes.
func each(n int, f func(n int)) func() time.Duration {
	return func() time.Duration {
		start := time.Now()
		f(n)
		return time.Since(start) / time.Duration(n)
	}
}

// twice runs f on two goroutines at once. Both do n calls.
func twice(f func(n int)) func(n int) {
	return func(n int) {
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() { f(n) })
		}
		wg.Wait()
	}
}

// byBridge builds a plugin of testdata with a bridge.
func byBridge(b *testing.B, folder string, bridge winplugin.Bridge) string {
	b.Helper()
	dir := filepath.Join(b.TempDir(), folder)
	if err := copySource(dir, folder); err != nil {
		b.Fatal(err)
	}
	a, err := winplugin.Build(context.Background(), dir, options(append(slices.Clone(wanted(folder)), winplugin.WithBridge(bridge))...)...)
	if errors.As(err, new(*winplugin.ToolchainError)) {
		b.Skip(err)
	}
	if err != nil {
		b.Fatal(err)
	}
	return a.Path
}

// handWritten builds testdata/cshared in dir as one does by hand.
func handWritten(b *testing.B, dir string) string {
	b.Helper()
	out := filepath.Join(b.TempDir(), "hand.so")
	cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", out, ".")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1", "GOWORK=off")
	if text, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("go build: got error %v, want nil\n%s", err, text)
	}
	return out
}

// handWrittenSource writes testdata/cshared as a module of its own.
func handWrittenSource(b *testing.B) (dir string) {
	b.Helper()
	dir = copyPlugin(b, "cshared")
	write(b, filepath.Join(dir, "go.mod"), "module cshared\n\ngo 1.22\n")
	return dir
}

// BenchmarkFigures measures calls by both bridges beside a call by cgo as one writes it by
// hand, in one process and in alternation. It is the same whatever b.N is.
//
//	CGO_ENABLED=1 WINPLUGIN_TEST_BRIDGE=pure go test ./e2e -run '^$' -bench Figures -benchtime 1x
func BenchmarkFigures(b *testing.B) {
	hand, err := cgocall.Load(handWritten(b, handWrittenSource(b)), "Add")
	if err != nil {
		b.Fatal(err)
	}
	byHand := func(n int) {
		for i := range n {
			if sum := hand.Call(i, 1); sum != i+1 {
				b.Errorf("Call(%d, 1) = %d, want %d", i, sum, i+1)
			}
		}
	}
	const calls = 5_120
	figures := []*figure{
		{name: "cgo by hand", run: each(calls, byHand)},
		{name: "cgo by hand, two threads", run: each(calls, twice(byHand))},
	}
	for _, bridge := range []winplugin.Bridge{winplugin.Pure, winplugin.CGO} {
		p := open(b, byBridge(b, "kitchen", bridge))
		f, err := winplugin.Func[func(int, int) int](p, "Add")
		if err != nil {
			b.Fatal(err)
		}
		scalar := func(n int) {
			for i := range n {
				if sum := f(i, 1); sum != i+1 {
					b.Errorf("Add(%d, 1) = %d, want %d", i, sum, i+1)
				}
			}
		}
		backend := backend(b, byBridge(b, "caller", bridge), plugin.Options{})
		back := lookup(b, backend, "Back")
		callback := func(n int) {
			defer native.SetHandler(native.SetHandler(func(f *wire.Frame) { f.Status = wire.StatusOK }))
			callBack(b, backend, back, n)
		}
		const size = 256
		add, err := winplugin.Batch[func(sums, a, b []int) (int, error)](p, "Add")
		if err != nil {
			b.Fatal(err)
		}
		x, y, sums := make([]int, size), make([]int, size), make([]int, size)
		batch := func(n int) {
			for ; n > 0; n -= size {
				if _, err := add(sums, x, y); err != nil {
					b.Error(err)
				}
			}
		}
		name := func(what string) string { return fmt.Sprintf("%s bridge, %s", bridge, what) }
		figures = append(figures,
			&figure{name: name("scalar"), run: each(calls, scalar)},
			&figure{name: name("two threads"), run: each(calls, twice(scalar))},
			&figure{name: name("with a callback"), run: each(calls/2, callback)},
			&figure{name: name("batch of 256"), run: each(calls/size*size, batch)},
		)
	}
	alternate(b, 101, time.Nanosecond, figures)
	b.ReportMetric(0, "ns/op")
}
