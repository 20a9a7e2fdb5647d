package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// An object that goes back to its owner arrives as the same value, also if it is given
// back through a proxy.
func TestObjectsIdentity(t *testing.T) {
	p := objects(t)
	s := new(service)
	if back := bound[func(Host) Host](t, p, "EchoHost")(s); back != Host(s) {
		t.Errorf("EchoHost: got a %T, want the host's service", back)
	}
	// An interface of the host's is the same object in any other.
	if back := call(t, p, "EchoHost", s)[0].(*winplugin.Object); back.Value() != any(s) {
		t.Errorf("EchoHost by Call: got a %T, want the host's service", back.Value())
	}
	ch := make(chan int, 1)
	if back := bound[func(chan int) chan int](t, p, "EchoChan")(ch); back != ch {
		t.Error("EchoChan: got another channel, want the host's")
	}
	double := func(n int) int { return 2 * n }
	funcs := bound[func([]func(int) int) []func(int) int](t, p, "EchoFuncs")([]func(int) int{double, nil, double})
	if len(funcs) != 3 || funcs[1] != nil || funcs[0](4) != 8 || funcs[2](5) != 10 {
		t.Errorf("EchoFuncs: got %v, want the host's funcs", funcs)
	}
	named := bound[func(map[string]func(int) int) map[string]func(int) int](t, p, "EchoTable")(map[string]func(int) int{"d": double, "nil": nil})
	if len(named) != 2 || named["nil"] != nil || named["d"](4) != 8 {
		t.Errorf("EchoTable: got %v, want the host's funcs", named)
	}
	// The plugin's.
	c := call(t, p, "NewCounter", 3)[0].(*winplugin.Object)
	text := one[fmt.Stringer](t, c, "Text")
	if !bound[func(*winplugin.Object, fmt.Stringer) bool](t, p, "SameCounter")(c, text) {
		t.Error("SameCounter of a counter and its Stringer: got false, want true")
	}
	if results := call(t, p, "SameCounter", c, text); results[0] != true {
		t.Errorf("SameCounter by Call: got %v, want true", results)
	}
	numbers := bound[func(int) <-chan int](t, p, "Numbers")(3)
	if sum := bound[func(<-chan int) int](t, p, "Total")(numbers); sum != 3 {
		t.Errorf("the plugin's channel lost values on its way back: got sum %d, want 3", sum)
	}
	other := objects2(t)
	if _, err := other.Call(context.Background(), "Sum", []*winplugin.Object{c}); err == nil || !strings.Contains(err.Error(), "belongs to plugin objects") {
		t.Errorf("an object of another plugin: got error %v, want that it belongs to plugin objects", err)
	}
}

// objects2 is another library of the same source.
func objects2(t testing.TB) *winplugin.Plugin {
	t.Helper()
	return open(t, copyOf(t, "objects", "objects_two"))
}

// Handles that were released or made up are errors, and do no harm to other objects.
func TestObjectsMadeUpHandles(t *testing.T) {
	p := objects2(t)
	l := library(t, p)
	c := call(t, p, "NewCounter", 5)[0].(*winplugin.Object)
	made := []uint64{0, 77, 1<<32 | 1, 1<<40 | 9, 1<<63 | 1<<33, 1<<63 - 1, 1<<64 - 1}
	for _, handle := range made {
		t.Run(fmt.Sprintf("%x", handle), func(t *testing.T) {
			if status := operate(l, wire.OpTypeOf, handle); status != wire.StatusGone {
				t.Errorf("the type of handle %x: got status %d, want %d", handle, status, wire.StatusGone)
			}
			if status := operate(l, wire.OpCancel, handle); status != wire.StatusOK {
				t.Errorf("the end of context %x: got status %d, want %d", handle, status, wire.StatusOK)
			}
			release := &[2]uint64{handle, 1 << 40}
			if status := operate(l, wire.OpRelease, uint64(uintptr(unsafe.Pointer(release))), 1); status != wire.StatusOK {
				t.Errorf("the release of %x: got status %d, want %d", handle, status, wire.StatusOK)
			}
			runtime.KeepAlive(release)
		})
	}
	if n := one[int](t, c, "Add", 1); n != 6 {
		t.Errorf("Add: got %d, want 6", n)
	}
	// A slot that is used again does not give the old handle another meaning.
	var old []*winplugin.Object
	for i := range 50 {
		o := call(t, p, "NewCounter", i)[0].(*winplugin.Object)
		o.Close()
		old = append(old, o)
		call(t, p, "NewCounter", 1000)
	}
	for _, o := range old {
		if _, err := o.Call(context.Background(), "Add", 1); !errors.Is(err, winplugin.ErrReleased) {
			t.Errorf("a closed object: got error %v, want ErrReleased", err)
		}
		if _, err := p.Call(context.Background(), "Sum", []*winplugin.Object{c, o}); !errors.Is(err, winplugin.ErrReleased) {
			t.Errorf("a closed object as an argument: got error %v, want ErrReleased", err)
		}
	}
}

