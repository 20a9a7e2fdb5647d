package e2e

import (
	"io"
	"runtime"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
)

// A callback nested in a call: host, plugin, host.
func BenchmarkObjectCallback(b *testing.B) {
	p := objects(b)
	double := func(n int) int { return 2 * n }
	apply := bound[func(func(int) int, int) int](b, p, "Apply")
	b.Run("func", func(b *testing.B) {
		for b.Loop() {
			apply(double, 21)
		}
	})
	// The func crosses once, and is called often: what a callback itself costs.
	times := bound[func(func(int) int, int)](b, p, "Times")
	b.Run("inner", func(b *testing.B) {
		times(double, b.N)
	})
	s := new(service)
	if err := bound[func(Host) error](b, p, "Init")(s); err != nil {
		b.Fatal(err)
	}
	log := bound[func(int)](b, p, "LogTimes")
	b.Run("method", func(b *testing.B) { log(b.N) })
	// The whole round, compared with the bare transition.
	once := bound[func(int) int](b, p, "LogOnce")
	b.Run("nested", func(b *testing.B) {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		compare(b, "nested", func(n int) {
			for range n {
				once(1)
			}
		}, nothing(b, backend(b, kitchen(b), plugin.Options{})))
	})
	get := bound[func(int) error](b, p, "GetTimes")
	b.Run("context", func(b *testing.B) {
		if err := get(b.N); err != nil {
			b.Fatal(err)
		}
	})
}

// A method of an object, compared with a function that does the same.
func BenchmarkObjectMethod(b *testing.B) {
	p := objects(b)
	c := bound[func(int) *winplugin.Object](b, p, "NewCounter")(0)
	method, err := winplugin.Method[func(int) int](c, "Add")
	if err != nil {
		b.Fatal(err)
	}
	function := bound[func(int) int](b, p, "AddGlobal")
	compare(b, "method", func(n int) {
		for range n {
			method(1)
		}
	}, func(n int) {
		for range n {
			function(1)
		}
	})
}

type zeros struct{ n int64 }

func (z *zeros) Read(p []byte) (int, error) {
	clear(p)
	if z.n <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), z.n)
	z.n -= n
	return int(n), nil
}

type sink struct{ n int64 }

func (s *sink) Write(p []byte) (int, error) { s.n += int64(len(p)); return len(p), nil }

// 64 MB through the boundary: the plugin reads from the host and writes to it, and the
// host reads from the plugin.
func BenchmarkObjectCopy(b *testing.B) {
	p := objects(b)
	const size = 64 << 20
	copied := bound[func(io.Writer, io.Reader, int) (int64, error)](b, p, "Copy")
	b.Run("plugin copies", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			if n, err := copied(new(sink), &zeros{size}, 32<<10); err != nil || n != size {
				b.Fatalf("got %d, %v, want %d, nil", n, err, size)
			}
		}
	})
	source := bound[func(int64) io.Reader](b, p, "Zeros")
	b.Run("host reads", func(b *testing.B) {
		b.SetBytes(size)
		for b.Loop() {
			if n, err := io.Copy(new(sink), source(size)); err != nil || n != size {
				b.Fatalf("got %d, %v, want %d, nil", n, err, size)
			}
		}
	})
}
