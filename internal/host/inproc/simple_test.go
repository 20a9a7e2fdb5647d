package inproc

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

func TestSimple(t *testing.T) {
	if raceDetector {
		t.Skip("with the race detector no call is simple")
	}
	add := func(f *wire.Frame) {
		f.SetUint64(0, f.Uint64(0)+f.Uint64(1)+f.Uint64(2)+f.Uint64(3))
		f.Status = wire.StatusOK
	}
	for _, test := range []struct {
		name string
		run  func(f *wire.Frame)
		fail error // of Invoke
		want wire.Frame
	}{
		{name: "succeeds", run: add, want: wire.Frame{Status: wire.StatusOK}},
		{name: "panics", run: func(f *wire.Frame) { f.Status = wire.StatusPanic; fill(f, 3) }, want: wire.Frame{Status: wire.StatusPanic, Len: 3}},
		{name: "holds results", run: holding(firstBuffer + 1), want: wire.Frame{Len: firstBuffer + 1}},
		{name: "is damaged", run: func(f *wire.Frame) { f.Len = f.Cap + 1 }, fail: wire.ErrDamaged},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := new(plugin)
			b := newBackend(p, backend.Limits{})
			if _, _, done := b.Simple(1, 2, 3, 4, 5); done {
				t.Fatal("without an idle invocation: got done, want not")
			}
			begin(t, b).Release()
			p.run = test.run
			got, v, done := b.Simple(1, 2, 3, 4, 5)
			if !done {
				t.Skip("the goroutine is on another processor")
			}
			if v == nil {
				if want := uint64(14); got != want || test.want.Status != wire.StatusOK {
					t.Errorf("got %d and no invocation, want %d", got, want)
				}
				return
			}
			p.ops = nil
			if err := v.Invoke(); err != test.fail {
				t.Fatalf("Invoke: got error %v, want %v", err, test.fail)
			}
			if len(p.ops) > 0 && p.ops[0] == 1 {
				t.Error("Invoke called the function again")
			}
			if f := v.Frame(); test.fail == nil {
				if diff := cmp.Diff([]uint64{test.want.Status, test.want.Len}, []uint64{f.Status, f.Len}); diff != "" {
					t.Errorf("status and length (-want +got):\n%s", diff)
				}
			}
			v.Release()
			<-b.Drain()
		})
	}
}

func TestSimpleAfterDrain(t *testing.T) {
	b := newBackend(new(plugin), backend.Limits{})
	begin(t, b).Release()
	<-b.Drain()
	if _, _, done := b.Simple(1, 0, 0, 0, 0); done {
		t.Error("got done after Drain, want not")
	}
}
