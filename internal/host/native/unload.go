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
	if l.unloading != nil {
		return nil
	}
	return l.unloadable()
}

// Release takes back one Open. The library must not be called by whom it was opened for
// any more. The last Release unloads a library that can be unloaded; then it returns
// what can be waited for, else nil. Nothing of the library may be used from then on.
//
// last, if it is not nil, is the last call of the library; its error is the result of
// Wait.
func (l *Library) Release(last func() error) *Unloading {
	loaded.mu.Lock()
	defer loaded.mu.Unlock()
	l.refs--
	if l.refs > 0 || l.unloadable() != nil {
		return nil
	}
	u := &Unloading{path: l.path, done: make(chan struct{})}
	l.unloading = u
	go func() {
		if last != nil {
			u.enter("its Shutdown function has not returned", nil)
			u.err = last()
		}
		l.unload(u)
		close(u.done)
	}()
	return u
}

// An Unloading is a library on its way out of the process. It goes on in the background
// for as long as it takes: nothing of the library is ended by force, so it may never
// come to an end.
type Unloading struct {
	path string
	done chan struct{} // closed when the library has gone
	err  error         // of the last call; to be read when done is closed

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

// stays tells the error of a library that has not gone from that of its last call.
func (u *Unloading) stays(err error) bool {
	var retired *RetiredError
	return errors.As(err, &retired)
}

func (u *Unloading) retired(cause error) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	e := &RetiredError{Path: u.path, Reason: u.stage, Err: cause}
	if u.look != nil {
		e.Threads = u.look()
	}
	return e
}

// A RetiredError reports a library that could not be unloaded in time. It is closed,
// stays mapped, and is unloaded in the background when what it is waited for has
// happened. No thread of it is ended by force, and no memory of it is freed before.
type RetiredError struct {
	Path    string   // of the library
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
	fmt.Fprintf(&b, "%s has been retired, but not unloaded yet: %s", e.Path, e.Reason)
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
