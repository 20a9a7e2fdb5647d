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

// Reasons that are the same on all systems.
const (
	madeByCGO   = "it was made by the cgo bridge; libraries of the pure bridge can be"
	switchedOff = "this was switched off by option"
)

// notUnloadable returns an error that wraps ErrNotUnloadable and has the reason.
func notUnloadable(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrNotUnloadable, fmt.Errorf(format, args...))
}

// restLimit is how long Wait waits if the context has no deadline. Unloading an idle
// library takes some milliseconds.
const restLimit = 5 * time.Second

// Unloadable returns nil if the library can be unloaded. Otherwise the error wraps
// ErrNotUnloadable and says why. The result may change while the library is used.
func (l *Library) Unloadable() error {
	loaded.mu.Lock()
	defer loaded.mu.Unlock()
	if l.unloading != nil && !l.unloading.resident {
		return nil
	}
	return l.unloadable()
}

// Release is the opposite of Open. The caller must not call the library any more. The last
// Release calls shutdown and unloads the library if it can be unloaded. Both happen in the
// background, and the result waits for them. It is nil if there is nothing to wait for. An
// Open in the meantime waits as well.
//
// shutdown may be nil. It makes the last call of the library, and its error is the result
// of Wait. detach may be nil. It is called before the library is unloaded, and prevents
// operations on the library's objects.
func (l *Library) Release(shutdown func() error, detach func()) *Unloading {
	loaded.mu.Lock()
	defer loaded.mu.Unlock()
	l.refs--
	stays := l.unloadable() != nil
	if l.Crash() != nil {
		shutdown = nil
		l.dead = l.dead || l.refs == 0 && stays
	}
	if l.dead && l.unloading != nil { // an Open waits
		close(l.unloading.done)
		l.unloading = nil
	}
	if l.refs > 0 || stays && shutdown == nil {
		openLibraries.release()
		return nil
	}
	u := l.unloading // not nil if an Open waits for the end of a library that has crashed
	if u == nil {
		u = &Unloading{path: l.path, resident: stays, done: make(chan struct{})}
		l.unloading = u
	}
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
		l.uncountCallbacks()
	}()
	return u
}

// An Unloading is the end of a library's use, in the background. It takes as long as the
// library's threads take to end. They are not ended by force, so it may never be done.
//
// A library that stays in the process has an Unloading while its Shutdown runs.
type Unloading struct {
	path     string
	resident bool          // the library stays in the process
	done     chan struct{} // closed when the library is unloaded, or its Shutdown has returned
	err      error         // of shutdown; set before done is closed

	mu    sync.Mutex
	stage string          // what has not happened yet
	look  func() []Thread // lists the threads that have not ended; nil: the stage waits for none
}

// enter begins a stage.
func (u *Unloading) enter(stage string, look func() []Thread) {
	u.mu.Lock()
	u.stage, u.look = stage, look
	u.mu.Unlock()
}

// Wait waits until the library has been unloaded. If the context ends before, or, without
// a deadline, restLimit passes, the error is a *RetiredError. Wait may be called again.
func (u *Unloading) Wait(ctx context.Context) error {
	if ended, cause := AwaitExit(ctx, u.done, restLimit); !ended {
		return u.retired(cause)
	}
	return u.err
}

// AwaitExit waits until done is closed, and reports whether it is. If the context ends before, the
// result is its cause, and if, without a deadline, the limit passes, there is none.
func AwaitExit(ctx context.Context, done <-chan struct{}, limit time.Duration) (ended bool, cause error) {
	var late <-chan time.Time
	if _, ok := ctx.Deadline(); !ok {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case <-done:
		return true, nil
	default:
	}
	select {
	case <-done:
		return true, nil
	case <-late:
		return false, nil
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
}

// Done is closed when the library has been unloaded.
func (u *Unloading) Done() <-chan struct{} { return u.done }

// Resident reports whether the library stays in the process.
func (u *Unloading) Resident() bool { return u.resident }

// isRetired reports whether an error of Wait says that the library is still loaded. Other
// errors are those of shutdown.
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

// A RetiredError reports a library that could not be unloaded in time. The library is
// closed and stays mapped until its threads have ended. Then it is unloaded in the
// background.
//
// For a library that stays in the process it says that Shutdown has not returned in time.
type RetiredError struct {
	Path    string   // of the library
	Stays   bool     // the library will not be unloaded either way
	Reason  string   // what has not happened
	Threads []Thread // those that have not ended, if that is the reason
	Err     error    // the context's; nil: restLimit has passed
}

// A Thread is a thread of a library that has not ended.
type Thread struct {
	ID    uint32 // of the system
	Start string // where the thread started, in the form of At
	At    string // where it is: module and offset, or on Windows an exported function and the offset from it
}

func (e *RetiredError) Error() string {
	var b strings.Builder
	state := "has been retired, but not unloaded yet"
	if e.Stays {
		state = "has been closed, but has not finished"
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
