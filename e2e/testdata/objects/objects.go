// Package objects has functions over what cannot be copied.
package objects

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
)

// A Host is a service of the host.
type Host interface {
	Log(text string)
	Get(ctx context.Context, key string) ([]byte, error)
}

var kept struct {
	sync.Mutex
	host Host
}

// Init keeps the service.
func Init(h Host) error {
	if h == nil {
		return errors.New("no host")
	}
	kept.Lock()
	defer kept.Unlock()
	kept.host = h
	return nil
}

// Drop lets go of the service.
func Drop() {
	kept.Lock()
	kept.host = nil
	kept.Unlock()
	Collect()
}

// Kept returns the service.
func Kept() Host { return kept.host }

// Use uses the service.
func Use(key string) ([]byte, error) { return kept.host.Get(context.Background(), key) }

// Collect runs the plugin's garbage collector, so that what is not used is released.
func Collect() {
	for range 3 {
		runtime.GC()
	}
}

// Work uses the service from goroutines of the plugin's own.
func Work(goroutines, times int) error {
	errs := make(chan error)
	for g := range goroutines {
		go func() {
			for i := range times {
				key := fmt.Sprintf("%d/%d", g, i)
				kept.host.Log(key)
				b, err := kept.host.Get(context.Background(), key)
				if err == nil && string(b) != "value of "+key {
					err = fmt.Errorf("%s is %q", key, b)
				}
				if err != nil {
					errs <- err
					return
				}
			}
			errs <- nil
		}()
	}
	var failed error
	for range goroutines {
		if err := <-errs; err != nil {
			failed = err
		}
	}
	return failed
}

// A Counter cannot be copied.
type Counter struct {
	mu sync.Mutex
	n  int
}

var live atomic.Int64

// NewCounter returns a counter that begins at n.
func NewCounter(n int) *Counter {
	c := &Counter{n: n}
	live.Add(1)
	runtime.SetFinalizer(c, func(*Counter) { live.Add(-1) })
	return c
}

// Live is the number of counters that were not collected.
func Live() int { return int(live.Load()) }

// Add adds n and returns the sum.
func (c *Counter) Add(n int) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += n
	return c.n
}

// String implements fmt.Stringer.
func (c *Counter) String() string { return fmt.Sprint(c.Add(0)) }

// Fail returns an error, or panics.
func (c *Counter) Fail(loud bool) error {
	if loud {
		panic("loud")
	}
	return io.ErrUnexpectedEOF
}

// Text returns the counter as an interface.
func (c *Counter) Text() fmt.Stringer { return c }

// Sum adds up the counters.
func Sum(counters []*Counter) (sum int) {
	for _, c := range counters {
		if c != nil {
			sum += c.Add(0)
		}
	}
	return sum
}

// Same reports whether both are one.
func Same(a, b *Counter) bool { return a == b }

// SameHost reports whether both are one.
func SameHost(a, b Host) bool { return a == b }

// Apply calls f.
func Apply(f func(int) int, n int) int { return f(n) }

// Compose returns a func that calls f and then g.
func Compose(f, g func(int) int) func(int) int {
	return func(n int) int { return g(f(n)) }
}

// Echo returns f.
func Echo(f func(int) int) func(int) int { return f }

// Options are a struct with a func in it.
type Options struct {
	Name  string
	Each  func(name string, i int) error
	Table map[string]func(float64) float64
}

// Run calls what is in the options.
func Run(o Options) (map[string]float64, error) {
	if o.Each != nil {
		for i := range 3 {
			if err := o.Each(o.Name, i); err != nil {
				return nil, err
			}
		}
	}
	results := make(map[string]float64)
	for name, f := range o.Table {
		results[name] = f(2)
	}
	return results, nil
}

// Tree calls f with one less, until 0.
func Tree(depth int, f func(depth int) int) int {
	if depth == 0 {
		return 0
	}
	return 1 + f(depth-1)
}

// Guard calls f and returns what it panics with, as text.
func Guard(f func()) (text string) {
	defer func() {
		if v := recover(); v != nil {
			text = fmt.Sprint(v)
		}
	}()
	f()
	return ""
}

// Elsewhere calls f from another goroutine.
func Elsewhere(f func() error) error {
	err := make(chan error)
	go func() { err <- f() }()
	return <-err
}

// Wait waits until the context ends.
func Wait(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// Nested calls f with a context of its own, which ends with ctx.
func Nested(ctx context.Context, f func(context.Context) error) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	return f(inner)
}

// Cancelling calls f with a context that ends meanwhile.
func Cancelling(f func(ctx context.Context, cancel func()) error) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	return f(ctx, cancel)
}

// Compress compresses what it reads.
func Compress(w io.Writer, r io.Reader) (int64, error) {
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(z, r)
	if err != nil {
		return n, err
	}
	return n, z.Close()
}

// Decompress returns what decompresses r.
func Decompress(r io.Reader) (io.ReadCloser, error) { return gzip.NewReader(r) }

// Copy copies in blocks of n bytes.
func Copy(w io.Writer, r io.Reader, n int) (int64, error) {
	return io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{r}, make([]byte, n))
}

// Open returns a reader over the text.
func Open(text string) io.ReadSeeker { return strings.NewReader(text) }

// Sink returns a writer that takes everything.
func Sink() io.Writer { return new(bytes.Buffer) }

// Sort sorts.
func Sort(s sort.Interface) { sort.Sort(s) }

// Sortable returns something to sort.
func Sortable(s []int) sort.Interface { return sort.IntSlice(s) }

// Fill writes to the memory of the caller.
//
//winplugin:inout p
func Fill(p []byte, c byte) {
	for i := range p {
		p[i] = c
	}
}

// Scale writes to the memory of the caller if the host says so.
func Scale(v []float64, by float64) {
	for i := range v {
		v[i] *= by
	}
}

// Times calls f n times.
func Times(f func(int) int, n int) {
	for i := range n {
		f(i)
	}
}

// LogTimes calls the service n times.
func LogTimes(n int) {
	h := kept.host
	for range n {
		h.Log("text")
	}
}

// GetTimes calls the service n times.
func GetTimes(n int) error {
	h, ctx := kept.host, context.Background()
	for range n {
		if _, err := h.Get(ctx, "key"); err != nil {
			return err
		}
	}
	return nil
}

var global = &Counter{}

// AddGlobal is Add of a counter that both sides know.
func AddGlobal(n int) int { return global.Add(n) }

// Zeros returns n bytes.
func Zeros(n int64) io.Reader { return io.LimitReader(zeros{}, n) }

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// LogOnce calls the service.
func LogOnce(n int) int {
	kept.host.Log("")
	return n
}

// Visit gives f a counter.
func Visit(f func(*Counter)) { f(NewCounter(7)) }

// Take adds up the first n of seq, an iter.Seq[int]: Go 1.22 has no such type.
func Take(seq func(yield func(int) bool), n int) (sum int) {
	seq(func(v int) bool {
		if n--; n < 0 {
			return false
		}
		sum += v
		return true
	})
	return sum
}
