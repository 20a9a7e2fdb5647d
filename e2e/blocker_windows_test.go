package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// word is a variable whose address the blocker gets. A variable on a stack might move.
var word atomic.Uint32

// blocker returns a copy of the library of testdata/blocker.
func blocker(t *testing.T) string {
	t.Helper()
	needsUnload(t)
	return copyOf(t, "blocker", "blocker")
}

// Unloading ends and releases what a plugin has left: goroutines that wait, timers, open
// files, pipes, events, and goroutines that compute, because they can be preempted.
func TestUnloadTakesBack(t *testing.T) {
	needsUnload(t)
	if isolated(t, map[string]string{"blocker": built(t, "blocker")}) {
		return
	}
	path := blocker(t)
	word.Store(0)
	early, late := levels(t)
	for i := range 16 {
		dir := filepath.Join(t.TempDir(), "of the blocker")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		p := openOne(t, path)
		call(t, p, "Prepare", "", uintptr(unsafe.Pointer(&word)))
		call(t, p, "Take", 3000, dir)
		call(t, p, "Threads", 20)
		if i%2 == 1 {
			call(t, p, "Spin")
		}
		closeGone(t, p)
		if i >= 4 && i < 8 {
			early.measure(t)
		} else if i >= 12 {
			late.measure(t)
		}
		if err := os.RemoveAll(dir); err != nil { // an open file could not be removed
			t.Error(err)
		}
	}
	grown, more := late.since(early)
	t.Logf("memory %+.2f MB, handles %+d", float64(grown)/1e6, more)
	if grown > 2<<20 || more > 20 {
		t.Errorf("got %d bytes and %d handles more, want at most %d and 20", grown, more, 2<<20)
	}
	if err := os.Remove(path); err != nil {
		t.Error(err)
	}
}

// A library whose threads do not end is retired, and unloaded when they do.
func TestRetired(t *testing.T) {
	path := blocker(t)
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	defer writer.Close()
	inHost, leaveHost := make(chan bool), make(chan bool)
	callback := syscall.NewCallback(func() uintptr {
		inHost <- true
		<-leaveHost
		return 0
	})
	word.Store(0)
	for _, test := range []struct {
		name    string
		prepare func(p *winplugin.Plugin)
		release func()
		reason  string
	}{
		{"system call", func(p *winplugin.Plugin) { call(t, p, "Read", reader.Fd()) },
			func() { _, _ = writer.Write([]byte{1}) }, "a thread of it has not come to rest; thread "},
		{"host callback", func(p *winplugin.Plugin) { call(t, p, "Call", callback); <-inHost },
			func() { leaveHost <- true }, "a thread of it has not come to rest; thread "},
		{"shutdown", func(p *winplugin.Plugin) { call(t, p, "Prepare", "hang", uintptr(unsafe.Pointer(&word))) },
			func() { word.Store(1) }, "its Shutdown function has not returned"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := openOne(t, path)
			test.prepare(p)
			ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
			defer cancel()
			err := p.CloseContext(ctx)
			var retired *winplugin.RetiredError
			if !errors.As(err, &retired) || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), test.reason) {
				t.Fatalf("closed with %v, want a RetiredError after the deadline: %s", err, test.reason)
			}
			t.Log(err)
			// The host is unharmed, and the library cannot be used.
			if err := hostFault(); err != nil {
				t.Error(err)
			}
			if _, err := p.Call(context.Background(), "Spin"); !errors.Is(err, winplugin.ErrClosed) {
				t.Errorf("a call: got %v, want %v", err, winplugin.ErrClosed)
			}
			var load *winplugin.LoadError
			ctx, cancel = context.WithTimeout(context.Background(), 100*time.Millisecond)
			defer cancel()
			if _, err := winplugin.OpenContext(ctx, path); !errors.As(err, &load) || load.Reason != winplugin.LoadRetired {
				t.Errorf("opened while it is retired: got %v, want a %T and %v", err, load, winplugin.LoadRetired)
			}
			test.release()
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
			checkGone(t, path)
		})
	}
	if err := os.Remove(path); err != nil {
		t.Error(err)
	}
}

