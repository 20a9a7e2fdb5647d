package native

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestUnloadingWait(t *testing.T) {
	shutdown := errors.New("shutdown failed")
	for _, test := range []struct {
		name    string
		ends    time.Duration // the unload takes this long; 0: it has ended, -1: it does not end
		limit   time.Duration // the context ends after this; 0: it does not
		cancel  bool          // and has no deadline
		takes   time.Duration
		retired bool
		cause   error // of a RetiredError
	}{
		{name: "ended before", ends: 0},
		{name: "ends", ends: time.Second, takes: time.Second},
		{name: "ends before the deadline, but after the default", ends: 2 * restLimit, limit: 3 * restLimit, takes: 2 * restLimit},
		{name: "no deadline", ends: -1, takes: restLimit, retired: true},
		{name: "deadline", ends: -1, limit: time.Second, takes: time.Second, retired: true, cause: context.DeadlineExceeded},
		{name: "cancelled", ends: -1, limit: time.Second, cancel: true, takes: time.Second, retired: true, cause: context.Canceled},
		{name: "ended before, and the context too", ends: 0, limit: -1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				u := &Unloading{path: "lib", done: make(chan struct{}), err: shutdown}
				u.enter("a thread runs", func() []Thread { return []Thread{{ID: 7}} })
				switch {
				case test.ends == 0:
					close(u.done)
				case test.ends > 0:
					time.AfterFunc(test.ends, func() { close(u.done) })
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				switch {
				case test.cancel:
					time.AfterFunc(test.limit, cancel)
				case test.limit != 0:
					ctx, cancel = context.WithTimeout(ctx, test.limit)
					defer cancel()
				}
				began := time.Now()
				err := u.Wait(ctx)
				if took := time.Since(began); took != test.takes {
					t.Errorf("got a wait of %v, want %v", took, test.takes)
				}
				if isRetired(err) != test.retired {
					t.Fatalf("got %v, want a RetiredError: %t", err, test.retired)
				}
				if !test.retired {
					if !errors.Is(err, shutdown) {
						t.Errorf("got error %v, want that of shutdown", err)
					}
					return
				}
				want := &RetiredError{Path: "lib", Reason: "a thread runs", Threads: []Thread{{ID: 7}}, Err: test.cause}
				var got *RetiredError
				errors.As(err, &got)
				if !errors.Is(err, test.cause) && test.cause != nil {
					t.Errorf("got cause %v, want %v", got.Err, test.cause)
				}
				got.Err, want.Err = nil, nil
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestRetiredErrorText(t *testing.T) {
	threads := make([]Thread, 5)
	for i := range threads {
		threads[i] = Thread{ID: uint32(i + 1), At: "a.dll+0x10"}
	}
	for _, test := range []struct {
		name string
		err  *RetiredError
		want string
	}{
		{"unloaded later", &RetiredError{Path: "lib", Reason: "a thread runs"}, "lib has been retired, but not unloaded yet: a thread runs"},
		{"stays", &RetiredError{Path: "lib", Reason: "Shutdown runs", Stays: true}, "lib has been closed, but has not finished: Shutdown runs"},
		{"one thread", &RetiredError{Path: "lib", Reason: "r", Threads: threads[:1]}, "lib has been retired, but not unloaded yet: r; thread 1 stands at a.dll+0x10"},
		{"many threads", &RetiredError{Path: "lib", Reason: "r", Threads: threads, Err: context.Canceled}, "lib has been retired, but not unloaded yet: r; " +
			"thread 1 stands at a.dll+0x10; thread 2 stands at a.dll+0x10; thread 3 stands at a.dll+0x10; and 2 more: context canceled"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.err.Error(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// A library of the cgo bridge stays in the process. The last release calls Shutdown.
func TestReleaseOfLibraryThatStays(t *testing.T) {
	failed := errors.New("shutdown failed")
	for _, test := range []struct {
		name     string
		refs     int
		shutdown func() error
		waits    bool
		want     error
	}{
		{"one of two, with Shutdown", 2, func() error { return failed }, false, nil},
		{"the last, without Shutdown", 1, nil, false, nil},
		{"the last, with Shutdown", 1, func() error { return nil }, true, nil},
		{"the last, with Shutdown that fails", 1, func() error { return failed }, true, failed},
	} {
		t.Run(test.name, func(t *testing.T) {
			openLibraries.acquire()
			l := &Library{path: "lib", refs: test.refs}
			u := l.Release(test.shutdown, func() { t.Error("detached, want no call: the library stays") })
			if (u != nil) != test.waits {
				t.Fatalf("got %v to wait for, want something: %t", u, test.waits)
			}
			if l.refs != test.refs-1 {
				t.Errorf("got %d references, want %d", l.refs, test.refs-1)
			}
			if u == nil {
				return
			}
			if err := u.Wait(t.Context()); !errors.Is(err, test.want) {
				t.Errorf("got error %v, want %v", err, test.want)
			}
			if !u.Resident() {
				t.Error("got a library that goes, want one that stays")
			}
			if err := l.Unloadable(); !errors.Is(err, ErrNotUnloadable) {
				t.Errorf("afterwards: got %v, want ErrNotUnloadable", err)
			}
			loaded.mu.Lock()
			defer loaded.mu.Unlock()
			if l.unloading != nil {
				t.Error("afterwards: the library is being unloaded, want it to be usable again")
			}
		})
	}
}

func TestUnloadableWhileUnloading(t *testing.T) {
	for _, test := range []struct {
		name     string
		resident bool
		want     error
	}{
		{"unloaded", false, nil},
		{"stays, Shutdown runs", true, ErrNotUnloadable},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := &Library{unloading: &Unloading{resident: test.resident}}
			if got := l.Unloadable(); !errors.Is(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
