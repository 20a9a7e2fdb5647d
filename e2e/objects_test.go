package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func objects(t testing.TB) *winplugin.Plugin {
	t.Helper()
	return open(t, built(t, "objects"))
}

// A service is the host's implementation of the plugin's interface.
type service struct {
	logged atomic.Int64
	asked  atomic.Int64
}

func (s *service) Log(string) { s.logged.Add(1) }

func (s *service) Get(_ context.Context, key string) ([]byte, error) {
	s.asked.Add(1)
	return []byte("value of " + key), nil
}

func (s *service) Other() {}

// Host is the plugin's interface, as this host has it.
type Host interface {
	Log(text string)
	Get(ctx context.Context, key string) ([]byte, error)
}

// A plugin keeps a service of the host's and uses it from its own goroutines, while the
// host collects garbage.
func TestObjectsService(t *testing.T) {
	p := objects(t)
	s := new(service)
	if err := bound[func(Host) error](t, p, "Init")(s); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	const goroutines, times = 8, 500
	if err := bound[func(int, int) error](t, p, "Work")(goroutines, times); err != nil {
		t.Fatal(err)
	}
	if s.logged.Load() != goroutines*times || s.asked.Load() != goroutines*times {
		t.Errorf("logged %d, asked %d, want %d", s.logged.Load(), s.asked.Load(), goroutines*times)
	}
	if back := bound[func() *winplugin.Object](t, p, "Kept")().Value(); back != any(s) {
		t.Errorf("Kept: got %v, want the host's service", back)
	}
	// The plugin could return a Host of its own as well.
	if _, err := winplugin.Func[func() Host](p, "Kept"); err == nil || !strings.Contains(err.Error(), "no proxy for e2e.Host") {
		t.Errorf("without a proxy: got %v, want an error that says so", err)
	}
	if !bound[func(a, b Host) bool](t, p, "SameHost")(s, s) {
		t.Error("SameHost of one service: got false, want true")
	}
}

func TestObjectsOfThePlugin(t *testing.T) {
	p, ctx := objects(t), context.Background()
	results, err := p.Call(ctx, "NewCounter", 5)
	if err != nil {
		t.Fatal(err)
	}
	c := results[0].(*winplugin.Object)
	if have := c.Type(); have != "*example.com/objects.Counter" {
		t.Errorf("Type: got %q, want *example.com/objects.Counter", have)
	}
	if results, err = c.Call(ctx, "Add", 2); err != nil || results[0] != 7 {
		t.Errorf("Add(2) = %v, %v, want 7, nil", results, err)
	}
	var methods struct {
		Add  func(n int) int
		Fail func(loud bool) error
	}
	if err := c.Bind(&methods); err != nil {
		t.Fatal(err)
	}
	if n := methods.Add(3); n != 10 {
		t.Errorf("Add by Bind: got %d, want 10", n)
	}
	if err := methods.Fail(false); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("Fail(false) = %v, want io.ErrUnexpectedEOF", err)
	}
	var panicked *winplugin.PanicError
	if err := methods.Fail(true); !errors.As(err, &panicked) || panicked.Value != "loud" {
		t.Errorf("Fail(true) = %v, want the panic loud", err)
	}
	if _, err := c.Call(ctx, "Missing"); !errors.Is(err, winplugin.ErrNotFound) {
		t.Errorf("Missing: got error %v, want ErrNotFound", err)
	}
	text := bound[func(*winplugin.Object, *winplugin.Object) bool](t, p, "Same")
	if !text(c, c) {
		t.Error("Same of one counter: got false, want true")
	}
	if sum, err := p.Call(ctx, "Sum", []*winplugin.Object{c, nil, c}); err != nil || sum[0] != 20 {
		t.Errorf("Sum = %v, %v, want 20, nil", sum, err)
	}
	s, err := winplugin.Method[func() fmt.Stringer](c, "Text")
	if err != nil {
		t.Fatal(err)
	}
	if have := s().String(); have != "10" {
		t.Errorf("String: got %q, want 10", have)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Call(ctx, "Add", 1); !errors.Is(err, winplugin.ErrReleased) {
		t.Errorf("after Close: got error %v, want ErrReleased", err)
	}
}

func TestObjectsFuncs(t *testing.T) {
	p := objects(t)
	type ints = func(int) int
	double := func(n int) int { return 2 * n }
	if n := bound[func(ints, int) int](t, p, "Apply")(double, 21); n != 42 {
		t.Errorf("Apply: got %d, want 42", n)
	}
	composed := bound[func(f, g ints) ints](t, p, "Compose")(double, func(n int) int { return n + 1 })
	if n := composed(4); n != 9 {
		t.Errorf("Compose: got %d, want 9", n)
	}
	apply := bound[func(ints, int) int](t, p, "Apply")
	if n := apply(composed, 5); n != 11 {
		t.Errorf("Apply of a func of the plugin's: got %d, want 11", n)
	}
	if bound[func(ints) ints](t, p, "Echo")(nil) != nil {
		t.Error("Echo(nil): got a func, want nil")
	}
	type options struct {
		Name  string
		Each  func(name string, i int) error
		Table map[string]func(float64) float64
	}
	var seen []string
	o := options{
		Name: "n",
		Each: func(name string, i int) error {
			seen = append(seen, fmt.Sprint(name, i))
			return nil
		},
		Table: map[string]func(float64) float64{"half": func(f float64) float64 { return f / 2 }, "square": func(f float64) float64 { return f * f }},
	}
	results, err := bound[func(options) (map[string]float64, error)](t, p, "Run")(o)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]float64{"half": 1, "square": 4}, results); diff != "" {
		t.Errorf("results differ (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"n0", "n1", "n2"}, seen); diff != "" {
		t.Errorf("names differ (-want +got):\n%s", diff)
	}
	o.Each = func(string, int) error { return io.EOF }
	if _, err := p.Call(context.Background(), "Run", o); !errors.Is(err, io.EOF) {
		t.Errorf("Run: got error %v, want io.EOF", err)
	}
}

func TestObjectsTree(t *testing.T) {
	p := objects(t)
	tree := bound[func(int, func(int) int) int](t, p, "Tree")
	var deeper func(int) int
	deeper = func(depth int) int { return tree(depth, deeper) }
	if n := tree(50, deeper); n != 50 {
		t.Errorf("Tree: got %d levels, want 50", n)
	}
}
