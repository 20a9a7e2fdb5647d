package native

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// ErrNotSurvivable reports a library whose fatal end is that of the process, and which cannot
// be killed.
var ErrNotSurvivable = errors.New("a fatal end of the plugin ends the process")

// ErrStuck is why a runtime was killed that has begun to end.
var ErrStuck = errors.New("its runtime began to end and did not finish")

// notSurvivable returns an error that wraps ErrNotSurvivable and has the reason.
func notSurvivable(reason string) error { return fmt.Errorf("%w: %s", ErrNotSurvivable, reason) }

// A CrashError reports a library whose runtime has ended.
type CrashError struct {
	Reason   string // the beginning of the first line that the runtime printed about it, or how it ended
	ExitCode int    // -1: it was killed
	Stack    string // of the goroutine that ended it; may be empty
	Output   string // the last that the runtime printed
	Err      error  // why the host killed it; nil: it ended by itself
}

func (e *CrashError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("the plugin was killed: %v", e.Err)
	}
	return "the plugin has ended: " + e.Reason
}

// Unwrap returns Err.
func (e *CrashError) Unwrap() error { return e.Err }

// crashAs is what RegisterCrash set.
var crashAs = func(*CrashError, any) bool { return false }

// RegisterCrash sets the func that sets the target of errors.As to another error type. The root
// package calls it once, while the process starts.
func RegisterCrash(as func(e *CrashError, target any) bool) { crashAs = as }

// As implements the method that errors.As looks for.
func (e *CrashError) As(target any) bool { return crashAs(e, target) }

// reasonLimit is how many bytes of a line the reason of a crash has. The value of a panic may be
// a long text, and the error's text is for a log.
const reasonLimit = 1 << 10

// newCrash describes the end of a runtime that has printed output last. words is how what it
// printed about its end begins, or "".
func newCrash(code int, output, words string) *CrashError {
	e := &CrashError{ExitCode: code, Output: output}
	if i := strings.Index(output, words); words != "" && i >= 0 {
		words = output[i:] // the whole of it
	}
	e.Reason, _, _ = strings.Cut(words, "\n")
	if len(e.Reason) > reasonLimit {
		e.Reason = e.Reason[:reasonLimit] + "…"
	}
	e.Reason = strings.ToValidUTF8(e.Reason, "\uFFFD")
	if i := lineStart(words, "goroutine "); i >= 0 {
		e.Stack, _, _ = strings.Cut(words[i:], "\n\n")
	}
	if e.Reason == "" {
		e.Reason = fmt.Sprintf("exit code %d", code)
	}
	return e
}

// NewCrash describes the end of a process that has written output to standard error last. A
// reason that is not "" says how it has ended; otherwise it is what the runtime has printed.
func NewCrash(code int, output, reason string) *CrashError {
	words := ""
	for _, mark := range []string{"panic: ", "fatal error: ", "unexpected fault address ", "SIG", "Exception 0x"} {
		if i := lineStart(output, mark); i >= 0 && (words == "" || len(output)-i > len(words)) {
			words = output[i:]
		}
	}
	e := newCrash(code, output, words)
	if words == "" && reason != "" {
		e.Reason = reason
	}
	return e
}

// lineStart returns where the first line of text begins with mark, or -1.
func lineStart(text, mark string) int {
	if strings.HasPrefix(text, mark) {
		return 0
	}
	if i := strings.Index(text, "\n"+mark); i >= 0 {
		return i + 1
	}
	return -1
}

// A crash is how a library has ended.
type crash struct {
	mu       sync.Mutex
	cause    error         // of the first Kill
	err      *CrashError   // nil: not known yet
	dying    bool          // the runtime prints why it ends
	watchers Watchers      // notified when the library has ended
	rescued  chan struct{} // closed when no thread runs the library's code any more; nil: it has not ended
	closed   bool          // the library is being unloaded, and no rescue will begin
}

// Watchers are funcs to call when a plugin has ended. The zero value has none. It is safe for
// concurrent use.
type Watchers struct {
	mu       sync.Mutex
	list     []*func()
	notified bool
}

// Add makes f run on a goroutine of its own when Notify is called, or at once if it was, unless
// stop was called before.
func (w *Watchers) Add(f func()) (stop func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.notified {
		go f()
		return func() {}
	}
	w.list = append(w.list, &f)
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if i := slices.Index(w.list, &f); i >= 0 {
			w.list = slices.Delete(w.list, i, i+1)
		}
	}
}

// Notify calls the funcs, once.
func (w *Watchers) Notify() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.notified = true
	for _, f := range w.list {
		go (*f)()
	}
	w.list = nil
}

// OnCrash makes f run on a goroutine of its own when the library ends, unless stop was called
// before.
func (l *Library) OnCrash(f func()) (stop func()) { return l.crash.watchers.Add(f) }

// abandoned reports whether the library has ended while nothing used it. It stays in the
// process, because Release would have unloaded it. The caller holds loaded.mu and loaded.lock.
func (l *Library) abandoned() bool {
	return l.up && l.refs == 0 && l.unloading == nil && l.Crash() != nil
}

// supersede makes a library that has ended stand for its file no longer. Those who wait for its
// end load the file again. The caller holds loaded.mu and loaded.lock.
func (l *Library) supersede() {
	l.dead = true
	if l.refs > 0 && l.unloading != nil {
		close(l.unloading.done)
		l.unloading = nil
	}
}

// leaving returns the end of a library that cannot be opened again, because it is being
// unloaded or has ended. One that has ended while it started is not: the next start reports
// and removes it. The caller holds loaded.mu and loaded.lock.
func (l *Library) leaving() *Unloading {
	if l.unloading == nil && l.up && l.Crash() != nil {
		l.unloading = &Unloading{path: l.path, done: make(chan struct{})}
		l.unloading.enter("the plugin has ended, and its calls have not come back, or a pointer from Lookup keeps it until it is closed", nil)
	}
	return l.unloading
}
