// Package backend is the seam between the calls of a plugin and what runs the plugin.
//
// A backend knows frames, words and bytes, and no types of the host. The packages that use
// it know no addresses of the plugin's memory.
package backend

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/environ"
	"github.com/RamanSharma100/go-winplugin/internal/shared/handle"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// ErrClosed reports an invocation of a plugin that has been closed.
var ErrClosed = errors.New("plugin is closed")

// ErrTooManyCalls reports an invocation beyond the number that may be under way at once.
var ErrTooManyCalls = errors.New("too many calls at once; let some end first, or open the plugin WithMaxCalls")

// ErrResultTooLarge reports results that take more memory than they may.
var ErrResultTooLarge = errors.New("the results are too large")

// ErrReplaced reports an invocation of a generation of a plugin whose place another one has taken.
var ErrReplaced = errors.New("this generation of the plugin was replaced")

// A HeldError reports an invocation that was not begun, because the plugin is about to be replaced.
type HeldError struct {
	Over <-chan struct{} // closed when Begin may be tried again; nil: the plugin was replaced, and only its objects are used
}

func (*HeldError) Error() string { return ErrReplaced.Error() }

// A GoneError reports an invocation that was not begun, because the plugin was closed or has ended.
type GoneError struct{ Err error }

func (e *GoneError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e *GoneError) Unwrap() error { return e.Err }

// A Backend runs the functions of one opened plugin. It is safe for concurrent use.
type Backend interface {
	// Begin starts an invocation of a function, with room for the given number of words. The words
	// of its frame are set before Invoke, and read afterwards. Begin does not block. It
	// fails with a *GoneError after Drain, with a *HeldError, and with ErrTooManyCalls.
	Begin(function uint64, words int) (Invocation, *wire.Frame, error)

	// Operate executes one of the operations of package wire in the plugin. It works
	// until Release, also after Drain. words and buffer must be on the heap. It returns
	// the status, and the number of bytes in the buffer.
	Operate(op uint64, words []uint64, buffer []byte) (status, n uint64)

	// Gone returns why Begin fails after Drain: ErrClosed if the plugin was closed, ErrReplaced, or
	// the error with which its library has ended. It returns nil for a plugin that takes calls.
	Gone() error

	// Session returns the number in the frames of the plugin's callbacks.
	Session() uint64

	// Drain makes later calls of Begin fail. The channel that it returns is closed when
	// no invocation is under way.
	Drain() <-chan struct{}

	// Undrained returns a backend for the same plugin whose Begin works after Drain: for
	// the plugin's Shutdown.
	Undrained() Backend

	// Hold makes Begin fail with a *HeldError until Unhold or Replace. It has no effect after Drain.
	Hold()

	// Unhold ends Hold.
	Unhold()

	// Replace makes Begin fail with a *HeldError that has no end.
	Replace()

	// Held returns a backend for the same plugin whose Begin works until Drain, also after Hold
	// and Replace.
	Held() Backend

	// Idle waits until no invocation is under way, but those that were begun by Held. It is
	// called after Hold.
	Idle(ctx context.Context) error

	// Release ends the use of the plugin. It is called once, after Drain has finished. If
	// the library has no other use, the backend calls shutdown, then detach if the
	// plugin's memory is going to be released, and ends the plugin in the background.
	// Release then returns the Exit to wait for, and otherwise nil. Both funcs may be nil.
	Release(shutdown func() error, detach func()) Exit

	// Unloadable returns nil if Release unloads the plugin's code, or an error that says
	// why not.
	Unloadable() error

	// Stats returns what the backend has counted.
	Stats() Stats
}