// Without asynchronous preemption a goroutine that computes cannot be stopped.
func TestRetiredSpinning(t *testing.T) {
	path := blocker(t)
	t.Log(runChild(t, "spin", time.Minute, "WINPLUGIN_TEST_LODGER="+path, "GODEBUG=asyncpreemptoff=1"))
}

func init() {
	children["spin"] = func() error {
		p, err := winplugin.Open(os.Getenv("WINPLUGIN_TEST_LODGER"))
		if err != nil {
			return err
		}
		if _, err := p.Call(context.Background(), "Prepare", "", uintptr(unsafe.Pointer(&word))); err != nil {
			return err
		}
		if _, err := p.Call(context.Background(), "Spin"); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		err = p.CloseContext(ctx)
		var retired *winplugin.RetiredError
		if !errors.As(err, &retired) || !strings.Contains(err.Error(), "cannot be preempted") || len(retired.Threads) == 0 {
			return fmt.Errorf("closed with %w", err)
		}
		fmt.Println(err)
		word.Store(1)
		if err := p.Close(); err != nil {
			return err
		}
		return os.Remove(p.Path())
	}
}

// Shutdown runs once, at the last Close. Its error is returned, and does not keep the
// library loaded.
func TestShutdown(t *testing.T) {
	path := blocker(t)
	word.Store(0)
	p, other := openOne(t, path), openOne(t, path)
	call(t, p, "Prepare", "count", uintptr(unsafe.Pointer(&word)))
	if err := p.Close(); err != nil || word.Load() != 0 {
		t.Errorf("the first Close: got %v, Shutdown ran %d times, want 0", err, word.Load())
	}
	call(t, other, "Look", "Sleep") // still there
	closeGone(t, other)
	if word.Load() != 1 {
		t.Errorf("got %d runs of Shutdown, want 1", word.Load())
	}

	p = openOne(t, path)
	call(t, p, "Prepare", "panic", uintptr(0))
	var panicked *winplugin.PanicError
	if err := p.Close(); !errors.As(err, &panicked) || panicked.Value != "no way out" {
		t.Errorf("Close of one that panics: got %v, want a %T and \"no way out\"", err, panicked)
	}
	checkGone(t, path)

	p = openOne(t, path)
	call(t, p, "Prepare", "error", uintptr(0))
	var result *winplugin.ErrorResult
	if err := p.Close(); !errors.As(err, &result) || result.Message != "not tidy" {
		t.Errorf("Close of one that fails: got %v, want a %T and \"not tidy\"", err, result)
	}
	checkGone(t, path)
}

// Unloadable says beforehand what keeps a library from being unloaded.
func TestUnloadable(t *testing.T) {
	path := blocker(t)
	check := func(p *winplugin.Plugin, reason string) {
		t.Helper()
		if err := p.Unloadable(); !errors.Is(err, winplugin.ErrNotUnloadable) || !strings.Contains(err.Error(), reason) {
			t.Errorf("unloadable: %v, want %q", err, reason)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
	copyOf := func() string {
		to, err := copyLibrary(path, "keeper")
		if err != nil {
			t.Fatal(err)
		}
		return to
	}
	p, err := winplugin.Open(copyOf(), winplugin.WithoutUnload())
	if err != nil {
		t.Fatal(err)
	}
	check(p, "switched off")

	p = openOne(t, copyOf())
	call(t, p, "Look", "CreateTimerQueueTimer")
	check(p, "CreateTimerQueueTimer")

	p = openOne(t, copyOf())
	call(t, p, "Reserve", 9000)
	check(p, "the ledger of its memory blocks is full")
}

// Calls in flight are waited for, as long as the context lets.
func TestUnloadInFlight(t *testing.T) {
	path := blocker(t)
	word.Store(0)
	p := openOne(t, path)
	call(t, p, "Prepare", "", uintptr(unsafe.Pointer(&word)))
	done := make(chan error)
	go func() {
		_, err := p.Call(context.Background(), "Stay")
		done <- err
	}()
	for word.Load() != 1 {
		runtime.Gosched()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := p.CloseContext(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("closed with %v, want context.DeadlineExceeded", err)
	}
	word.Store(2)
	if err := <-done; err != nil {
		t.Errorf("the call in flight: got error %v, want nil", err)
	}
	closeGone(t, p)
}
