//go:build linux || windows

package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// With WithoutSurvival the end of a plugin is that of the process.
func TestWithoutSurvival(t *testing.T) {
	if bridge != winplugin.Pure {
		t.Skip("plugins of the pure bridge end alone")
	}
	path := built(t, "mortal")
	for _, test := range []struct{ way, want, output string }{
		{"exit", "exit status 3", ""},
		{systemEnd, "exit status 5", ""},
		{"panic in a goroutine", "exit status 2", "panic: no way out"},
		{"fault", "exit status 2", "unexpected fault address"},
		{"crash by unlock", systemCrash, "unlock of unlocked mutex"},
	} {
		t.Run(test.way, func(t *testing.T) {
			out, err := childOutput(t, "without survival", time.Minute, "WINPLUGIN_TEST_MORTAL="+path, "WAY="+test.way)
			if got := fmt.Sprint(err); !strings.HasPrefix(got, test.want) || !strings.Contains(out, test.output) {
				t.Errorf("got %s and the output\n%.2000s\nwant %s and %q", got, out, test.want, test.output)
			}
		})
	}
}

// A plugin that has begun to print why it ends, and does not end, is killed after two seconds.
func TestEndBegun(t *testing.T) { survivalChild(t, "end begun") }

// A plugin may end while its init functions run. Opening fails, and nothing of it stays.
func TestEndsInInit(t *testing.T) { survivalChild(t, "ends in init") }

// A plugin may end just after its init functions have returned. The library can be opened again.
func TestEndsAfterInit(t *testing.T) { survivalChild(t, "ends after init") }

// A library stays while a callback of the host keeps a thread in it, and not for longer.
func TestEndWaitsForCallbacks(t *testing.T) { survivalChild(t, "callbacks stay") }

// The host may use a pointer that Lookup returned until it closes the plugin.
func TestEndKeepsSharedMemory(t *testing.T) { survivalChild(t, "memory stays") }

// A library that ends after it was closed, and stays in the process, is loaded again.
func TestEndAfterClose(t *testing.T) { survivalChild(t, "ends after close") }

