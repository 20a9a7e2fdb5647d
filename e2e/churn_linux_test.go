package e2e

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Workers open, call and close copies of the same libraries at random, so libraries load and
// unload while others are called, and while calls of their own are under way. With -soak above
// 5 s, libraries built by the other Go releases in the module cache take part.
func TestChurn(t *testing.T) {
	needsUnload(t)
	others := make(map[string]string)
	if *soakTime > 5*time.Second && prebuilt("") == "" {
		others = otherReleases(t)
	}
	if isolated(t, others) {
		return
	}
	libraries, err := filepath.Glob(filepath.Join(os.Getenv("WINPLUGIN_TEST_PREBUILT"), "kitchen*"))
	if err != nil || len(libraries) == 0 {
		t.Fatalf("libraries: got %v, %v, want some", libraries, err)
	}
	var paths []string
	for i := range max(6, 2*len(libraries)) {
		path, err := copyLibrary(libraries[i%len(libraries)], fmt.Sprint("churn_", i))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	ctx, cancel := context.WithTimeout(context.Background(), *soakTime)
	defer cancel()
	var rounds, waves atomic.Int64
	for ctx.Err() == nil {
		waves.Add(1)
		wave, next := context.WithTimeout(ctx, time.Second)
		var workers sync.WaitGroup
		for g := range 4 + rand.IntN(13) {
			workers.Go(func() {
				for wave.Err() == nil {
					if err := churn(paths[rand.IntN(len(paths))], g); err != nil {
						t.Error(err)
						cancel()
					}
					rounds.Add(1)
				}
			})
		}
		within(t, "a wave of workers", workers.Wait)
		next()
	}
	for _, path := range paths {
		checkGone(t, path)
	}
	t.Logf("%d rounds in %d waves with %d libraries", rounds.Load(), waves.Load(), len(libraries))
}

// churn opens the library, uses it, and closes it, in most cases with calls under way.
func churn(path string, g int) error {
	p, err := winplugin.Open(path)
	if err != nil {
		return err
	}
	var calls sync.WaitGroup
	failures := make(chan error, 3)
	for c := range rand.IntN(3) {
		calls.Go(func() {
			if c == 1 {
				runtime.LockOSThread() // the thread ends with the goroutine
			}
			for i := 1; ; i++ {
				if err := soakRound(p, g, i); errors.Is(err, winplugin.ErrClosed) {
					return
				} else if err != nil {
					failures <- err
					return
				}
			}
		})
	}
	for range rand.IntN(4) {
		switch rand.IntN(5) {
		case 0:
			runtime.GC()
		case 1:
			_, err = p.Call(context.Background(), "Collect")
		case 2:
			_, err = p.Call(context.Background(), "MoreThreads", 4)
		case 3:
			_, err = p.Call(context.Background(), "Block", rand.IntN(3))
		default:
			err = soakRound(p, g, rand.IntN(100))
		}
		if err != nil {
			break
		}
	}
	err = errors.Join(err, p.Close())
	calls.Wait()
	select {
	case failure := <-failures:
		err = errors.Join(err, failure)
	default:
	}
	return err
}

// otherReleases builds the kitchen by the Go toolchains in the module cache.
func otherReleases(t *testing.T) map[string]string {
	t.Helper()
	modules, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	pattern := fmt.Sprintf("golang.org/toolchain@v0.0.1-go*.%s-%s/bin/go", runtime.GOOS, runtime.GOARCH)
	commands, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(modules)), pattern))
	if err != nil {
		t.Fatal(err)
	}
	libraries := make(map[string]string)
	for i, command := range commands {
		a, err := winplugin.Build(context.Background(), copyPlugin(t, "kitchen"), options(winplugin.WithToolchain(winplugin.Toolchain{Go: command}))...)
		if errors.As(err, new(*winplugin.ToolchainError)) {
			continue // too old
		}
		if err != nil {
			t.Fatal(err)
		}
		libraries[fmt.Sprint("kitchen_", i)] = a.Path
	}
	return libraries
}
