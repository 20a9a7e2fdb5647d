package call

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/backend/fake"
	"github.com/RamanSharma100/go-winplugin/internal/host/nesting"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// adder describes F(int) int, and further functions.
func adder(more ...manifest.Function) *manifest.Manifest {
	one := []manifest.Param{{Type: scalar(manifest.Int)}}
	return &manifest.Manifest{Package: "test", Functions: append([]manifest.Function{{Name: "F", Params: one, Results: one}}, more...)}
}

// generation returns exports whose F adds n.
func generation(t *testing.T, b *Bound, n int, m *manifest.Manifest) (*Exports, *fake.Backend) {
	t.Helper()
	answers := answered(func(v *fake.Invocation) { v.Frame().SetInt(0, v.Frame().Int(0)+n) })
	e := exportsOf(t, answers, m)
	e.SetBound(b)
	return e, answers
}

// boundTo returns a Bound with a first generation.
func boundTo(t *testing.T) (*Bound, *Exports, *fake.Backend) {
	t.Helper()
	b := &Bound{Await: func(_ context.Context, _ backend.Backend, err error) error { return err }}
	e, answers := generation(t, b, 1, adder())
	if err := b.Switch(e); err != nil {
		t.Fatal(err)
	}
	return b, e, answers
}

func bindAs[F any](t *testing.T, e *Exports) F {
	t.Helper()
	b, err := e.Bind("F", reflect.TypeFor[F]())
	if err != nil {
		t.Fatal(err)
	}
	return b.Make().Interface().(F)
}

func TestBoundFuncsGoToTheCurrentGeneration(t *testing.T) {
	b, e, _ := boundTo(t)
	shaped := bindAs[func(int) int](t, e)
	withContext := bindAs[func(context.Context, int) (int, error)](t, e)
	reflected := bindAs[func(context.Context, int) int](t, e)
	var fields struct{ F func(int) (int, error) }
	if err := e.BindFields(&fields); err != nil {
		t.Fatal(err)
	}
	symbol, err := e.Symbol("F")
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	funcs := map[string]func() int{
		"shaped":       func() int { return shaped(1) },
		"with context": func() int { n, _ := withContext(ctx, 1); return n },
		"reflected":    func() int { return reflected(ctx, 1) },
		"field":        func() int { n, _ := fields.F(1); return n },
		"symbol":       func() int { return symbol.(func(int) int)(1) },
	}
	for _, add := range []int{1, 10, 100} {
		if add > 1 {
			next, _ := generation(t, b, add, adder())
			if err := b.Switch(next); err != nil {
				t.Fatal(err)
			}
		}
		for name, f := range funcs {
			if got, want := f(), 1+add; got != want {
				t.Errorf("%s: got %d, want %d", name, got, want)
			}
		}
	}
	// What is bound by an older generation's exports goes to the current one as well.
	if got := bindAs[func(int) int](t, e)(1); got != 101 {
		t.Errorf("bound late: got %d, want 101", got)
	}
}

func TestSwitchRefuses(t *testing.T) {
	b, e, _ := boundTo(t)
	f := bindAs[func(int) int](t, e)
	two := []manifest.Param{{Type: scalar(manifest.Int)}, {Type: scalar(manifest.Int)}}
	for _, test := range []struct {
		name string
		m    *manifest.Manifest
		want string
	}{
		{"another signature", &manifest.Manifest{Package: "test", Functions: []manifest.Function{{Name: "F", Params: two}}}, "has 1 parameter, the plugin's 2"},
		{"no such function", &manifest.Manifest{Package: "test"}, "no such function: F"},
	} {
		t.Run(test.name, func(t *testing.T) {
			next, _ := generation(t, b, 10, test.m)
			if err := b.Switch(next); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
			if got := f(1); got != 2 {
				t.Errorf("afterwards: got %d, want 2", got)
			}
		})
	}
}