// An Invocation is one call of a function under way. Its memory belongs to the backend,
// which uses it again after Release. It is not safe for concurrent use.
type Invocation interface {
	// SetBytes makes the n bytes at p the argument in words at and at+1. The caller
	// keeps them alive until Invoke has returned.
	SetBytes(at int, p unsafe.Pointer, n int)

	// SetShared is SetBytes for memory that the plugin may write to.
	SetShared(at int, p unsafe.Pointer, n int)

	// SetWritten is SetBytes for elements of the given size that the plugin may write to.
	// Those that it does not change are not written.
	SetWritten(at int, p unsafe.Pointer, n, size int)

	// SetFilled is SetBytes for memory that the plugin fills from its beginning, as an
	// io.Reader does: what is in it need not go to the plugin. The result in word count
	// is the number of bytes that come back.
	SetFilled(at int, p unsafe.Pointer, n, count int)

	// Invoke runs the function and waits for its end. The frame's Status says how the
	// function has ended. An error says that its results could not be fetched.
	Invoke() error

	// Results returns the bytes of the results, which are valid until Release.
	Results() []byte

	// Release ends the invocation. Nothing of it may be used afterwards.
	Release()
}

// News is what the host tells a plugin before control goes there, if there is any.
type News struct {
	Contexts    *handle.Contexts
	Environment *environ.Mirror
	Tell        func()
}

// Any reports whether Tell has to be called. The compiler inlines it.
func (n *News) Any() bool {
	return n.Contexts != nil && (n.Contexts.Pending() || n.Environment.Changed())
}

// SimpleWords is the largest number of arguments of a simple call.
const SimpleWords = 4

// A Simple is a Backend that makes simple calls in one step: all arguments are words from word 0
// on, and the result is word 0, or there is none.
type Simple interface {
	// Simple calls a function. It does not call it, and returns false, if that needs more than one
	// step, for example because Begin would fail. If the call has not succeeded, Simple returns
	// true and the invocation, whose Invoke says how the call has ended.
	Simple(function, a0, a1, a2, a3 uint64) (result uint64, unfinished Unfinished, done bool)
}

// An Unfinished is an Invocation whose function has run.
type Unfinished interface {
	Invocation
	Frame() *wire.Frame
}

// An Exit is the end of a plugin, which may take time.
type Exit interface {
	// Wait waits until the plugin has ended, and returns the error of its Shutdown. It
	// may be called again.
	Wait(ctx context.Context) error
	// Done is closed when the plugin has ended.
	Done() <-chan struct{}
	// Resident reports whether the plugin's code stays in memory.
	Resident() bool
}

// Stats are counts of a backend.
type Stats struct {
	InFlight int64 // invocations under way
}

// A SizeError reports results that are larger than the limit. It wraps
// ErrResultTooLarge.
type SizeError struct{ Limit uint64 }

func (e *SizeError) Error() string {
	return fmt.Sprintf("%v: the limit is %d bytes; return less at a time, or open the plugin WithMaxResult", ErrResultTooLarge, e.Limit)
}

// Unwrap returns ErrResultTooLarge.
func (e *SizeError) Unwrap() error { return ErrResultTooLarge }

// A ProcessLimitError reports an invocation beyond the number that all plugins of the
// process may have under way at once. It is an ErrTooManyCalls.
type ProcessLimitError struct{ Limit int64 }

func (e *ProcessLimitError) Error() string {
	return fmt.Sprintf("the plugins of this process have %d calls under way, which is the limit: let some end first, or open a plugin WithMaxProcessCalls", e.Limit)
}

// Is reports whether target is ErrTooManyCalls.
func (e *ProcessLimitError) Is(target error) bool { return target == ErrTooManyCalls }

// Limits are the limits of one plugin, and of the process; for the process the last ones
// that were set apply. 0 means the default.
type Limits struct {
	ProcessCalls     int // invocations of all plugins under way at once
	ProcessCallbacks int // goroutines of all plugins that wait in the host at once

	Calls      int // invocations under way at once
	Callbacks  int // goroutines of the plugin that wait in the host at once
	Result     int // bytes that the results of an invocation may take; wire.MaxSize by default
	HeapTarget int // bytes of the plugin's heap from which its collector runs
	Window     int // values of a channel that are transferred in one call
}
