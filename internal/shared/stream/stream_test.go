package stream

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A pair is both sides: what is exported by one is used by the other.
type pair struct {
	owner    Owner
	running  Forwarders
	released sync.WaitGroup    // until all that was exported was released
	bad      func(vs any) bool // which values cannot cross together
}

func newPair() *pair { return newPairOf(1) }

// newPairOf returns a pair with a window.
func newPairOf(window int) *pair {
	p := new(pair)
	p.owner.Window.Set(window)
	p.running.Window.Set(window)
	p.owner.Wake = p.running.Wake
	return p
}

func pointer[C any](c *C) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(c)) }

// from returns what stands for a channel to receive from, until stop.
func from[T any](p *pair, ref wire.Ref, c <-chan T, stop chan struct{}) <-chan T {
	own := make(chan T, p.running.Window.Size())
	p.released.Add(1)
	Fill(&p.running, ref, WeakOf(pointer(&own)), Typed[T], stop, func(single bool) ([]T, Outcome, error) {
		vs, o := Receive(&p.owner, ref, pointer(&c), Typed[T], single)
		if p.bad != nil && p.bad(vs) {
			return nil, o, errors.New("cannot cross")
		}
		return vs, o, nil
	}, func() {
		p.owner.Release(ref)
		p.released.Done()
	})
	return own
}

// to returns what stands for a channel to send to.
func to[T any](p *pair, ref wire.Ref, c chan<- T, stop chan struct{}) chan<- T {
	own := make(chan T, p.running.Window.Size())
	p.released.Add(1)
	Drain(&p.running, ref, WeakOf(pointer(&own)), Typed[T], stop, func(vs []T) (Outcome, error) {
		if p.bad != nil && p.bad(vs) {
			return Done, errors.New("cannot cross")
		}
		return Send(&p.owner, ref, pointer(&c), Typed[T], vs), nil
	}, func() { close(c) }, func() {
		p.owner.Release(ref)
		p.released.Done()
	})
	return own
}

// collect collects garbage until ok.
func collect(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); {
		if time.Now().After(end) {
			t.Fatalf("got no end of waiting, want %s", what)
		}
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}

func (p *pair) collected(t *testing.T, goroutines int) {
	t.Helper()
	collect(t, "streams are left", func() bool {
		return p.running.Len() == 0 && p.owner.Len() == 0 && runtime.NumGoroutine() <= goroutines
	})
	p.released.Wait()
}

// All values arrive, in their order.
func TestOrder(t *testing.T) {
	for _, window := range []int{1, 2, 64} {
		t.Run(fmt.Sprint("window ", window), func(t *testing.T) { testOrder(t, window) })
	}
}

func testOrder(t *testing.T, window int) {
	before := runtime.NumGoroutine()
	p := newPairOf(window)
	const n = 5000
	in, out := make(chan *int), make(chan int, 3)
	go func() {
		defer close(in)
		for i := range n {
			if in <- &i; i%1000 == 0 {
				runtime.GC()
			}
		}
	}()
	go func() {
		c := to(p, 2, out, nil)
		defer close(c)
		for v := range from(p, 1, in, nil) {
			if c <- *v; *v%777 == 0 {
				runtime.GC()
			}
		}
	}()
	for i := range n {
		if v, ok := <-out; v != i || !ok {
			t.Fatalf("%d, %t, want %d", v, ok, i)
		}
	}
	if v, ok := <-out; ok {
		t.Errorf("got %d after the end, want no value", v)
	}
	p.collected(t, before)
}

