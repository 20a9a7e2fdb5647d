//go:build linux || (windows && amd64)

package e2e

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() { wants["mortal"] = []winplugin.Option{winplugin.WithoutPolicy()} }

// survivalChild runs a child program with the library of testdata/mortal, which only the pure
// bridge can build.
func survivalChild(t *testing.T, name string, env ...string) {
	t.Helper()
	if bridge != winplugin.Pure && bridge != winplugin.Program {
		t.Skip("plugins of this bridge do not end alone")
	}
	path := built(t, "mortal")
	t.Log(runChild(t, name, 5*patience+2**soakTime, append(env, "WINPLUGIN_TEST_MORTAL="+path)...))
}

// openMortal opens a copy of the library, in a child.
func openMortal(opts ...winplugin.Option) (*winplugin.Plugin, error) {
	path, err := copyLibrary(os.Getenv("WINPLUGIN_TEST_MORTAL"), "mortal")
	if err != nil {
		return nil, err
	}
	return winplugin.Open(path, append(opts, isolation()...)...)
}

// openStays opens the library in a child, beside those that end, and returns the ways to end in
// their order.
func openStays() (*winplugin.Plugin, []string, error) {
	p, err := openMortal()
	if err != nil {
		return nil, nil, err
	}
	listed, err := p.Call(context.Background(), "Ways")
	if err != nil {
		return nil, nil, err
	}
	ways := listed[0].([]string)
	if isolation() != nil { // a goroutine hangs then, as in any program
		ways = slices.DeleteFunc(ways, func(way string) bool { return way == "exit of a thread" })
	}
	slices.Sort(ways)
	return p, ways, nil
}

// TestEndsAlone ends the plugin in each way while calls wait in it in each way.
func TestEndsAlone(t *testing.T) { survivalChild(t, "ends") }

// TestKillWhileEnding does the same, and kills the plugin meanwhile.
func TestKillWhileEnding(t *testing.T) { survivalChild(t, "ends and is killed") }

func init() {
	children["ends"] = func() error { return endsInEachWay(false) }
	children["ends and is killed"] = func() error { return endsInEachWay(true) }
}

func endsInEachWay(kill bool) error {
	stays, ways, err := openStays()
	if err != nil {
		return err
	}
	for _, way := range ways {
		if only := os.Getenv("WAY"); only != "" && way != only {
			continue
		}
		if err := endsAlone(way, kill); err != nil {
			return fmt.Errorf("%s: %w", way, err)
		}
		if err := checkMortal(stays); err != nil {
			return fmt.Errorf("after %s: %w", way, err)
		}
	}
	return stays.Close()
}

func checkMortal(p *winplugin.Plugin) error {
	if r, err := p.Call(context.Background(), "Add", 1, 2); err != nil || r[0] != 3 {
		return fmt.Errorf("the other plugin: Add: %v, %w", r, err)
	}
	return hostFault()
}

// notBack is the error for a call that has not come back, with the stacks of all goroutines.
func notBack() error {
	buf := make([]byte, 1<<20)
	return fmt.Errorf("a call did not come back\n%s", buf[:runtime.Stack(buf, true)])
}

func alive(p *winplugin.Plugin) bool {
	_, err := p.Call(context.Background(), "Add", 1, 2)
	return err == nil
}

// endsAlone ends a plugin, and kills it meanwhile if kill is set.
func endsAlone(way string, kill bool) error {
	ctx := context.Background()
	p, err := openMortal()
	if err != nil {
		return err
	}
	if err := p.Survives(); err != nil {
		return err
	}
	n, err := p.Call(ctx, "NumWaits")
	if err != nil {
		return err
	}
	if _, err := p.Call(ctx, "Spawn"); err != nil {
		return err
	}
	ended := make(chan error, 100)
	calls := 0
	begin := func(function string, args ...any) {
		calls++
		go func() {
			_, err := p.Call(ctx, function, args...)
			ended <- err
		}()
	}
	for i := range n[0].(int) {
		begin("Wait", i)
	}
	begin("Call", func() { // the end comes while this thread is in the host
		for alive(p) {
			time.Sleep(time.Millisecond)
		}
	})
	begin("Call", func() { // a call within a callback
		_, err := p.Call(ctx, "Wait", 2)
		var crash *winplugin.CrashError
		if !errors.As(err, &crash) {
			ended <- fmt.Errorf("a nested call: %v", err)
		}
	})
	time.Sleep(10 * time.Millisecond)
	began := time.Now()
	begin("Call", func() { _, _ = p.Call(ctx, "End", way) })
	if kill {
		time.Sleep(time.Duration(rand.N(2000)) * time.Microsecond)
		if err := p.Kill(errKilled); err != nil {
			return err
		}
	}
	for range calls {
		select {
		case err := <-ended:
			var crash *winplugin.CrashError
			if !errors.As(err, &crash) {
				return fmt.Errorf("a call ended with %v", err)
			}
			killed := kill && errors.Is(err, errKilled)
			if crash.Err != nil && !killed || crash.ExitCode <= 0 && !killed || crash.Reason == "" {
				return fmt.Errorf("got %#v", crash)
			}
		case <-time.After(patience):
			return notBack()
		}
	}
	took := time.Since(began)
	_, err = p.Call(ctx, "Add", 1, 2)
	var crash *winplugin.CrashError
	if !errors.As(err, &crash) {
		return fmt.Errorf("a later call ended with %v", err)
	}
	if err := p.Close(); err != nil {
		return err
	}
	if isMapped(p.Path()) {
		return errors.New("it is still mapped")
	}
	fmt.Printf("%-28s %-60.60s code %d, %5d bytes, stack %4d, all back after %v, unloaded after %v\n", way, crash.Reason, crash.ExitCode, len(crash.Output), len(crash.Stack), took, time.Since(began))
	return nil
}
