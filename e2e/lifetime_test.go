package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
)

// inprocess opens the plugin without the API around it, to look at its tables.
func inprocess(t testing.TB, path string) *plugin.Plugin {
	t.Helper()
	p, err := plugin.Open(context.Background(), path, plugin.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

// until collects garbage on both sides until done, for a minute at most.
func until(t testing.TB, p *winplugin.Plugin, what string, done func() (text string, ok bool)) {
	t.Helper()
	end := time.Now().Add(time.Minute)
	for {
		runtime.GC()
		call(t, p, "Collect")
		text, ok := done()
		if ok {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("after the time: got %s, want %s", text, what)
		}
	}
}

// Objects that nobody uses any more are released on both sides.
func TestObjectsReleased(t *testing.T) {
	p := objects(t)
	session := inprocess(t, p.Path()).Attachment().Session()
	newCounter := bound[func(int) *winplugin.Object](t, p, "NewCounter")
	apply := bound[func(func(int) int, int) int](t, p, "Apply")
	echo := bound[func(func(int) int) func(int) int](t, p, "Echo")
	n := 100_000
	if testing.Short() {
		n = 1_000
	}
	for i := range n {
		c := newCounter(i)
		if i%2 == 0 {
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if i%10 == 0 {
			if apply(func(n int) int { return n + i }, 1) != i+1 {
				t.Fatalf("got a wrong sum, want %d", i+1)
			}
			echo(func(n int) int { return n + i })
		}
	}
	until(t, p, "objects of the host", func() (string, bool) {
		n := session.Exported()
		return fmt.Sprintf("%d are exported", n), n == 0
	})
	live := bound[func() int](t, p, "Live")
	until(t, p, "objects of the plugin", func() (string, bool) {
		n := live()
		return fmt.Sprintf("%d are alive", n), n == 0
	})
}

func TestObjectsClosed(t *testing.T) {
	if isolated(t, map[string]string{"objects": built(t, "objects")}) {
		return // a Windows process has room for few libraries
	}
	path := copyOf(t, "objects", "objects_closed")
	p, err := winplugin.Open(path, options()...)
	if err != nil {
		t.Fatal(err)
	}
	c := call(t, p, "NewCounter", 1)[0].(*winplugin.Object)
	double := func(n int) int { return 2 * n }
	composed := bound[func(f, g func(int) int) func(int) int](t, p, "Compose")(double, double)
	r := call(t, p, "Open", "text")[0].(io.Reader)
	if err := bound[func(Host) error](t, p, "Init")(new(service)); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Call(context.Background(), "Add", 1); !errors.Is(err, winplugin.ErrClosed) {
		t.Errorf("a method: got %v, want %v", err, winplugin.ErrClosed)
	}
	if _, err := r.Read(make([]byte, 1)); !errors.Is(err, winplugin.ErrClosed) {
		t.Errorf("Read: got %v, want %v", err, winplugin.ErrClosed)
	}
	func() {
		defer func() {
			if err, _ := recover().(error); !errors.Is(err, winplugin.ErrClosed) {
				t.Errorf("a func: got %v, want %v", err, winplugin.ErrClosed)
			}
		}()
		composed(1)
	}()
	c.Close()
	// What the plugin kept is gone: it gets an error, or a panic where there is no
	// result for one.
	again := open(t, path)
	_, err = again.Call(context.Background(), "Use", "key")
	if err == nil || !strings.Contains(err.Error(), "released") && !strings.Contains(err.Error(), "gone") && !strings.Contains(err.Error(), "object") {
		t.Errorf("the host's service: got error %v, want that it was released", err)
	}
}

// A panic crosses with the stacks of both sides, and can be recovered on each.
func TestObjectsPanics(t *testing.T) {
	p := objects(t)
	guard := bound[func(func()) string](t, p, "Guard")
	if text := guard(func() { panic("host's") }); !strings.Contains(text, "host's") {
		t.Errorf("the plugin recovered: got %q, want \"host's\" in it", text)
	}
	apply := bound[func(func(int) int, int) (int, error)](t, p, "Apply")
	_, err := apply(hostPanics, 1)
	var panicked *winplugin.PanicError
	if !errors.As(err, &panicked) {
		t.Fatalf("got %v, want a %T", err, panicked)
	}
	if !strings.Contains(panicked.Value, "of the host's") || !strings.Contains(panicked.Stack, "hostPanics") || !strings.Contains(panicked.Stack, "Apply") {
		t.Errorf("got the panic %s with the stack\n%s\nwant one of the host's in hostPanics, within Apply", panicked.Value, panicked.Stack)
	}
	elsewhere := bound[func(func() error) error](t, p, "Elsewhere")
	if err := elsewhere(func() error { return io.EOF }); err != io.EOF {
		t.Errorf("from another goroutine: got %v, want %v", err, io.EOF)
	}
	if err := elsewhere(func() error { panic("there") }); err == nil || !strings.Contains(err.Error(), "there") {
		t.Errorf("from another goroutine: got %v, want an error with \"there\" in it", err)
	}
}

func hostPanics(int) int { panic("a panic of the host's") }

// Types that do not fit are refused as they are bound, with the place.
func TestObjectsMismatches(t *testing.T) {
	p := objects(t)
	type lacking interface{ Log(string) }
	type other interface {
		Log(text string)
		Get(ctx context.Context, key []byte) (string, error)
	}
	for _, test := range []struct {
		bind func() error
		want string
	}{
		{func() error { _, err := winplugin.Func[func(lacking) error](p, "Init"); return err }, "host's e2e.lacking lacks method Get"},
		{func() error { _, err := winplugin.Func[func(other) error](p, "Init"); return err }, "method Get: parameter 2: plugin has string, host has []byte; method Get: result 1: plugin has []byte, host has string"},
		{func() error { _, err := winplugin.Func[func(func(int32) int, int) int](p, "Apply"); return err }, "parameter 1: plugin has int, host has int32"},
		{func() error { _, err := winplugin.Func[func(int) *service](p, "NewCounter"); return err }, "use *winplugin.Object"},
		{func() error { _, err := p.Call(context.Background(), "Init", 5); return err }, "lacks method Log"},
		{func() error { _, err := p.Call(context.Background(), "Apply", func() {}, 5); return err }, "plugin has 1 parameters, host has 0"},
	} {
		t.Run(test.want, func(t *testing.T) {
			var mismatch *winplugin.SignatureError
			if err := test.bind(); !errors.As(err, &mismatch) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

// A plugin that is opened over a library of one that was closed gets its own callbacks,
// and what arrives by them lives as long as this plugin.
func TestObjectsOpenAgain(t *testing.T) {
	if isolated(t, map[string]string{"objects": built(t, "objects")}) {
		return // a Windows process has room for few libraries
	}
	path := copyOf(t, "objects", "objects_again")
	use := func(p *winplugin.Plugin) {
		t.Helper()
		seq := func(yield func(int) bool) {
			for i := 0; yield(i); i++ {
			}
		}
		if sum := bound[func(func(func(int) bool), int) int](t, p, "Take")(seq, 4); sum != 6 {
			t.Errorf("Take: got %d, want 6", sum)
		}
		var counter *winplugin.Object
		bound[func(func(*winplugin.Object))](t, p, "Visit")(func(c *winplugin.Object) { counter = c })
		if n := one[int](t, counter, "Add", 2); n != 9 {
			t.Errorf("Add: got %d, want 9", n)
		}
	}
	first, second := open(t, path), open(t, path)
	use(first)
	use(second)
	first.Close()
	use(second)
	second.Close()
	use(open(t, path))
}