// A call that finds its generation gone is begun in the next one, and one that has begun is not.
func TestCallsMoveToTheNextGeneration(t *testing.T) {
	for _, test := range []struct {
		name string
		call func(t *testing.T, e *Exports) func() (int, error)
	}{
		{"shaped", func(t *testing.T, e *Exports) func() (int, error) {
			f := bindAs[func(int) (int, error)](t, e)
			return func() (int, error) { return f(1) }
		}},
		{"reflected", func(t *testing.T, e *Exports) func() (int, error) {
			b, err := e.Bind("F", reflect.TypeFor[func(int) (int, error)]())
			if err != nil {
				t.Fatal(err)
			}
			return func() (int, error) {
				out := b.Reflect([]reflect.Value{reflect.ValueOf(1)})
				failure, _ := out[1].Interface().(error)
				return int(out[0].Int()), failure
			}
		}},
		{"called", func(_ *testing.T, e *Exports) func() (int, error) {
			return func() (int, error) {
				out, err := e.bound.current().Call(context.Background(), "F", []any{1})
				if err != nil {
					return 0, err
				}
				return out[0].(int), nil
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b, e, answers := boundTo(t)
			f := test.call(t, e)
			inside := errors.New("it ended meanwhile")
			answers.Run = func(*fake.Invocation) error { return inside }
			if _, err := f(); !errors.Is(err, inside) {
				t.Errorf("begun: got %v, want %v", err, inside)
			}
			answers.Err = &backend.GoneError{Err: backend.ErrClosed}
			if _, err := f(); !errors.Is(err, ErrClosed) {
				t.Errorf("no other generation: got %v, want ErrClosed", err)
			}
			waited := 0
			b.Await = func(_ context.Context, gone backend.Backend, _ error) error {
				if waited++; gone != answers {
					t.Error("another backend is gone")
				}
				next, _ := generation(t, b, 10, adder())
				return b.Switch(next)
			}
			if got, err := f(); got != 11 || err != nil || waited != 1 {
				t.Errorf("got %d, %v after waiting %d times, want 11 after 1", got, err, waited)
			}
			answers.Err = backend.ErrTooManyCalls
			if got, err := f(); got != 11 || err != nil || waited != 1 {
				t.Errorf("afterwards: got %d, %v after waiting %d times, want 11 after 1", got, err, waited)
			}
		})
	}
}

// Funcs that are not used any more cost nothing.
func TestBoundForgets(t *testing.T) {
	b, e, _ := boundTo(t)
	kept := bindAs[func(int) int](t, e)
	for range 10_000 {
		bindAs[func(int) int](t, e)
		if len(b.slots)%1000 == 0 {
			runtime.GC()
		}
	}
	runtime.GC()
	b.mu.Lock()
	b.collect()
	b.mu.Unlock()
	if n := len(b.slots); n != 1 {
		t.Errorf("got %d slots, want 1", n)
	}
	if got := kept(1); got != 2 {
		t.Errorf("got %d, want 2", got)
	}
}

// sessioned is a backend with a session.
type sessioned struct {
	*fake.Backend
	session uint64
}

func (b sessioned) Session() uint64 { return b.session }

// A call that is nested in a callback stays in the generation that has called.
func TestNestedCallsStayInTheirGeneration(t *testing.T) {
	b := &Bound{Await: func(_ context.Context, _ backend.Backend, err error) error { return err }}
	var all []*Exports
	next := func(session uint64) {
		answers := answered(func(v *fake.Invocation) { v.Frame().SetInt(0, v.Frame().Int(0)+int(session)) })
		e := exportsOf(t, sessioned{answers, session}, adder())
		e.SetBound(b)
		if err := b.Switch(e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	next(1)
	early := bindAs[func(int) int](t, all[0])
	next(2)
	late := bindAs[func(int) int](t, all[1])
	next(3)
	want := func(where string, n int) {
		t.Helper()
		called, err := all[2].Call(context.Background(), "F", []any{0})
		if err != nil {
			t.Fatal(err)
		}
		if got := []any{early(0), late(0), called[0]}; !reflect.DeepEqual(got, []any{n, n, n}) {
			t.Errorf("%s: got generations %v, want %d", where, got, n)
		}
	}
	want("in no callback", 3)
	for _, test := range []struct {
		name     string
		sessions []uint64
		want     int
	}{
		{"the first", []uint64{1}, 1},
		{"the second", []uint64{2}, 2},
		{"the current one", []uint64{3}, 3},
		{"another plugin within the first", []uint64{1, 77}, 1},
		{"the current one within the first", []uint64{1, 3}, 3},
		{"the first within the current one", []uint64{3, 1}, 1},
	} {
		var inside []nesting.Callback
		for _, session := range test.sessions {
			inside = append(inside, nesting.Enter(session))
		}
		want(test.name, test.want)
		for _, c := range inside {
			c.Leave()
		}
	}
	c := nesting.Enter(1)
	defer c.Leave()
	b.Retire(all[0])
	want("in one that has retired", 3)
	b.Retire(all[1])
	if b.replaced.Load() != nil {
		t.Error("got replaced generations after all have retired, want none")
	}
}
