package inproc

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A plugin stands for a loaded library. run is its code; a nil one returns at once.
type plugin struct {
	run   func(f *wire.Frame)
	exit  *native.Unloading
	crash *native.CrashError
	ops   []uint64 // the functions and operations that were entered
}

func (p *plugin) Session() uint64                                { return 7 }
func (p *plugin) Unloadable() error                              { return native.ErrNotUnloadable }
func (p *plugin) NewTransition() *native.Transition              { return new(native.Transition) }
func (p *plugin) Release(func() error, func()) *native.Unloading { return p.exit }
func (p *plugin) Crash() *native.CrashError                      { return p.crash }
func (p *plugin) Enter(t *native.Transition) {
	p.ops = append(p.ops, t.Frame.Func)
	if p.run != nil {
		p.run(&t.Frame)
	}
}

// begin starts an invocation of function 1.
func begin(t *testing.T, b backend.Backend) backend.Invocation {
	t.Helper()
	v, _, err := b.Begin(1, 2)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// fill puts n bytes into the frame's buffer.
func fill(f *wire.Frame, n int) {
	b := unsafe.Slice(*(**byte)(unsafe.Pointer(&f.Buf)), n)
	for i := range b {
		b[i] = byte(i)
	}
	f.Len = uint64(n)
}

// holding is the code of a plugin that holds its results, n bytes, until they are fetched.
func holding(n int) func(f *wire.Frame) {
	return func(f *wire.Frame) {
		switch {
		case f.Func == wire.OpFetch && f.Uint64(0) == 9:
			fill(f, n)
			f.Status = wire.StatusOK
		case f.Func == wire.OpDrop && f.Uint64(0) == 9:
			f.Status = wire.StatusOK
		case uint64(n) <= f.Cap:
			fill(f, n)
		default:
			f.Len, f.Held = uint64(n), 9
		}
	}
}

func TestInvokeFetchesHeldResults(t *testing.T) {
	for _, test := range []struct {
		name string
		size int
		ops  []uint64 // of two invocations, one after the other
	}{
		{"fits the buffer", firstBuffer, []uint64{1, 1}},
		{"is held", firstBuffer + 1, []uint64{1, wire.OpFetch, 1}},
		{"is too large for a buffer to be kept", keepBuffer + 1, []uint64{1, wire.OpFetch, 1, wire.OpFetch}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := &plugin{run: holding(test.size)}
			b := newBackend(p, backend.Limits{})
			v := newInvocation(b)
			for range 2 {
				v.shard.add()
				v.begin(1, 2)
				if err := v.Invoke(); err != nil {
					t.Fatal(err)
				}
				got := v.Results()
				if len(got) != test.size || got[test.size-1] != byte(test.size-1) {
					t.Errorf("got %d bytes, want %d", len(got), test.size)
				}
				v.Release()
			}
			if diff := cmp.Diff(test.ops, p.ops); diff != "" {
				t.Errorf("the plugin was entered for other operations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestInvokeFailures(t *testing.T) {
	const limit = 10_000
	for _, test := range []struct {
		name string
		run  func(f *wire.Frame)
		want error
		ops  []uint64
	}{
		{"results over the limit are dropped", holding(limit + 1), backend.ErrResultTooLarge, []uint64{1, wire.OpDrop}},
		{"the plugin refuses results over the limit", func(f *wire.Frame) { f.Status = wire.StatusTooLarge }, backend.ErrResultTooLarge, []uint64{1}},
		{"more bytes than the buffer has", func(f *wire.Frame) { f.Len = f.Cap + 1 }, wire.ErrDamaged, []uint64{1}},
		{"an unknown ticket", func(f *wire.Frame) {
			if f.Func == wire.OpFetch {
				f.Status = wire.StatusGone
				return
			}
			f.Len, f.Held = firstBuffer+1, 9
		}, errFetch, []uint64{1, wire.OpFetch}},
		{"fewer bytes than announced", func(f *wire.Frame) {
			if f.Func == wire.OpFetch {
				f.Status, f.Len = wire.StatusOK, firstBuffer
				return
			}
			f.Len, f.Held = firstBuffer+1, 9
		}, errFetch, []uint64{1, wire.OpFetch}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := &plugin{run: test.run}
			b := newBackend(p, backend.Limits{Result: limit})
			v := begin(t, b)
			defer v.Release()
			if err := v.Invoke(); !errors.Is(err, test.want) {
				t.Errorf("got error %v, want %v", err, test.want)
			}
			if diff := cmp.Diff(test.ops, p.ops); diff != "" {
				t.Errorf("the plugin was entered for other operations (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBeginGivesRoomForWords(t *testing.T) {
	b := newBackend(new(plugin), backend.Limits{})
	for _, words := range []int{0, inlineWords, inlineWords + 1, 300} {
		t.Run(fmt.Sprint(words, " words"), func(t *testing.T) {
			v, f, err := b.Begin(1, words)
			if err != nil {
				t.Fatal(err)
			}
			if f.NWords < uint64(words) || f.Func != 1 {
				t.Errorf("function %d with %d words, want 1 with %d at least", f.Func, f.NWords, words)
			}
			v.Release()
		})
	}
}

func TestBeginLimit(t *testing.T) {
	const limit = 20
	b := newBackend(new(plugin), backend.Limits{Calls: limit})
	var begun []backend.Invocation
	for range limit {
		begun = append(begun, begin(t, b))
	}
	if _, _, err := b.Begin(1, 0); !errors.Is(err, backend.ErrTooManyCalls) {
		t.Errorf("got error %v for one more, want ErrTooManyCalls", err)
	}
	if n := b.Stats().InFlight; n != limit {
		t.Errorf("%d invocations are under way, want %d", n, limit)
	}
	begun[0].Release()
	begin(t, b).Release()
	for _, v := range begun[1:] {
		v.Release()
	}
	if n := b.Stats().InFlight; n != 0 {
		t.Errorf("%d invocations are under way at the end, want 0", n)
	}
}

func TestDrain(t *testing.T) {
	closed := func(c <-chan struct{}) bool {
		select {
		case <-c:
			return true
		default:
			return false
		}
	}
	t.Run("none under way", func(t *testing.T) {
		b := newBackend(new(plugin), backend.Limits{})
		if !closed(b.Drain()) {
			t.Error("Drain of an idle backend: got an open channel, want a closed one")
		}
	})
	t.Run("waits for those under way", func(t *testing.T) {
		b := newBackend(new(plugin), backend.Limits{})
		begun := []backend.Invocation{begin(t, b), begin(t, b)}
		done := b.Drain()
		if _, _, err := b.Begin(1, 0); !errors.Is(err, backend.ErrClosed) {
			t.Errorf("got error %v, want ErrClosed", err)
		}
		for _, v := range slices.Backward(begun) {
			if closed(done) {
				t.Error("with an invocation under way: got a closed channel, want an open one")
			}
			v.Release()
		}
		<-done
	})
	t.Run("undrained", func(t *testing.T) {
		p := new(plugin)
		b := newBackend(p, backend.Limits{Calls: 1})
		<-b.Drain()
		v := begin(t, b.Undrained())
		if err := v.Invoke(); err != nil || len(p.ops) != 1 {
			t.Errorf("error %v after %d entries, want none after 1", err, len(p.ops))
		}
		v.Release()
	})
}

// What keeps calls from beginning after Drain.
func TestGone(t *testing.T) {
	crash := &native.CrashError{Reason: "exit code 3"}
	for _, test := range []struct {
		name          string
		crash         *native.CrashError
		drain, closed bool
		want          error
	}{
		{name: "takes calls"},
		{name: "drained", drain: true, want: backend.ErrClosed},
		{name: "has ended", crash: crash, drain: true, want: crash},
		{name: "has ended, which is not yet noticed", crash: crash, want: crash},
		{name: "has ended and was closed", crash: crash, drain: true, closed: true, want: backend.ErrClosed},
		{name: "is being closed", closed: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBackend(&plugin{crash: test.crash}, backend.Limits{})
			var closed atomic.Bool
			closed.Store(test.closed)
			b.SetClosed(&closed)
			if test.drain {
				<-b.Drain()
				if _, _, err := b.Begin(1, 0); err == nil || !errors.As(err, new(*backend.GoneError)) || !errors.Is(err, test.want) {
					t.Errorf("Begin: got error %v, want a GoneError with %v", err, test.want)
				}
			}
			if got := b.Gone(); got != test.want {
				t.Errorf("got error %v, want %v", got, test.want)
			}
		})
	}
}

func TestOperate(t *testing.T) {
	p := &plugin{run: func(f *wire.Frame) {
		fill(f, 3)
		f.SetUint64(0, f.Uint64(0)+1)
		f.Status = wire.StatusGone
	}}
	b := newBackend(p, backend.Limits{})
	words, buffer := []uint64{41}, make([]byte, 8)
	status, n := b.Operate(wire.OpTypeOf, words, buffer)
	if status != wire.StatusGone || n != 3 || words[0] != 42 || buffer[2] != 2 {
		t.Errorf("got status %d, %d bytes in buffer %v, words %v, want status StatusGone, 3 bytes, word 42", status, n, buffer, words)
	}
}

func TestRelease(t *testing.T) {
	// A nil *native.Unloading must not become an interface that is not nil.
	t.Run("nothing to wait for", func(t *testing.T) {
		if exit := newBackend(new(plugin), backend.Limits{}).Release(nil, nil); exit != nil {
			t.Errorf("got %v, want nil", exit)
		}
	})
	t.Run("something to wait for", func(t *testing.T) {
		p := &plugin{exit: new(native.Unloading)}
		if exit := newBackend(p, backend.Limits{}).Release(nil, nil); exit != p.exit {
			t.Errorf("got %v, want %p", exit, p.exit)
		}
	})
}

func TestLimits(t *testing.T) {
	for _, test := range []struct {
		name   string
		limits backend.Limits
		calls  int64
		result uint64
	}{
		{"by default", backend.Limits{}, defaultCalls, wire.MaxSize},
		{"set", backend.Limits{Calls: 3, Result: 100}, 3, 100},
		{"more than a message may have", backend.Limits{Result: math.MaxInt}, defaultCalls, wire.MaxSize},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newBackend(new(plugin), test.limits)
			if b.maxCalls != test.calls || b.maxResult != test.result {
				t.Errorf("got %d calls and results of %d bytes, want %d and %d", b.maxCalls, b.maxResult, test.calls, test.result)
			}
		})
	}
}

func TestSetBytes(t *testing.T) {
	text := []byte("text")
	var got []byte
	b := newBackend(&plugin{run: func(f *wire.Frame) { got = f.Bytes(1) }}, backend.Limits{})
	v, _, err := b.Begin(1, 4)
	if err != nil {
		t.Fatal(err)
	}
	defer v.Release()
	v.SetBytes(1, unsafe.Pointer(&text[0]), len(text))
	if err := v.Invoke(); err != nil || string(got) != "text" {
		t.Errorf("the plugin got %q, error %v, want %q", got, err, text)
	}
}

// The calls of all plugins together are limited, and each that ends makes room.
func TestProcessCalls(t *testing.T) {
	const limit = 40
	t.Cleanup(func() { backend.SetProcessCalls(0) })
	var begun []backend.Invocation
	var failure error
	for range 8 {
		b := newBackend(new(plugin), backend.Limits{ProcessCalls: limit})
		for range limit {
			v, _, err := b.Begin(0, 1)
			if err != nil {
				failure = err
				break
			}
			begun = append(begun, v)
		}
	}
	if !errors.Is(failure, backend.ErrTooManyCalls) || !errors.As(failure, new(*backend.ProcessLimitError)) {
		t.Errorf("got %v, want a ProcessLimitError", failure)
	}
	if got := backend.AddProcessCalls(0); got > limit {
		t.Errorf("got %d invocations counted, want at most %d", got, limit)
	}
	for _, v := range begun {
		v.Release()
	}
	if got := backend.AddProcessCalls(0); got != 0 {
		t.Errorf("after all have ended: got %d invocations counted, want 0", got)
	}
}
