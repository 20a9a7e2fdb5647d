package native

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// ErrNotUnloadable reports a library that stays in the process until that ends.
var ErrNotUnloadable = errors.New("the library cannot be unloaded")

// restLimit is how long a library that is being unloaded is waited for by one whose
// context has no deadline. An idle one takes some milliseconds.
const restLimit = 5 * time.Second

// Unloadable says why the library cannot be unloaded, by an error that wraps
// ErrNotUnloadable, or returns nil. The answer may change while the library is used.
func (l *Library) Unloadable() error {
	loaded.mu.Lock()
	defer loaded.mu.Unlock()
	if l.unloading != nil && !l.unloading.resident {
		return nil
	}
	return l.unloadable()
}

// Release takes back one Open. The caller must not call the library any more. The last
// Release ends what the plugin has of its own and unloads a library that can be
// unloaded, in the background: it returns what can be waited for, else nil. An Open
// meanwhile waits for that.
//
// shutdown, if it is not nil, is the last call of the library. Its error is the result of
// Wait. detach, if it is not nil, is called before the library is unloaded, and keeps
// operations on objects from it.
func (l *Library) Release(shutdown func() error, detach func()) *Unloading {
	loaded.mu.Lock()
	defer loaded.mu.Unlock()
	l.refs--
	stays := l.unloadable() != nil
	if l.refs > 0 || stays && shutdown == nil {
		openLibraries.release()
		return nil
	}
	u := &Unloading{path: l.path, resident: stays, done: make(chan struct{})}
	l.unloading = u
	go func() {
		defer openLibraries.release()
		defer close(u.done)
		if shutdown != nil {
			u.enter("its Shutdown function has not returned", nil)
			u.err = shutdown()
		}
		if stays {
			loaded.mu.Lock()
			l.unloading = nil
			loaded.mu.Unlock()
			return
		}
		if detach != nil {
			detach()
		}
		l.unload(u)
	}()
	return u
}

// An Unloading is a library on its way out of the process. It goes on in the background
// for as long as it takes: nothing of the library is ended by force, so it may never
// come to an end.
//
// A library that stays in the process has one as well, while its Shutdown runs.
type Unloading struct {
	path     string
	resident bool          // the library stays in the process
	done     chan struct{} // closed when the library has gone, or its Shutdown has returned
	err      error         // of the last call; to be read when done is closed

	mu    sync.Mutex
	stage string          // what is waited for
	look  func() []Thread // tells which threads there are yet; nil: none are looked at
}

// enter notes what is waited for from now on.
func (u *Unloading) enter(stage string, look func() []Thread) {
	u.mu.Lock()
	u.stage, u.look = stage, look
	u.mu.Unlock()
}

// Wait waits until the library has been unloaded, or until the context ends or, if it
// has no deadline, restLimit is over: then the error is a *RetiredError. It
// may be called again.
func (u *Unloading) Wait(ctx context.Context) error {
	var limit <-chan time.Time
	if _, ok := ctx.Deadline(); !ok {
		timer := time.NewTimer(restLimit)
		defer timer.Stop()
		limit = timer.C
	}
	select {
	case <-u.done:
		return u.err
	default:
	}
	select {
	case <-u.done:
		return u.err
	case <-limit:
		return u.retired(nil)
	case <-ctx.Done():
		return u.retired(context.Cause(ctx))
	}
}

// Done is closed when the library has been unloaded.
func (u *Unloading) Done() <-chan struct{} { return u.done }

// Resident reports whether the library stays in the process.
func (u *Unloading) Resident() bool { return u.resident }

// isRetired tells the error of a library that is still loaded from the error of its last
// call.
func isRetired(err error) bool {
	var retired *RetiredError
	return errors.As(err, &retired)
}

func (u *Unloading) retired(cause error) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	e := &RetiredError{Path: u.path, Stays: u.resident, Reason: u.stage, Err: cause}
	if u.look != nil {
		e.Threads = u.look()
	}
	return e
}

// A RetiredError reports a library that could not be unloaded in time. It is closed,
// stays mapped, and is unloaded in the background when what it is waited for has
// happened. No thread of it is ended by force, and no memory of it is freed before.
//
// A library that stays in the process gets one if its Shutdown does not return in time.
type RetiredError struct {
	Path    string   // of the library
	Stays   bool     // the library will not be unloaded either way
	Reason  string   // what is waited for
	Threads []Thread // those that have not ended, if it is threads that are waited for
	Err     error    // why it is not waited for any longer; nil if the time for it was over
}

// A Thread is one that has not ended.
type Thread struct {
	ID    uint32 // the system's
	Start string // where its code starts
	At    string // where it stands: module and offset, and the function of the system before it, if there is one
}

func (e *RetiredError) Error() string {
	var b strings.Builder
	state := "has been retired, but not unloaded yet"
	if e.Stays {
		state = "has been closed, but has not come to rest"
	}
	fmt.Fprintf(&b, "%s %s: %s", e.Path, state, e.Reason)
	const most = 3
	for i, t := range e.Threads {
		if i == most {
			fmt.Fprintf(&b, "; and %d more", len(e.Threads)-most)
			break
		}
		fmt.Fprintf(&b, "; thread %d stands at %s", t.ID, t.At)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

func (e *RetiredError) Unwrap() error { return e.Err }