// operate enters the library with an operation, as package inproc does.
func operate(l *native.Library, op uint64, words ...uint64) (status uint64) {
	type memory struct {
		words  [2]uint64
		buffer [64]byte
	}
	m, x := new(memory), l.NewTransition()
	copy(m.words[:], words)
	x.Frame.Func = op
	x.Frame.Words, x.Frame.NWords = uintptr(unsafe.Pointer(m)), uint64(len(words))
	x.Frame.Buf, x.Frame.Cap = uintptr(unsafe.Pointer(&m.buffer)), uint64(len(m.buffer))
	l.Enter(x)
	runtime.KeepAlive(m)
	return x.Frame.Status
}

// A panic of the plugin's that passes through the host on its way has both stacks, and
// so in the other direction.
func TestObjectsPanicsThrough(t *testing.T) {
	p := objects(t)
	through := bound[func(func(func()))](t, p, "Through")
	var inner error
	func() {
		defer func() { inner, _ = recover().(error) }()
		through(passOn)
	}()
	var panicked *winplugin.PanicError
	if !errors.As(inner, &panicked) {
		t.Fatalf("got %v, want a *winplugin.PanicError", inner)
	}
	for _, want := range []string{"objects.Through", "passOn", "deepInThePlugin"} {
		if !strings.Contains(panicked.Stack, want) {
			t.Errorf("got the stack\n%s\nwant %s in it", panicked.Stack, want)
		}
	}
	if !strings.Contains(panicked.Value, "deep in the plugin") {
		t.Errorf("got the value %s, want deep in the plugin in it", panicked.Value)
	}
	// The host may recover it on the way.
	var seen any
	through(func(f func()) {
		defer func() { seen = recover() }()
		f()
	})
	if err, _ := seen.(error); !errors.As(err, &panicked) || panicked.Value != "deep in the plugin" {
		t.Errorf("got the panic %v in the host, want deep in the plugin", seen)
	}
	// A method with an error result returns the host's panic as an error.
	broken := brokenHost{}
	err := bound[func(Host) error](t, p, "UseHost")(broken)
	if err == nil || !strings.Contains(err.Error(), "the host's Get") {
		t.Errorf("a panic in a method with an error: got error %v, want the host's Get", err)
	}
}

func passOn(f func()) { f() }

type brokenHost struct{}

func (brokenHost) Log(string) {}
func (brokenHost) Get(context.Context, string) ([]byte, error) {
	panic("the host's Get")
}

