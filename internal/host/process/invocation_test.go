//go:build amd64 && (linux || windows)

package process

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// newAnswering returns a backend whose plugin is this test: it answers each call.
func newAnswering(t *testing.T, answer func(*exchange.Slot)) *Backend {
	t.Helper()
	b := newForged(t)
	b.maxCalls = 10
	b.arena = exchange.NewArena(exchange.HostArena, exchange.ArenaSize, b.section.discard)
	b.Init(b.crashed, nil)
	var (
		stop atomic.Bool
		done = make(chan struct{})
	)
	go func() {
		defer close(done)
		for !stop.Load() {
			for i := range int(b.lanes.Load()) {
				if lane := exchange.LaneAt(b.section.memory, false, i); lane.Turn.Load() == exchange.Call {
					answer(&lane.Call)
					lane.Turn.Set(exchange.Return, forgedSide(lane))
				}
			}
		}
	}()
	t.Cleanup(func() {
		for b.underWay.Load() > 0 { // they read the memory, which is freed next
			time.Sleep(time.Millisecond)
		}
		stop.Store(true)
		<-done
	})
	return b
}

// A plugin that holds the answer to the question for what it holds is not asked again.
func TestHeldWithoutEnd(t *testing.T) {
	for name, size := range map[string]uint64{"small": 64, "too large": 1 << 40} {
		t.Run(name, func(t *testing.T) {
			var calls atomic.Int64
			b := newAnswering(t, func(s *exchange.Slot) {
				calls.Add(1)
				s.Held, s.Len = 1, size
			})
			v, _, err := b.Begin(0, 4)
			if err != nil {
				t.Fatal(err)
			}
			defer v.Release()
			if err := v.Invoke(); err == nil {
				t.Error("got no error, want one")
			}
			if got := calls.Load(); got > 2 {
				t.Errorf("got %d calls, want at most 2", got)
			}
		})
	}
}

// The calls of plugins in processes of their own count for the limit of all plugins.
func TestProcessCalls(t *testing.T) {
	t.Cleanup(func() { backend.SetProcessCalls(0) })
	backend.SetProcessCalls(3)
	var begun []backend.Invocation
	for range 3 {
		b := newAnswering(t, func(*exchange.Slot) {})
		for range 2 {
			v, _, err := b.Begin(0, 4)
			if err != nil {
				if !errors.As(err, new(*backend.ProcessLimitError)) {
					t.Errorf("got %v, want a ProcessLimitError", err)
				}
				continue
			}
			begun = append(begun, v)
		}
	}
	if got, want := len(begun), 3; got != want {
		t.Errorf("got %d calls, want %d", got, want)
	}
	for _, v := range begun {
		v.Release()
	}
	if got := backend.AddProcessCalls(0); got != 0 {
		t.Errorf("after all have ended: got %d calls counted, want 0", got)
	}
}

// A call whose arguments do not fit fails, and leaves the lane as it was.
func TestArgumentsDoNotFit(t *testing.T) {
	b := newAnswering(t, func(s *exchange.Slot) { s.Status = wire.StatusOK })
	b.arena = exchange.NewArena(exchange.HostArena, 1<<20, b.section.discard)
	for _, n := range []int{2 << 20, 1 << 20, 10, 1 << 20} {
		v, _, err := b.Begin(0, 4)
		if err != nil {
			t.Fatal(err)
		}
		data := make([]byte, n)
		v.SetBytes(0, unsafe.Pointer(unsafe.SliceData(data)), n)
		if err, want := v.Invoke(), n > 1<<20; errors.Is(err, exchange.ErrFull) != want || !want && err != nil {
			t.Errorf("%d bytes: got %v, want an error: %t", n, err, want)
		}
		v.Release()
	}
}

// What a reader fills comes back as far as it says, and not beyond the host's memory or if it fails.
func TestFilled(t *testing.T) {
	for _, test := range []struct {
		name   string
		count  int64
		status uint64
		want   string
	}{
		{"all", 4, wire.StatusOK, "read"},
		{"some", 2, wire.StatusOK, "rest"},
		{"nothing", 0, wire.StatusOK, "host"},
		{"negative", -1, wire.StatusOK, "host"},
		{"beyond the end", 1 << 40, wire.StatusOK, "read"},
		{"a panic", 4, wire.StatusPanic, "host"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var (
				b    *Backend
				seen atomic.Bool
			)
			b = newAnswering(t, func(s *exchange.Slot) {
				words := b.section.words(s.Words-b.base, s.NWords)
				filled := b.section.piece(words[0]-b.base, words[1])
				seen.Store(string(filled) == "host")
				copy(filled, "read")
				words[2], s.Status = uint64(test.count), test.status
			})
			v, _, err := b.Begin(0, 4)
			if err != nil {
				t.Fatal(err)
			}
			defer v.Release()
			memory := []byte("host and more")
			v.SetFilled(0, unsafe.Pointer(&memory[0]), 4, 2)
			if err := v.Invoke(); err != nil {
				t.Fatal(err)
			}
			if got, want := string(memory), test.want+" and more"; got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			if seen.Load() {
				t.Error("the plugin got what the host had in its memory, want nothing of it")
			}
		})
	}
}
