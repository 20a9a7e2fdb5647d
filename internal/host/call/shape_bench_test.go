package call

import (
	"context"
	"reflect"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend/fake"
	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// The memory of benchFrame: a frame has addresses only, which keep nothing alive.
var (
	benchWords  [16]uint64
	benchBuffer [4096]byte
)

// benchFrame returns a frame with words and a buffer.
func benchFrame() *wire.Frame {
	return &wire.Frame{
		Words: uintptr(unsafe.Pointer(&benchWords)), NWords: uint64(len(benchWords)),
		Buf: uintptr(unsafe.Pointer(&benchBuffer)), Cap: uint64(len(benchBuffer)),
	}
}

func bound[F any](b *testing.B, backend *fake.Backend) F {
	t := reflect.TypeFor[F]()
	f := manifest.Function{Name: "F"}
	in := 0
	if t.NumIn() > 0 && t.In(0) == contextType {
		in = 1
	}
	for ; in < t.NumIn(); in++ {
		f.Params = append(f.Params, manifest.Param{Type: typeOf(t.In(in))})
	}
	for i := range t.NumOut() {
		if t.Out(i) != errorType {
			f.Results = append(f.Results, manifest.Param{Type: typeOf(t.Out(i))})
		}
	}
	e := exportsOf(b, backend, &manifest.Manifest{Package: "p", Functions: []manifest.Function{f}})
	binding, err := e.Bind("F", t)
	if err != nil {
		b.Fatal(err)
	}
	return binding.Make().Interface().(F)
}

// BenchmarkShape measures what the host's funcs of the usual shapes cost beside the
// backend.
func BenchmarkShape(b *testing.B) {
	backend := &fake.Backend{Reuse: true}
	b.Run("WW>We", func(b *testing.B) {
		f := bound[func(int, int) (int, error)](b, backend)
		b.ReportAllocs()
		for b.Loop() {
			f(1, 2)
		}
	})
	b.Run("WW>W", func(b *testing.B) {
		f := bound[func(int, int) int](b, backend)
		b.ReportAllocs()
		for b.Loop() {
			f(1, 2)
		}
	})
	b.Run("cS>We", func(b *testing.B) {
		f := bound[func(context.Context, string) (int, error)](b, backend)
		ctx := context.Background()
		b.ReportAllocs()
		for b.Loop() {
			f(ctx, "text")
		}
	})
	b.Run("WWWW>", func(b *testing.B) {
		f := bound[func(int, int, int, int)](b, backend)
		b.ReportAllocs()
		for b.Loop() {
			f(1, 2, 3, 4)
		}
	})
}

type benchObject struct{ n int }

func (o *benchObject) Add(x, y int) int             { return o.n + x + y }
func (o *benchObject) Try(x, y int) (int, error)    { return o.n + x + y, nil }
func (o *benchObject) Length(s string) (int, error) { return len(s), nil }

// BenchmarkCallback measures what a callback of the usual shapes costs beside the way
// into the host.
func BenchmarkCallback(b *testing.B) {
	run := func(method string, o any, params []manifest.Kind, results ...manifest.Type) {
		b.Run(method, func(b *testing.B) {
			f := manifest.Function{Name: method, Receiver: "p.I", Params: []manifest.Param{{Type: manifest.Type{Kind: manifest.Int}}}}
			for _, k := range params {
				f.Params = append(f.Params, manifest.Param{Type: manifest.Type{Kind: k}})
			}
			for _, t := range results {
				f.Results = append(f.Results, manifest.Param{Type: t})
			}
			m := &manifest.Manifest{Package: "p"}
			c := benchCallback(b, f, m, typemap.NewScope(m), reflect.TypeOf(o))
			frame := benchFrame()
			text := "text"
			b.ReportAllocs()
			for b.Loop() {
				if params[0] == manifest.String {
					frame.SetArgument(1, unsafe.Pointer(unsafe.StringData(text)), 4) // results take its place
				}
				c(frame, o)
			}
			if frame.Status != wire.StatusOK {
				b.Fatalf("got status %d, want %d", frame.Status, wire.StatusOK)
			}
		})
	}
	integer, failure := manifest.Type{Kind: manifest.Int}, manifest.Type{Kind: manifest.Interface, Name: "error"}
	two := []manifest.Kind{manifest.Int, manifest.Int}
	o := &benchObject{1}
	run("Add", o, two, integer)
	run("Try", o, two, integer, failure)
	run("Length", o, []manifest.Kind{manifest.String}, integer, failure)
	run("", func(x, y int) int { return x + y }, two, integer)
}

func benchCallback(b *testing.B, f manifest.Function, m *manifest.Manifest, scope *typemap.Scope, t reflect.Type) func(*wire.Frame, any) {
	s, err := NewCallbackSignature("p", 0, &f, m.Types)
	if err != nil {
		b.Fatal(err)
	}
	c, err := BindCallback(s, scope, t)
	if err != nil {
		b.Fatal(err)
	}
	return func(f *wire.Frame, o any) { c.Handle(f, o, nil) }
}
