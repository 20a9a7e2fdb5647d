//go:build linux || (windows && amd64)

package e2e

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// TestKill kills a plugin in which calls wait in each way.
func TestKill(t *testing.T) { survivalChild(t, "kill") }

// TestEndReachesEverything ends a plugin whose objects, channels and contexts are in use.
func TestEndReachesEverything(t *testing.T) { survivalChild(t, "reach") }

func isDone(p *winplugin.Plugin) bool {
	select {
	case <-p.Done():
		return true
	default:
		return false
	}
}

var errKilled = errors.New("enough of it")

// wantCause fails unless err is a crash with the cause.
func wantCause(err, cause error) error {
	var crash *winplugin.CrashError
	if !errors.As(err, &crash) || !errors.Is(err, cause) || crash.ExitCode != -1 {
		return fmt.Errorf("got %v, want a crash by %v", err, cause)
	}
	return nil
}

func init() {
	children["kill"] = func() error {
		ctx := context.Background()
		for i := range 6 {
			var opts []winplugin.Option
			if i%2 == 1 { // calls enter by runtime.cgocallback
				opts = append(opts, winplugin.WithoutThreadBinding())
			}
			p, err := openMortal(opts...)
			if err != nil {
				return err
			}
			n, err := p.Call(ctx, "NumWaits")
			if err != nil {
				return err
			}
			if _, err := p.Call(ctx, "Spawn"); err != nil {
				return err
			}
			back := make(chan error)
			for i := range n[0].(int) {
				go func() {
					_, err := p.Call(ctx, "Wait", i)
					back <- err
				}()
				go func() { // a nested one
					_, err := p.Call(ctx, "Call", func() { _, _ = p.Call(ctx, "Wait", i) })
					back <- err
				}()
			}
			time.Sleep(20 * time.Millisecond)
			began := time.Now()
			if err := p.Kill(errKilled); err != nil {
				return err
			}
			for range 2 * n[0].(int) {
				select {
				case err := <-back:
					if err := wantCause(err, errKilled); err != nil {
						return err
					}
				case <-time.After(patience):
					return notBack()
				}
			}
			took := time.Since(began)
			_, err = p.Call(ctx, "Add", 1, 2)
			if err := wantCause(err, errKilled); err != nil {
				return err
			}
			if err := p.Close(); err != nil {
				return err
			}
			fmt.Printf("all calls back after %v, unloaded after %v\n", took, time.Since(began))
		}

		p, err := openMortal(winplugin.WithKillAfter(10 * time.Millisecond))
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(ctx, 100*time.Millisecond) // it ends in the call
		defer cancel()
		_, err = p.Call(ctx, "Wait", 2)
		if err := wantCause(err, context.DeadlineExceeded); err != nil {
			return fmt.Errorf("WithKillAfter: %w", err)
		}
		return p.Close()
	}
	children["reach"] = func() error {
		var output strings.Builder
		p, err := openMortal(winplugin.WithCrashOutput(&output))
		if err != nil {
			return err
		}
		ticks, err := winplugin.Func[func() <-chan int](p, "Ticks")
		if err != nil {
			return err
		}
		withContext, err := winplugin.Func[func(func(context.Context)) error](p, "WithContext")
		if err != nil {
			return err
		}
		counter, err := winplugin.Func[func() *winplugin.Object](p, "NewCounter")
		if err != nil {
			return err
		}
		end, err := winplugin.Func[func(string) error](p, "End")
		if err != nil {
			return err
		}
		numbers, err := winplugin.Func[func() chan<- int](p, "Numbers")
		if err != nil {
			return err
		}
		c, object, to := ticks(), counter(), numbers()
		<-c
		to <- 1
		cause := make(chan error, 1)
		back := make(chan error, 1)
		inside := make(chan struct{})
		go func() {
			back <- withContext(func(ctx context.Context) {
				close(inside)
				<-ctx.Done()
				cause <- context.Cause(ctx)
			})
		}()
		<-inside
		var crash *winplugin.CrashError
		if err := end("panic in a goroutine"); !errors.As(err, &crash) || crash.ExitCode != 2 || crash.Reason != "panic: no way out" || !strings.Contains(crash.Stack, "mortal.fail") {
			return fmt.Errorf("the end: %#v, %v", crash, err)
		}
		if err := <-back; !errors.As(err, &crash) {
			return fmt.Errorf("the call with a context: %v", err)
		}
		if err := <-cause; !errors.As(err, &crash) {
			return fmt.Errorf("the context's cause: %v", err)
		}
		for range c { // it is closed
		}
		if !isDone(p) {
			return errors.New("the plugin has ended: Done is not closed")
		}
		for sent := 0; ; sent++ { // what is sent is no longer taken
			select {
			case to <- sent:
				if sent > 10 {
					return fmt.Errorf("a channel of a plugin that has ended took %d values", sent)
				}
				continue
			case <-time.After(100 * time.Millisecond):
			}
			break
		}
		if _, err := object.Call(context.Background(), "Next"); !errors.As(err, &crash) {
			return fmt.Errorf("the object's method: %v", err)
		}
		if err := p.Close(); err != nil {
			return err
		}
		// The library can be opened again at once.
		again, err := winplugin.Open(p.Path())
		if err != nil {
			return err
		}
		if err := checkMortal(again); err != nil {
			return err
		}
		if err := again.Kill(nil); err != nil {
			return err
		}
		if again, err = winplugin.Open(p.Path()); err != nil {
			return fmt.Errorf("open while it is leaving: %w", err)
		}
		if err := checkMortal(again); err != nil {
			return err
		}
		if isDone(again) {
			return errors.New("Done is closed before Close")
		}
		if err := again.Close(); err != nil {
			return err
		}
		if !isDone(again) {
			return errors.New("Done is not closed after Close")
		}
		if !strings.Contains(output.String(), "panic: no way out") {
			return fmt.Errorf("output %q", output.String())
		}
		return nil
	}
}
