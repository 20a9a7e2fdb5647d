// Package mortal ends in many ways.
package mortal

import (
	"context"
	"errors"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
	"unsafe"
)

func abort()
func halt()
func undefined()

// Total is a variable.
var Total int

// Add is a call that works.
func Add(a, b int) int { return a + b }

var sink [][]byte

func overflow(n int) int {
	var pad [256]byte
	pad[n%256] = 1
	return overflow(n+1) + int(pad[(n+1)%256])
}

func recurse() {
	debug.SetMaxStack(1 << 20) // 1 GB takes long
	overflow(0)
}

func later(f func()) func() {
	return func() {
		go f()
		select {}
	}
}

func exit() { os.Exit(3) }

func fail() { panic("no way out") }

func null() {
	var p *struct{ x int }
	p.x++
}

func fault() {
	at := uintptr(0xdead_0000_0000) // no address on amd64
	if runtime.GOARCH == "arm64" {
		at = 0x3ead_0000_0000 // one that qemu on amd64 can tell
	}
	*(*int)(unsafe.Pointer(at)) = 1
}

func maps() {
	m := map[int]int{}
	for range [4]int{} {
		go func() {
			for i := 0; ; i++ {
				m[i%10] = i
			}
		}()
	}
	select {}
}

func locked(f func()) func() {
	return func() {
		go func() {
			runtime.LockOSThread()
			f()
		}()
		select {}
	}
}

func crashing(f func()) func() {
	return func() {
		debug.SetTraceback("crash")
		f()
	}
}

func finalizer() {
	func() {
		p := new([64]int)
		runtime.SetFinalizer(p, func(*[64]int) { os.Exit(4) })
	}()
	for {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}

func unlock() {
	var mu sync.Mutex
	mu.Unlock()
}

func memory() {
	sink = append(sink, make([]byte, 1<<47))
	sink[len(sink)-1][1<<46] = 1
}

var ways = map[string]func(){
	"exit":                        exit,
	"exit in a goroutine":         later(exit),
	"exit on a locked thread":     locked(exit),
	"exit in a finalizer":         finalizer,
	"panic in a goroutine":        later(fail),
	"nil in a goroutine":          later(null),
	"fault":                       fault,
	"fault in a goroutine":        later(fault),
	"map writes":                  maps,
	"stack overflow":              recurse,
	"stack overflow in goroutine": later(recurse),
	"unlock":                      unlock,
	"out of memory":               memory,
	"abort":                       abort,
	"abort in a goroutine":        later(abort),
	"halt":                        halt,
	"undefined in a goroutine":    later(undefined),
	"Goexit":                      runtime.Goexit,
	"crash by panic":              crashing(later(fail)),
	"crash by fault":              crashing(later(fault)),
	"crash by unlock":             crashing(unlock),
}

func init() {
	for way, end := range systemWays {
		ways[way] = end
	}
	if way := os.Getenv("WINPLUGIN_TEST_INIT"); way != "" {
		ways[way]()
	}
	if delay, err := time.ParseDuration(os.Getenv("WINPLUGIN_TEST_END_AFTER")); err == nil {
		time.AfterFunc(delay, exit)
	}
}

// Ways lists the ways to end.
func Ways() []string {
	var list []string
	for way := range ways {
		list = append(list, way)
	}
	return list
}

// EndLater ends the plugin after 50 ms.
func EndLater() { time.AfterFunc(50*time.Millisecond, exit) }

// End ends the plugin.
func End(way string) { ways[way]() }

// EndBegun prints what a runtime prints at its end, and does not end.
func EndBegun() {
	print("fatal error: ")
	print("no end\n")
	print("goroutine ")
	print("1 [running]:\n")
	select {}
}

var stays sync.Mutex

// Waits are the ways to wait for ever.
var waits = []func(){
	func() { <-make(chan int) },
	func() { time.Sleep(time.Hour) },
	func() {
		for {
		}
	},
	func() {
		for {
			sink = append(sink[:0], make([]byte, 1000))
		}
	},
	func() {
		stays.TryLock()
		stays.Lock()
	},
	read,
	func() {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		l.Accept()
	},
	func() { new(sync.WaitGroup).Wait(); var wg sync.WaitGroup; wg.Add(1); wg.Wait() },
	func() {
		for {
			time.Now()
		}
	},
}

// NumWaits is the number of ways to wait.
func NumWaits() int { return len(waits) }

// Wait waits for ever.
func Wait(way int) { waits[way]() }

// Spawn starts goroutines that wait for ever.
func Spawn() {
	for _, wait := range waits {
		go wait()
	}
}

// StartOpening opens and closes descriptors in n goroutines without end.
func StartOpening(n int) {
	for i := 0; i < n; i++ {
		go openAndClose()
	}
}

// OpenAndClose does the same, and allocates memory without end.
func OpenAndClose(n int) {
	StartOpening(n)
	for {
		sink = append(sink[:0], make([]byte, 64<<20))
	}
}

// Call calls back.
func Call(f func()) { f() }

// CallThenWait calls back and never returns.
func CallThenWait(f func()) {
	f()
	select {}
}

// CallLater calls back from a goroutine.
func CallLater(f func()) { go f() }

// Ticks sends for ever.
func Ticks() <-chan int {
	c := make(chan int)
	go func() {
		for i := 0; ; i++ {
			c <- i
		}
	}()
	return c
}

// Numbers returns a channel from which a goroutine receives for ever.
func Numbers() chan<- int {
	c := make(chan int)
	go func() {
		for range c {
		}
	}()
	return c
}

// WithContext calls back with a context that does not end.
func WithContext(f func(ctx context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	f(ctx)
}

// A Counter is an object.
type Counter struct{ n int }

// NewCounter returns an object.
func NewCounter() *Counter { return new(Counter) }

// Next counts.
func (c *Counter) Next() (int, error) {
	if c == nil {
		return 0, errors.New("no counter")
	}
	c.n++
	return c.n, nil
}

// Take uses an object.
func Take(c *Counter) int { return c.n }

// Adder returns a func.
func Adder(n int) func(int) (int, error) { return func(m int) (int, error) { return n + m, nil } }