// Interfaces of package io beyond Reader and Writer, both ways.
func TestObjectsIO(t *testing.T) {
	p := objects(t)
	at := bound[func(string) io.ReaderAt](t, p, "OpenAt")("0123456789")
	b := make([]byte, 4)
	if n, err := at.ReadAt(b, 3); n != 4 || err != nil || string(b) != "3456" {
		t.Errorf("ReadAt: got %d bytes, error %v, buffer %q, want 4, nil, 3456", n, err, b)
	}
	if n, err := at.ReadAt(b, 8); n != 2 || err != io.EOF || string(b[:n]) != "89" {
		t.Errorf("ReadAt at the end: got %d, %v, want 2, io.EOF", n, err)
	}
	section := bound[func(io.ReaderAt, int64, int64) (string, error)](t, p, "Section")
	if s, err := section(strings.NewReader("0123456789"), 2, 3); s != "234" || err != nil {
		t.Errorf("Section: got %q, %v, want 234, nil", s, err)
	}
	if s, err := section(at, 2, 3); s != "234" || err != nil {
		t.Errorf("Section of the plugin's own: got %q, %v, want 234, nil", s, err)
	}
	c := new(closer)
	if err := bound[func(...io.Closer) error](t, p, "CloseAll")(c, c, nil); !errors.Is(err, io.ErrClosedPipe) || c.n != 2 {
		t.Errorf("CloseAll: got %v, closed %d times, want %v, 2", err, c.n, io.ErrClosedPipe)
	}
	if s := bound[func(...fmt.Stringer) string](t, p, "Join")(c, slog.LevelWarn); s != "closer WARN" {
		t.Errorf("Join: got %q, want closer WARN", s)
	}
	if s := call(t, p, "Join", c, slog.LevelWarn)[0]; s != "closer WARN" {
		t.Errorf("Join by Call: got %q, want closer WARN", s)
	}
	// Readers that use the freedom of io.Reader's contract.
	copied := bound[func(io.Writer, io.Reader, int) (int64, error)](t, p, "Copy")
	text := strings.Repeat("some text, ", 1000)
	for name, r := range map[string]io.Reader{
		"one byte": iotest.OneByteReader(strings.NewReader(text)), "half": iotest.HalfReader(strings.NewReader(text)),
		"data with EOF": iotest.DataErrReader(strings.NewReader(text)),
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if n, err := copied(&out, r, 512); n != int64(len(text)) || err != nil || out.String() != text {
				t.Errorf("%s: got %d, error %v, want %d, nil", name, n, err, len(text))
			}
		})
	}
	if err := iotest.TestReader(bound[func(string) io.ReadSeeker](t, p, "Open")(text), []byte(text)); err != nil {
		t.Error(err)
	}
	if _, err := copied(shortWriter{}, strings.NewReader(text), 512); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("a short write: got error %v, want io.ErrShortWrite", err)
	}
}

type shortWriter struct{}

func (shortWriter) Write(p []byte) (int, error) { return len(p) - 1, nil }

type closer struct{ n int }

func (c *closer) Close() error   { c.n++; return io.ErrClosedPipe }
func (c *closer) String() string { return "closer" }

// Channels end when either side closes its end, and keep to their capacity.
func TestObjectsChannelEnds(t *testing.T) {
	p := objects(t)
	// The host closes, while the plugin receives.
	ch := make(chan int)
	total := make(chan int)
	go func() { total <- bound[func(<-chan int) int](t, p, "Total")(ch) }()
	ch <- 3
	ch <- 4
	close(ch)
	if n := <-total; n != 7 {
		t.Errorf("Total: got %d, want 7", n)
	}
	// The plugin closes, while the host receives.
	if have := slices.Collect(func(yield func(int) bool) {
		for v := range bound[func(int) <-chan int](t, p, "Numbers")(3) {
			if !yield(v) {
				return
			}
		}
	}); !slices.Equal(have, []int{0, 1, 2}) {
		t.Errorf("Numbers: got %v, want 0, 1, 2", have)
	}
	// Channels of channels, of funcs, and in structs.
	type job struct {
		N     int
		Reply chan<- int
	}
	jobs, reply := make(chan job), make(chan int)
	go bound[func(<-chan job)](t, p, "Serve2")(jobs)
	for n := range 5 {
		jobs <- job{n, reply}
		if v := <-reply; v != n*n {
			t.Errorf("job %d: got %d, want %d", n, v, n*n)
		}
	}
	close(jobs)
	// Back-pressure: a plugin that produces without end is stopped until values are taken.
	made := bound[func() int](t, p, "Made")
	endless := bound[func() <-chan int](t, p, "Endless")()
	for want := range 10 {
		if v := <-endless; v != want {
			t.Errorf("%d, want %d", v, want)
		}
	}
	if n := made(); n < 10 || n > 13 {
		t.Errorf("got %d values made for 10 taken, want 10 to 13", n)
	}
	// nil stays nil.
	if bound[func(chan int) chan int](t, p, "EchoChan")(nil) != nil {
		t.Error("EchoChan(nil): got a channel, want nil")
	}
}