// Values that cannot cross together cross one by one, and those before one that cannot cross at
// all arrive.
func TestBatchesThatCannotCross(t *testing.T) {
	const n, never = 200, 150
	for _, test := range []struct {
		name string
		bad  func(vs any) bool
		want int
	}{
		{"several", func(vs any) bool { return len(vs.([]int)) > 1 }, n},
		{"one of them", func(vs any) bool { return slices.Contains(vs.([]int), never) }, never},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := newPairOf(16)
			p.bad = test.bad
			in, out := make(chan int, n), make(chan int, n)
			for i := range n {
				in <- i
			}
			close(in)
			got := 0
			for v := range from(p, 1, in, nil) {
				if v != got {
					t.Fatalf("received %d, want %d", v, got)
				}
				got++
			}
			if got != test.want {
				t.Errorf("got %d values received, want %d", got, test.want)
			}
			write := to(p, 2, out, nil)
			for i := range n {
				write <- i
			}
			Settle(pointer(&write))
			if got := len(out); got != test.want {
				t.Errorf("got %d values sent, want %d", got, test.want)
			}
			runtime.KeepAlive(write)
		})
	}
}

// Settle returns when all that was sent is with the owner, at least if that takes it.
func TestSettle(t *testing.T) {
	before := runtime.NumGoroutine()
	p := newPair()
	func() {
		out := make(chan int, 10)
		c := to(p, 1, out, nil)
		for i := range 500 {
			want := 1 + i%2
			for range want {
				c <- i
			}
			Settle(pointer(&c))
			if got := len(out); got != want {
				t.Fatalf("after %d the owner has %d values, want %d", i, got, want)
			}
			for len(out) > 0 {
				if got := <-out; got != i {
					t.Fatalf("got %d, want %d", got, i)
				}
			}
		}
		blocked := make(chan int)
		b := to(p, 2, blocked, nil)
		b <- 1
		Settle(pointer(&b)) // nobody receives yet
		if got := <-blocked; got != 1 {
			t.Errorf("got %d, want 1", got)
		}
		close(b)
		close(c)
		Settle(pointer(&c))
		Settle(pointer(&out)) // stands for no other channel
	}()
	p.collected(t, before)
}

// What is abandoned in whatever state is released.
func TestAbandoned(t *testing.T) {
	before := runtime.NumGoroutine()
	p := newPair()
	const n = 1000
	kept := make([]any, 0, 2*n)
	for i := range wire.Ref(n) {
		in, out := make(chan [2]int), make(chan string, i%2)
		kept = append(kept, in, out)
		read := from(p, 1+i, in, nil)
		write := to(p, 1+n+i, out, nil)
		for j := range int(i % 4) { // 0 and 1: waiting or unread, more: half read
			go func() {
				defer func() { _ = recover() }()
				in <- [2]int{j, j}
			}()
			if j > 0 {
				<-read
			}
			if write <- "text"; j > 0 {
				<-out
			}
		}
	}
	collect(t, "streams are left", func() bool { return p.running.Len() == 0 })
	for _, c := range kept { // end those who send to and receive from nobody
		switch c := c.(type) {
		case chan [2]int:
			close(c)
		}
	}
	kept = nil
	p.collected(t, before)
}

// A thousand streams that are young when they are abandoned end within two collections.
func TestAbandonedEndsSoon(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // only this test's own collections count
	before := runtime.NumGoroutine()
	p := newPair()
	const n = 500
	var kept []any
	for i := range wire.Ref(n) {
		in, out := make(chan [2]int, 2), make(chan string, 1)
		kept = append(kept, in, out)
		read, write := from(p, 1+i, in, nil), to(p, 1+n+i, out, nil)
		in <- [2]int{1, 1}
		in <- [2]int{2, 2}
		<-read
		write <- "text"
		<-out
	}
	if got := p.running.Len(); got != 2*n {
		t.Fatalf("got %d streams, want %d", got, 2*n)
	}
	for i := range 2 {
		settle()
		runtime.GC()
		for end := time.Now().Add(3 * time.Second); p.running.Len() > 0 && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		t.Logf("%d streams are left after %d collections", p.running.Len(), i+1)
		if p.running.Len() == 0 {
			break
		}
	}
	const busy = n / 100 // a stream that works during a collection stays until the next one
	if got := p.running.Len(); got > busy {
		t.Errorf("got %d streams after two collections, want at most %d", got, busy)
	}
	runtime.KeepAlive(kept)
	kept = nil
	p.collected(t, before)
}