func init() {
	children["ends after init"] = func() error {
		path, err := copyLibrary(os.Getenv("WINPLUGIN_TEST_MORTAL"), "mortal")
		if err != nil {
			return err
		}
		died := 0
		for delay := time.Duration(0); delay < 4*time.Millisecond; delay += 50 * time.Microsecond {
			os.Setenv("WINPLUGIN_TEST_END_AFTER", delay.String())
			p, err := winplugin.Open(path)
			os.Unsetenv("WINPLUGIN_TEST_END_AFTER")
			var load *winplugin.LoadError
			var crash *winplugin.CrashError
			switch {
			case err == nil:
				err = p.Close()
			case errors.As(err, &load) && load.Reason == winplugin.LoadDied, errors.As(err, &crash):
				died++
				err = nil
			}
			if err != nil {
				return fmt.Errorf("after %v: %w", delay, err)
			}
		}
		fmt.Printf("%d died while they were opened\n", died)
		p, err := winplugin.Open(path)
		if err != nil {
			return err
		}
		return errors.Join(checkMortal(p), p.Close())
	}
	children["end begun"] = func() error {
		p, err := openMortal()
		if err != nil {
			return err
		}
		back := make(chan error)
		begin := func(function string, args ...any) {
			_, err := p.Call(context.Background(), function, args...)
			back <- err
		}
		go begin("EndBegun")
		go begin("Wait", 0)
		for range 2 {
			var crash *winplugin.CrashError
			if err := <-back; !errors.As(err, &crash) || !strings.Contains(err.Error(), "its runtime began to end and did not finish") || !strings.Contains(crash.Output, "fatal error: no end") {
				return fmt.Errorf("got %w, want a crash with the reason", err)
			}
		}
		return p.Close()
	}
	children["memory stays"] = func() error {
		p, err := openMortal()
		if err != nil {
			return err
		}
		symbol, err := p.Lookup("Total")
		if err != nil {
			return err
		}
		total := symbol.(*int)
		*total = 42
		if err := p.Kill(errKilled); err != nil {
			return err
		}
		for alive(p) {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(100 * time.Millisecond)
		if *total != 42 || !isMapped(p.Path()) {
			return fmt.Errorf("got %d, want 42", *total)
		}
		if err := p.Close(); err != nil {
			return err
		}
		if isMapped(p.Path()) {
			return errors.New("it is still mapped")
		}
		return nil
	}
	children["ends after close"] = func() error {
		p, err := openMortal(winplugin.WithoutUnload())
		if err != nil {
			return err
		}
		if _, err := p.Call(context.Background(), "EndLater"); err != nil {
			return err
		}
		if err := p.Close(); err != nil {
			return err
		}
		time.Sleep(200 * time.Millisecond) // the library, which stays, ends after 50 ms
		again, err := winplugin.Open(p.Path())
		if err != nil {
			return err
		}
		return errors.Join(checkMortal(again), again.Close())
	}
	children["without survival"] = func() error {
		p, err := openMortal(winplugin.WithoutSurvival())
		if err != nil {
			return err
		}
		if err := p.Survives(); !errors.Is(err, winplugin.ErrNotSurvivable) {
			return fmt.Errorf("Survives: %w", err)
		}
		if err := p.Kill(errKilled); !errors.Is(err, winplugin.ErrNotSurvivable) {
			return fmt.Errorf("Kill: %w", err)
		}
		_, err = p.Call(context.Background(), "End", os.Getenv("WAY"))
		return fmt.Errorf("the call came back: %w", err)
	}
	children["ends in init"] = func() error {
		stays, err := openMortal()
		if err != nil {
			return err
		}
		ways, err := stays.Call(context.Background(), "Ways")
		if err != nil {
			return err
		}
		for _, way := range ways[0].([]string) {
			if only := os.Getenv("WAY"); way == "Goexit" || only != "" && way != only {
				continue // after Goexit the init function never returns
			}
			os.Setenv("WINPLUGIN_TEST_INIT", way)
			began := time.Now()
			path, err := copyLibrary(os.Getenv("WINPLUGIN_TEST_MORTAL"), "mortal")
			if err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			_, err = winplugin.OpenContext(ctx, path)
			cancel()
			var load *winplugin.LoadError
			if !errors.As(err, &load) || load.Reason != winplugin.LoadDied {
				return fmt.Errorf("%s: got %v, want a LoadError", way, err)
			}
			fmt.Printf("%-28s after %v: %.100q\n", way, time.Since(began), load.Err)
			if isMapped(path) {
				return fmt.Errorf("%s: it is still mapped", way)
			}
			os.Unsetenv("WINPLUGIN_TEST_INIT")
			p, err := winplugin.Open(path)
			if err != nil {
				return fmt.Errorf("after %s: %w", way, err)
			}
			if err := errors.Join(checkMortal(p), checkMortal(stays), p.Close()); err != nil {
				return fmt.Errorf("after %s: %w", way, err)
			}
		}
		return nil
	}
	children["callbacks stay"] = func() error {
		for _, function := range []string{"Call", "CallLater"} { // on a thread of the host, and on one of the plugin
			if err := endWithin(function); err != nil {
				return fmt.Errorf("%s: %w", function, err)
			}
		}
		return nil
	}
}

// endWithin ends a plugin while its function is in a callback.
func endWithin(function string) error {
	ctx := context.Background()
	p, err := openMortal()
	if err != nil {
		return err
	}
	inside, leave, back := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	var within error
	go func() {
		_, err := p.Call(ctx, function, func() {
			close(inside)
			<-leave
			_, within = p.Call(ctx, "Add", 1, 2)
		})
		back <- err
	}()
	<-inside
	var crash *winplugin.CrashError
	if _, err := p.Call(ctx, "End", "panic in a goroutine"); !errors.As(err, &crash) {
		return fmt.Errorf("the end: %v", err)
	}
	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	if err := p.CloseContext(short); !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("close: got %v, want that it takes longer", err)
	}
	if !isMapped(p.Path()) {
		return errors.New("it was unmapped under a callback")
	}
	short, cancel = context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	var load *winplugin.LoadError
	if _, err := winplugin.OpenContext(short, p.Path()); !errors.As(err, &load) || load.Reason != winplugin.LoadRetired {
		return fmt.Errorf("open: got %v, want that it is retired", err)
	}
	close(leave)
	if err := <-back; function == "Call" && !errors.As(err, &crash) {
		return fmt.Errorf("the call: %v", err)
	}
	if err := p.Close(); err != nil {
		return err
	}
	if !errors.As(within, &crash) {
		return fmt.Errorf("a call in the callback: %v", within)
	}
	if isMapped(p.Path()) {
		return errors.New("it is still mapped")
	}
	again, err := winplugin.Open(p.Path())
	if err != nil {
		return err
	}
	return errors.Join(checkMortal(again), again.Close())
}
