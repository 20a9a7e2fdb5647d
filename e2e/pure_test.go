package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// buildSource builds a plugin of one file.
func buildSource(t *testing.T, name, text string, opts ...winplugin.Option) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".go"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	a, err := winplugin.Build(context.Background(), dir, options(opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return a.Path
}

// A plugin of the pure bridge that fails to start does not end the host, and the error says
// why it failed. (One of the cgo bridge ends the process: its
// runtime starts while the system loads it.)
func TestPureStart(t *testing.T) {
	if bridge != winplugin.Pure {
		t.Skip("the pure bridge's")
	}
	const function = "\nfunc F() int { return state }\n\nvar state = 1\n"
	t.Run("panic", func(t *testing.T) {
		path := buildSource(t, "panics", "package panics\n\nfunc init() { panic(\"no good: ü\") }\n"+function)
		for range 2 { // a second try finds the same
			_, err := winplugin.Open(path)
			var load *winplugin.LoadError
			if !errors.As(err, &load) || load.Reason != winplugin.LoadDied {
				t.Fatalf("open: got %v, want a %T and %v", err, load, winplugin.LoadDied)
			}
			for _, want := range []string{"exit code 2", "panic: no good: ü", "panics.go:3"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got the error %v, want %q in it", err, want)
				}
			}
		}
	})
	t.Run("exit", func(t *testing.T) {
		path := buildSource(t, "exits", "package exits\n\nimport \"os\"\n\nfunc init() { os.Exit(7) }\n"+function, winplugin.WithAllowedImports("os"))
		if _, err := winplugin.Open(path); err == nil || !strings.Contains(err.Error(), "exit code 7") {
			t.Errorf("open: got %v, want an error with \"exit code 7\" in it", err)
		}
	})
	t.Run("deadlock", func(t *testing.T) {
		if runtime.GOOS != "windows" {
			t.Skip("elsewhere the runtime takes the library for a program with cgo, and looks for no deadlock")
		}
		path := buildSource(t, "deadlocks", "package deadlocks\n\nfunc init() { select {} }\n"+function)
		if _, err := winplugin.Open(path); err == nil || !strings.Contains(err.Error(), "all goroutines are asleep") {
			t.Errorf("open: got %v, want an error with \"all goroutines are asleep\" in it", err)
		}
	})
	t.Run("never", func(t *testing.T) {
		path := buildSource(t, "never", "package never\n\nfunc init() { for { for i := 0; i < 1e9; i++ { } } }\n"+function)
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		if _, err := winplugin.OpenContext(ctx, path); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("open: got %v, want %v", err, context.DeadlineExceeded)
		}
	})
	t.Run("slow", func(t *testing.T) {
		path := buildSource(t, "slow", "package slow\n\nimport \"time\"\n\nfunc init() { time.Sleep(1500*time.Millisecond); state = 2 }\n"+function)
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancel()
		if _, err := winplugin.OpenContext(ctx, path); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("open with little time: got %v, want %v", err, context.DeadlineExceeded)
		}
		p := open(t, path) // waits for the start that is under way
		if r := call(t, p, "F"); r[0] != 2 {
			t.Errorf("F: got %v, want 2", r[0])
		}
	})
	if err := checkPlugin(openKitchen(t)); err != nil {
		t.Errorf("afterwards: got error %v, want nil", err)
	}
}

// Concurrent loads work, and one file is one library.
func TestConcurrentLoads(t *testing.T) {
	var paths []string
	for i := range 6 {
		path, err := copyLibrary(kitchen(t), fmt.Sprintf("at_once_%d", i))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			p, err := winplugin.Open(paths[i%len(paths)])
			if err != nil {
				t.Error(err)
				return
			}
			if err := checkPlugin(p); err != nil {
				t.Error(err)
			}
			call(t, p, "Next")
		})
	}
	wg.Wait()
	for _, path := range paths {
		if n := call(t, open(t, path), "Next")[0].(int64); n != 5 {
			t.Errorf("one file opened four times: got a counter of %d, want 5", n)
		}
	}
}

// Libraries of both bridges in one process, each loaded before and after some of the other.
func TestMixedBridges(t *testing.T) {
	oneBridge(t, winplugin.CGO)
	if os.Getenv("WINPLUGIN_TEST_PREBUILT") != "" {
		t.Skip("there is one library only")
	}
	dir := copyPlugin(t, "kitchen")
	var plugins []*winplugin.Plugin
	for order, b := range []winplugin.Bridge{winplugin.CGO, winplugin.Pure, winplugin.CGO} {
		a, err := winplugin.Build(context.Background(), dir, options(winplugin.WithBridge(b))...)
		var missing *winplugin.ToolchainError
		if errors.As(err, &missing) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range 2 {
			path, err := copyLibrary(a.Path, fmt.Sprintf("mixed_%d_%d", order, i))
			if err != nil {
				t.Fatal(err)
			}
			plugins = append(plugins, open(t, path))
		}
		if a.Manifest.Bridge.Kind != string(b) {
			t.Errorf("got a library of the bridge %s, want %s", a.Manifest.Bridge.Kind, b)
		}
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 300 {
				if err := soakRound(plugins[(g+i)%len(plugins)], g, i); err != nil {
					t.Error(err)
					return
				}
				if i%50 == 0 {
					runtime.GC()
					call(t, plugins[i%len(plugins)], "Collect")
				}
			}
		})
	}
	wg.Wait()
}
