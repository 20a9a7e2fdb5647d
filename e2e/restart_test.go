//go:build linux || (windows && amd64)

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// What is bound to a plugin works after it was opened again.
func TestRestart(t *testing.T) { survivalChild(t, "restart") }

// A plugin that ends in its init functions is tried a few times.
func TestRestartGivesUp(t *testing.T) { survivalChild(t, "restart gives up") }

// Calls wait for a plugin that is being opened again, if the policy says so.
func TestRestartWait(t *testing.T) { survivalChild(t, "restart waits") }

// Kill and Close end a plugin for good.
func TestRestartStops(t *testing.T) { survivalChild(t, "restart stops") }

// Calls of several goroutines get the right result or a crash while the plugin ends again and
// again.
func TestRestartWhileCalling(t *testing.T) { survivalChild(t, "restart while calling") }

// A loader's calls work after the plugin was opened again.
func TestRestartLoader(t *testing.T) {
	if bridge != winplugin.Pure {
		t.Skip("plugins of the pure bridge end alone")
	}
	dir := t.TempDir() // no import: builds take long in Wine
	writeFiles(t, dir, map[string]string{
		"go.mod": "module example.com/ends\n\ngo 1.22\n",
		"ends.go": `package ends

func Add(a, b int) int { return a + b }

func End() {
	go func() { panic("no way out") }()
	select {}
}
`,
	})
	t.Log(runChild(t, "restart of a loader", 2*time.Minute, "WINPLUGIN_TEST_FOLDER="+dir))
}

// openRestarting opens a copy of the library of testdata/mortal. The returned func waits until
// the plugin has been opened again n times.
func openRestarting(policy winplugin.RestartPolicy, opts ...winplugin.Option) (p *winplugin.Plugin, restarted func(n int) error, err error) {
	p, err = openMortal(append(opts, winplugin.WithRestart(policy))...)
	if err != nil {
		return nil, nil, err
	}
	return p, func(n int) error {
		for began := time.Now(); time.Since(began) < 30*time.Second; time.Sleep(time.Millisecond) {
			if s := p.Restarts(); s.Up && s.Restarts == n {
				return nil
			}
		}
		return fmt.Errorf("not opened again %d times: %+v", n, p.Restarts())
	}, nil
}

var soon = winplugin.RestartPolicy{FirstDelay: time.Millisecond, MaxDelay: time.Millisecond, MaxRestarts: -1}

// wantCrash fails unless err is a crash, and an ErrRestarting if the plugin is being opened again.
func wantCrash(err error, restarting bool) error {
	var crash *winplugin.CrashError
	if !errors.As(err, &crash) || errors.Is(err, winplugin.ErrRestarting) != restarting {
		return fmt.Errorf("got %v, want a crash, and ErrRestarting: %t", err, restarting)
	}
	return nil
}