// settle waits until no other goroutine can run, which means that all streams wait.
func settle() {
	stacks := make([]byte, 8<<20)
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if n := runtime.Stack(stacks, true); !bytes.Contains(stacks[:n], []byte(" [runnable")) {
			return
		}
	}
}

// What was sent arrives, also after the channel was abandoned.
func TestSentAndAbandoned(t *testing.T) {
	before := runtime.NumGoroutine()
	p := newPair()
	out := make(chan int)
	func() {
		c := to(p, 1, out, nil)
		c <- 1
		c <- 2
	}()
	collect(t, "the stream is left", func() bool { return p.running.Len() == 0 })
	for want := 1; want <= 2; want++ {
		if v := <-out; v != want {
			t.Errorf("%d, want %d", v, want)
		}
	}
	func() {
		c := to(p, 2, out, nil)
		close(c)
	}()
	if _, ok := <-out; ok {
		t.Error("got an open channel, want a closed one")
	}
	p.collected(t, before)
}

// One that nobody uses but that somebody has is left alone, and works afterwards.
func TestKept(t *testing.T) {
	p := newPair()
	in, out := make(chan int, 2), make(chan int, 1)
	read, write := from(p, 1, in, nil), to(p, 2, out, nil)
	for i := range 5 {
		for range 10 {
			runtime.GC()
			runtime.Gosched()
		}
		in <- i
		write <- i
		if a, b := <-read, <-out; a != i || b != i {
			t.Errorf("%d, %d, want %d", a, b, i)
		}
	}
	// Those who do not wait find room and values.
	in <- 1
	in <- 2
	collect(t, "no value is there", func() bool {
		select {
		case <-read:
			return true
		default:
			return false
		}
	})
	collect(t, "there is no room", func() bool {
		select {
		case write <- 1:
			return true
		default:
			return false
		}
	})
	runtime.KeepAlive(read)
	runtime.KeepAlive(write)
}

func TestStop(t *testing.T) {
	before := runtime.NumGoroutine()
	p := newPair()
	stop := make(chan struct{})
	in, out := make(chan int), make(chan int)
	read, write := from(p, 1, in, stop), to(p, 2, out, stop)
	write <- 1
	close(stop)
	if _, ok := <-read; ok {
		t.Error("got an open channel, want a closed one")
	}
	p.released.Wait()
	p.owner.Clear()
	p.collected(t, before)
	runtime.KeepAlive(write)
	runtime.KeepAlive(out)
}

// The owner closes, or is gone.
func TestOwnerEnds(t *testing.T) {
	before := runtime.NumGoroutine()
	p := newPair()
	out := make(chan int)
	close(out)
	write := to(p, 1, out, nil)
	for i := range 10 {
		write <- i // is lost
	}
	own := make(chan int, 1)
	done := make(chan bool)
	Fill(&p.running, 2, WeakOf(pointer(&own)), Typed[int], nil, func(bool) ([]int, Outcome, error) { return nil, Done, errors.New("gone") }, func() { close(done) })
	<-done
	if _, ok := <-own; ok {
		t.Error("got an open channel, want a closed one")
	}
	runtime.KeepAlive(write)
	write = nil
	p.collected(t, before)
}

func BenchmarkStream(b *testing.B) {
	for _, window := range []int{1, 64} {
		b.Run(fmt.Sprint("receive, window ", window), func(b *testing.B) {
			in := make(chan int)
			read := from(newPairOf(window), 1, in, nil)
			go func() {
				defer close(in)
				for i := range b.N {
					in <- i
				}
			}()
			for range read {
			}
		})
		b.Run(fmt.Sprint("send, window ", window), func(b *testing.B) {
			out := make(chan int)
			write := to(newPairOf(window), 1, out, nil)
			go func() {
				defer close(write)
				for i := range b.N {
					write <- i
				}
			}()
			for range out {
			}
		})
	}
}
