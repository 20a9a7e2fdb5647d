package e2e

import (
	"fmt"
	"runtime"
	"runtime/pprof"
	"testing"
)

// Streams that are abandoned, with values that nobody takes, waiting for some, and half
// read, end on both sides. While they wait they hold no threads.
func TestStreamsAbandoned(t *testing.T) {
	if isolated(t, map[string]string{"objects": built(t, "objects")}) {
		return
	}
	p := objects(t)
	session := inprocess(t, p.Path()).Attachment().Session()
	goroutines := bound[func() int](t, p, "Goroutines")
	ticker := bound[func(<-chan struct{}) <-chan int](t, p, "Ticker")
	silent := bound[func() <-chan int](t, p, "Silent")
	deaf := bound[func() chan<- int](t, p, "Deaf")
	peek := bound[func(<-chan int, chan<- int, int) int](t, p, "Peek")
	stop := make(chan struct{})
	// The first use makes what all uses share.
	peek(make(chan int, 1), make(chan int, 1), 0)
	<-ticker(stop)
	until(t, p, "what was before", func() (string, bool) { return fmt.Sprint(session.Exported()), session.Exported() <= 1 })
	host, plugin, created := runtime.NumGoroutine(), goroutines(), pprof.Lookup("threadcreate").Count()

	// How many calls wait at once depends on the machine, not on the number of streams.
	// Each thread that came from the other side counts as a goroutine too.
	const threads = 80
	n := 1000
	if testing.Short() {
		n = 100
	}
	for i := range n {
		// The plugin's in the host.
		from, none, to := ticker(stop), silent(), deaf()
		for j := range i % 4 {
			if v := <-from; v != j {
				t.Fatalf("%d, want %d", v, j)
			}
		}
		select {
		case v := <-none:
			t.Fatalf("got %v from a channel to which nothing was sent, want no value", v)
		default:
		}
		to <- i
		to <- i // one is on its way, the other one waits
		// The host's in the plugin.
		in, out := make(chan int, 3), make(chan int)
		in <- 1
		in <- 2
		go func() {
			for range 2 {
				<-out
			}
		}()
		if sum := peek(in, out, 2); sum != 3 {
			t.Fatalf("sum: got %d, want 3", sum)
		}
		peek(make(chan int), make(chan int), 0)
	}
	if made := pprof.Lookup("threadcreate").Count() - created; made > threads {
		t.Errorf("got %d threads for %d streams, want at most %d", made, 5*n, threads)
	}
	close(stop)
	until(t, p, "abandoned streams", func() (string, bool) {
		h, g, exported := runtime.NumGoroutine(), goroutines(), session.Exported()
		return fmt.Sprintf("%d are exported, %d goroutines of %d, the plugin's %d of %d", exported, h, host, g, plugin), exported == 0 && h <= host+threads && g <= plugin+threads
	})
}

// A stream lives longer than the call that brought it.
func TestStreamsKept(t *testing.T) {
	p := objects(t)
	watch := bound[func(<-chan int)](t, p, "Watch")
	stop := make(chan struct{})
	from := bound[func(<-chan struct{}) <-chan int](t, p, "Ticker")(stop)
	a, b := make(chan int), make(chan int)
	watch(a)
	watch(b)
	sums := make(chan int)
	go func() { sums <- bound[func() int](t, p, "Watched")() }()
	for i := range 20 {
		runtime.GC()
		call(t, p, "Collect")
		a <- i
		if v := <-from; v != i {
			t.Fatalf("%d, want %d", v, i)
		}
	}
	close(a)
	close(b)
	if sum := <-sums; sum != 190 {
		t.Errorf("sum: got %d, want 190", sum)
	}
	// The plugin closes its end.
	close(stop)
	for range from {
	}
}

// Closing the plugin ends its streams in the host.
func TestStreamsClosed(t *testing.T) {
	p := open(t, copyOf(t, "objects", "objects_streams"))
	none := bound[func() <-chan int](t, p, "Silent")()
	watch := bound[func(<-chan int)](t, p, "Watch")
	watch(make(chan int))
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if v, ok := <-none; ok {
		t.Errorf("got %v from the channel of a closed plugin, want it closed", v)
	}
}

func BenchmarkStreams(b *testing.B) {
	for _, window := range []int{1, 64, 1024} {
		p := windowed(b, window)
		b.Run(fmt.Sprint("receive, window ", window), func(b *testing.B) {
			stop := make(chan struct{})
			defer close(stop)
			from := bound[func(<-chan struct{}) <-chan int](b, p, "Ticker")(stop)
			for b.Loop() {
				<-from
			}
		})
		b.Run(fmt.Sprint("send, window ", window), func(b *testing.B) {
			ch := make(chan int)
			bound[func(<-chan int)](b, p, "Watch")(ch)
			go bound[func() int](b, p, "Watched")()
			defer close(ch)
			for b.Loop() {
				ch <- 1
			}
		})
	}
}