// What the plugin logs by slog and log, with groups and attributes, has its name.
func TestObjectsLogs(t *testing.T) {
	var b bytes.Buffer
	path := copyOf(t, "objects", "objects_logs")
	p := open(t, path, winplugin.WithPluginLog(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelInfo, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey && !a.Value.Time().IsZero() {
			return slog.Attr{}
		}
		return a
	}})))
	call(t, p, "Logs")
	want := `level=INFO msg="by log 1" plugin=objects
level=WARN msg=warned plugin=objects a=1 g.b=two g.h.c=3s g.h.d="[1 2]"
level=ERROR msg=late plugin=objects who=lazily
level=INFO msg=there plugin=objects
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("the log differs (-want +got):\n%s", diff)
	}
}

// A slice that is written to by a function, by methods, and as part of another call.
func TestObjectsInOutWays(t *testing.T) {
	p := objects(t)
	v := []float64{1, 2}
	call(t, p, "Scale", v, 2.0)
	if !slices.Equal(v, []float64{2, 4}) {
		t.Errorf("Scale: got %v, want what it has written", v)
	}
	// Methods like Read of any interface, and of a plugin's own type, write to the caller's.
	source := call(t, p, "NewSource", byte(9))[0].(*winplugin.Object)
	b := make([]byte, 3)
	if n := one[int](t, source, "Read", b[:2]); n != 2 || !bytes.Equal(b, []byte{9, 9, 0}) {
		t.Errorf("Read: got %d, %v, want 2 and 9, 9, 0", n, b)
	}
	fill := bound[func(interface {
		Fill(p []byte, with byte) error
		Read(p []byte) (int, error)
	}) ([]byte, error)](t, p, "FillFrom")
	got, err := fill(filler{})
	if diff := cmp.Diff([]byte{7, 7, 5, 5}, got); diff != "" || err != nil {
		t.Errorf("FillFrom: got error %v, want nil; bytes differ (-want +got):\n%s", err, diff)
	}
}

type filler struct{}

func (filler) Fill(p []byte, with byte) error {
	for i := range p {
		p[i] = with
	}
	return nil
}

func (filler) Read(p []byte) (int, error) { return copy(p, []byte{7, 7}), nil }

// Instances of generic functions and types, by the names of the directive.
func TestObjectsGenerics(t *testing.T) {
	p := objects(t)
	names := bound[func([]int, func(int) string) []string](t, p, "Map[int,string]")
	if have := names([]int{1, 2}, func(n int) string { return strings.Repeat("x", n) }); !slices.Equal(have, []string{"x", "xx"}) {
		t.Errorf("Map: got %q, want x and xx", have)
	}
	if r := call(t, p, "Map[int, string]", []int{3}, func(n int) string { return fmt.Sprint(n) }); !slices.Equal(r[0].([]string), []string{"3"}) {
		t.Errorf("Map by Call: got %v, want 3", r)
	}
	stack := call(t, p, "NewStack")[0].(*winplugin.Object)
	one[int](t, stack, "Push", "a")
	one[int](t, stack, "Push", "b")
	if top := one[string](t, stack, "Pop"); top != "b" {
		t.Errorf("Pop: got %q, want b", top)
	}
	if _, err := p.Call(context.Background(), "Keys", map[string]int{}); !errors.Is(err, winplugin.ErrNotFound) || !strings.Contains(err.Error(), "//winplugin:instantiate Keys[int, int]") {
		t.Errorf("a generic function: got error %v, want ErrNotFound with the comment to write", err)
	}
}
