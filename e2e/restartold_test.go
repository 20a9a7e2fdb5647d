//go:build linux || (windows && amd64)

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// What the plugin returned before it was opened again fails with the crash for good, and with
// ErrClosed after Close.
func TestRestartOldObjects(t *testing.T) { survivalChild(t, "restart and old objects") }

// Calls of a plugin WithRestart fail with ErrClosed after Close, also if it has ended before.
func TestRestartClosed(t *testing.T) { survivalChild(t, "restart and close") }

// usesFail returns the name of the first use that does not fail as check says.
func usesFail(uses map[string]func() error, check func(error) error) error {
	for name, use := range uses {
		if err := check(use()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// wantClosed fails unless err is ErrClosed and no crash.
func wantClosed(err error) error {
	var crash *winplugin.CrashError
	if !errors.Is(err, winplugin.ErrClosed) || errors.As(err, &crash) || !strings.Contains(err.Error(), "plugin mortal") {
		return fmt.Errorf("got %v, want ErrClosed, no crash, and the plugin's name", err)
	}
	return nil
}

// eventually returns when done returns true, or an error.
func eventually(what string, done func() bool) error {
	for began := time.Now(); !done(); time.Sleep(time.Millisecond) {
		if time.Since(began) > 30*time.Second {
			return errors.New("it takes too long: " + what)
		}
	}
	return nil
}

// foreignStruct is a type that the plugin does not know.
type foreignStruct struct {
	N     int
	inner func()
}

func init() {
	ctx := context.Background()
	children["restart and old objects"] = func() error {
		p, restarted, err := openRestarting(soon)
		if err != nil {
			return err
		}
		counter, err1 := p.Call(ctx, "NewCounter")
		ticks, err2 := p.Call(ctx, "Ticks")
		adder, err3 := winplugin.Func[func(int) (func(int) (int, error), error)](p, "Adder")
		take, err4 := winplugin.Func[func(*winplugin.Object) (int, error)](p, "Take")
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			return err
		}
		x := counter[0].(*winplugin.Object)
		next, err1 := winplugin.Method[func() (int, error)](x, "Next")
		plus, err2 := adder(1)
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		if n, err := plus(2); n != 3 || err != nil || x.Type() == "" {
			return fmt.Errorf("before the end: %d, %w, type %s", n, err, x.Type())
		}
		uses := map[string]func() error{
			"Call":            func() error { _, err := x.Call(ctx, "Next"); return err },
			"Get":             func() error { _, err := x.Get("n"); return err },
			"Set":             func() error { return x.Set("n", 1) },
			"Copy":            func() error { return x.Copy(new(struct{ N int })) },
			"Copy to another": func() error { return x.Copy(&foreignStruct{inner: nil}) },
			"Bind": func() error {
				var methods struct{ Next func() (int, error) }
				if err := x.Bind(&methods); err != nil {
					return err
				}
				_, err := methods.Next()
				return err
			},
			"Method": func() error {
				f, err := winplugin.Method[func() (int, error)](x, "Next")
				if err != nil {
					return err
				}
				_, err = f()
				return err
			},
			"As": func() error {
				v, err := winplugin.As[json.Marshaler](x)
				if err != nil {
					return err
				}
				_, err = v.MarshalJSON()
				return err
			},
			"MarshalJSON":               func() error { _, err := json.Marshal(x); return err },
			"a method that was bound":   func() error { _, err := next(); return err },
			"a func":                    func() error { _, err := plus(2); return err },
			"an argument of its plugin": func() error { _, err := take(x); return err },
		}
		wantIt := func(err error) error {
			if err == nil || !strings.Contains(err.Error(), "plugin mortal") {
				return fmt.Errorf("got %v, want the plugin's name", err)
			}
			return wantCrash(err, false)
		}
		_, _ = p.Call(ctx, "End", "exit")
		if err := restarted(1); err != nil {
			return err
		}
		if err := usesFail(uses, wantIt); err != nil {
			return fmt.Errorf("opened again: %w", err)
		}
		if err := eventually("the release of the library that has ended", func() bool { return x.Type() == "" }); err != nil {
			return err
		}
		if err := usesFail(uses, wantIt); err != nil {
			return fmt.Errorf("opened again, and the old library was released: %w", err)
		}
		for range ticks[0].(<-chan int) { // until it is closed
		}
		if err := p.Close(); err != nil {
			return err
		}
		if err := usesFail(uses, wantClosed); err != nil {
			return fmt.Errorf("after Close: %w", err)
		}
		return nil
	}
	children["restart and close"] = func() error {
		never := winplugin.RestartPolicy{FirstDelay: time.Hour}
		waiting := winplugin.RestartPolicy{FirstDelay: time.Hour, Wait: -1}
		for _, test := range []struct {
			name string
			opts []winplugin.Option
			away func(p *winplugin.Plugin) bool // after the end
		}{
			{"away", []winplugin.Option{winplugin.WithRestart(never)}, func(p *winplugin.Plugin) bool { return p.Restarts().Away }},
			{"away, calls wait", []winplugin.Option{winplugin.WithRestart(waiting)}, func(p *winplugin.Plugin) bool { return p.Restarts().Away }},
			{"killed", []winplugin.Option{winplugin.WithRestart(never)}, func(p *winplugin.Plugin) bool { return p.Kill(errKilled) == nil }},
			{"given up", []winplugin.Option{winplugin.WithRestart(winplugin.RestartPolicy{MaxRestarts: 1, FirstDelay: time.Millisecond})}, func(p *winplugin.Plugin) bool {
				_, _ = p.Call(ctx, "End", "exit")
				s := p.Restarts()
				return !s.Up && !s.Away
			}},
		} {
			p, err := openMortal(test.opts...)
			if err != nil {
				return err
			}
			add, err1 := winplugin.Func[func(a, b int) (int, error)](p, "Add")
			total, err2 := winplugin.Var[int](p, "Total")
			counter, err3 := p.Call(ctx, "NewCounter")
			if err := errors.Join(err1, err2, err3); err != nil {
				return err
			}
			_, _ = p.Call(ctx, "End", "exit")
			if err := eventually("the end", func() bool { return test.away(p) }); err != nil {
				return fmt.Errorf("%s: %w", test.name, err)
			}
			worker := make(chan error, 2)
			for range cap(worker) {
				go func() {
					for { // as a worker does that outlives the ends of the plugin
						if _, err := add(1, 2); errors.Is(err, winplugin.ErrClosed) {
							worker <- err
							return
						}
					}
				}()
			}
			if err := p.Close(); err != nil {
				return fmt.Errorf("%s: Close: %w", test.name, err)
			}
			for range cap(worker) {
				select {
				case err := <-worker:
					if err := wantClosed(err); err != nil {
						return fmt.Errorf("%s: a worker: %w", test.name, err)
					}
				case <-time.After(30 * time.Second):
					return fmt.Errorf("%s: the worker does not end", test.name)
				}
			}
			err = usesFail(map[string]func() error{
				"Func":        func() error { _, err := add(1, 2); return err },
				"Call":        func() error { _, err := p.Call(ctx, "Add", 1, 2); return err },
				"Var":         func() error { _, err := total.Get(); return err },
				"Lookup":      func() error { _, err := p.Lookup("Total"); return err },
				"New":         func() error { _, err := p.New("Counter", nil); return err },
				"Object.Call": func() error { _, err := counter[0].(*winplugin.Object).Call(ctx, "Next"); return err },
				"Object.Get":  func() error { _, err := counter[0].(*winplugin.Object).Get("n"); return err },
			}, wantClosed)
			if err != nil {
				return fmt.Errorf("%s: after Close: %w", test.name, err)
			}
		}
		return nil
	}
}