func init() {
	children["restart"] = func() error {
		ctx := context.Background()
		for _, pointer := range []bool{false, true} { // the host has a pointer to a variable
			p, restarted, err := openRestarting(soon, winplugin.WithKillAfter(10*time.Millisecond))
			if err != nil {
				return err
			}
			add, err1 := winplugin.Func[func(a, b int) (int, error)](p, "Add")
			wait, err2 := winplugin.Func[func(ctx context.Context, way int) error](p, "Wait")
			batch, err3 := winplugin.Batch[func(sums, a, b []int) (int, error)](p, "Add")
			total, err4 := winplugin.Var[int](p, "Total")
			symbol, err5 := p.Lookup("Add")
			var fields struct {
				Add func(ctx context.Context, a, b int) int
				End func(way string) error
			}
			counter, err6 := p.Call(ctx, "NewCounter")
			if err := errors.Join(err1, err2, err3, err4, err5, err6, p.Bind(&fields)); err != nil {
				return err
			}
			shared := new(int)
			if pointer {
				v, err := p.Lookup("Total")
				if err != nil {
					return err
				}
				shared = v.(*int)
			}
			check := func() error {
				if n, err := add(1, 2); n != 3 || err != nil {
					return fmt.Errorf("Func: %d, %w", n, err)
				}
				if n := fields.Add(ctx, 1, 2); n != 3 {
					return fmt.Errorf("Bind: %d", n)
				}
				if n := symbol.(func(int, int) int)(1, 2); n != 3 {
					return fmt.Errorf("Lookup: %d", n)
				}
				sums := make([]int, 1000)
				if n, err := batch(sums, make([]int, 1000), make([]int, 1000)); n != len(sums) || err != nil {
					return fmt.Errorf("Batch: %d, %w", n, err)
				}
				if r, err := p.Call(ctx, "Add", 1, 2); err != nil || r[0] != 3 {
					return fmt.Errorf("Call: %v, %w", r, err)
				}
				if n, err := total.Get(); n != 0 || err != nil { // a new instance
					return fmt.Errorf("Var: %d, %w", n, err)
				}
				return total.Set(5)
			}
			for round := range 4 {
				if err := check(); err != nil {
					return fmt.Errorf("round %d: %w", round, err)
				}
				*shared = 7
				if round == 2 {
					short, cancel := context.WithTimeout(ctx, time.Millisecond)
					err = wait(short, 2)
					cancel()
				} else {
					err = fields.End("panic in a goroutine")
				}
				var crash *winplugin.CrashError
				if !errors.As(err, &crash) {
					return fmt.Errorf("round %d: %v, want a crash", round, err)
				}
				if err := restarted(round + 1); err != nil {
					return err
				}
				if _, err := counter[0].(*winplugin.Object).Call(ctx, "Next"); !errors.As(err, &crash) {
					return fmt.Errorf("an object: %v, want a crash", err)
				}
				if *shared != 7 {
					return fmt.Errorf("a pointer to a variable: %d, want 7", *shared)
				}
			}
			if s := p.Restarts(); s.Failures != 0 || s.LastErr == nil || s.Since.IsZero() {
				return fmt.Errorf("got %+v", s)
			}
			if err := errors.Join(check(), p.Close()); err != nil {
				return err
			}
			if isMapped(p.Path()) {
				return errors.New("it is still mapped")
			}
			if _, err := add(1, 2); !errors.Is(err, winplugin.ErrClosed) {
				return fmt.Errorf("after Close: %w", err)
			}
		}
		return nil
	}
	children["restart gives up"] = func() error {
		var stages []string
		gaveUp := make(chan struct{})
		policy := winplugin.RestartPolicy{FirstDelay: time.Millisecond, MaxRestarts: 2, Wait: -1}
		policy.OnEvent = func(e winplugin.RestartEvent) {
			if stages = append(stages, string(e.Stage)); e.Stage == winplugin.RestartGaveUp {
				close(gaveUp)
			}
		}
		p, _, err := openRestarting(policy)
		if err != nil {
			return err
		}
		os.Setenv("WINPLUGIN_TEST_INIT", "panic in a goroutine")
		_, _ = p.Call(context.Background(), "End", "exit")
		_, err = p.Call(context.Background(), "Add", 1, 2)
		if err := wantCrash(err, false); err != nil {
			return err
		}
		if want := "exit code 3; it is not opened again: the limit of WithRestart is reached, 2 times within 1m0s; the last time failed"; !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "no way out") {
			return fmt.Errorf("got %v, want %s", err, want)
		}
		<-gaveUp
		if got, want := strings.Join(stages, ", "), "crashed, waiting, failed, waiting, failed, gave up"; got != want {
			return fmt.Errorf("got the stages %s, want %s", got, want)
		}
		var load *winplugin.LoadError
		if s := p.Restarts(); s.Failures != 2 || s.Up || s.Away || !errors.As(s.LastErr, &load) {
			return fmt.Errorf("got %+v", s)
		}
		return p.Close()
	}
	children["restart waits"] = func() error {
		policy := winplugin.RestartPolicy{FirstDelay: 50 * time.Millisecond, Wait: -1}
		p, _, err := openRestarting(policy)
		if err != nil {
			return err
		}
		add, err := winplugin.Func[func(ctx context.Context, a, b int) (int, error)](p, "Add")
		if err != nil {
			return err
		}
		ctx := context.Background()
		end := func() { _, _ = p.Call(ctx, "End", "unlock") }
		for end(); p.Restarts().Up; { // the call is back before the end is known
			runtime.Gosched()
		}
		if n, err := add(ctx, 1, 2); n != 3 || err != nil {
			return fmt.Errorf("Func: %d, %w", n, err)
		}
		end()
		if r, err := p.Call(ctx, "Add", 1, 2); err != nil || r[0] != 3 {
			return fmt.Errorf("Call: %v, %w", r, err)
		}
		end()
		if x, err := p.New("Counter", nil); x == nil || err != nil {
			return fmt.Errorf("New: %w", err)
		}
		end()
		short, cancel := context.WithTimeout(ctx, policy.FirstDelay/2) // it ends while the call waits
		defer cancel()
		_, err = add(short, 1, 2)
		if failed := wantCrash(err, true); failed != nil || !errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("a short context: %w", err)
		}
		return p.Close()
	}
	children["restart stops"] = func() error {
		ctx := context.Background()
		never := winplugin.RestartPolicy{FirstDelay: time.Hour}
		for _, test := range []struct {
			name string
			run  func(p *winplugin.Plugin) error
		}{
			{"Kill", func(p *winplugin.Plugin) error {
				if err := p.Kill(errKilled); err != nil {
					return err
				}
				_, err := p.Call(ctx, "Add", 1, 2)
				return errors.Join(wantCause(err, errKilled), wantCrash(err, false))
			}},
			{"Close while it is away", func(p *winplugin.Plugin) error {
				_, _ = p.Call(ctx, "End", "exit")
				_, err := p.Call(ctx, "Add", 1, 2)
				return errors.Join(wantCrash(err, true), p.Close())
			}},
			{"Kill while it is away", func(p *winplugin.Plugin) error {
				_, _ = p.Call(ctx, "End", "exit")
				if err := p.Kill(errKilled); err != nil {
					return err
				}
				_, err := p.Call(ctx, "Add", 1, 2)
				return wantCrash(err, false)
			}},
			{"Kill after Close", func(p *winplugin.Plugin) error {
				if err := p.Close(); err != nil {
					return err
				}
				if err := p.Kill(errKilled); !errors.Is(err, winplugin.ErrClosed) {
					return fmt.Errorf("Kill: %w, want ErrClosed", err)
				}
				return nil
			}},
		} {
			before := runtime.NumGoroutine()
			p, _, err := openRestarting(never)
			if err != nil {
				return err
			}
			if err := test.run(p); err != nil {
				return fmt.Errorf("%s: %w", test.name, err)
			}
			if err := p.Close(); err != nil {
				return fmt.Errorf("%s: %w", test.name, err)
			}
			for began := time.Now(); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
				if time.Since(began) > patience {
					return fmt.Errorf("%s: %d goroutines instead of %d: %w", test.name, runtime.NumGoroutine(), before, notBack())
				}
			}
		}
		return nil
	}
	children["restart while calling"] = func() error {
		p, restarted, err := openRestarting(soon)
		if err != nil {
			return err
		}
		add, err := winplugin.Func[func(a, b int) (int, error)](p, "Add")
		if err != nil {
			return err
		}
		var (
			calling       sync.WaitGroup
			stop          atomic.Bool
			right, failed atomic.Int64
		)
		wrong := make(chan error, 100)
		for i := range 8 {
			calling.Go(func() {
				for n := 0; !stop.Load(); n++ {
					sum, err := 0, error(nil)
					if i%2 == 0 {
						sum, err = add(n, i)
					} else if r, failed := p.Call(context.Background(), "Add", n, i); failed == nil {
						sum = r[0].(int)
					} else {
						err = failed
					}
					var crash *winplugin.CrashError
					switch {
					case err == nil && sum == n+i:
						right.Add(1)
					case errors.As(err, &crash):
						failed.Add(1)
						time.Sleep(100 * time.Microsecond)
					default:
						wrong <- fmt.Errorf("Add(%d, %d): %d, %v", n, i, sum, err)
						return
					}
				}
			})
		}
		ways := []string{"exit", "panic in a goroutine", "map writes", "unlock", "fault"}
		for i := range 10 {
			time.Sleep(10 * time.Millisecond)
			_, err := p.Call(context.Background(), "End", ways[i%len(ways)])
			var crash *winplugin.CrashError
			if !errors.As(err, &crash) {
				return fmt.Errorf("End: %w", err)
			}
			if err := restarted(i + 1); err != nil {
				return err
			}
		}
		time.Sleep(10 * time.Millisecond)
		stop.Store(true)
		done := make(chan struct{})
		go func() { calling.Wait(); close(done) }()
		select {
		case <-done:
		case <-time.After(patience):
			return notBack()
		}
		close(wrong)
		if err := <-wrong; err != nil {
			return err
		}
		fmt.Println(right.Load(), "right,", failed.Load(), "crashed")
		return p.Close()
	}
	children["restart of a loader"] = func() error {
		loader, err := winplugin.NewLoader(os.Getenv("WINPLUGIN_TEST_FOLDER"), options(winplugin.WithRestart(winplugin.RestartPolicy{FirstDelay: time.Millisecond, Wait: -1}))...)
		if err != nil {
			return err
		}
		if err := loader.Build("ends.go"); err != nil {
			return err
		}
		for range 3 {
			if sum, err := loader.Call("ends", "Add", 1, 2); sum != 3 || err != nil {
				return fmt.Errorf("Add: %v, %w", sum, err)
			}
			var crash *winplugin.CrashError
			if _, err := loader.Call("ends", "End"); !errors.As(err, &crash) {
				return fmt.Errorf("End: %w", err)
			}
		}
		return loader.Close()
	}
}
