// Package call makes calls through a backend: it puts arguments into a frame, takes results
// from it, and turns failures into errors.
package call

import (
	"errors"
	"fmt"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/nesting"
	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

// ErrNotFound reports a function that the plugin does not have.
var ErrNotFound = errors.New("no such function")

// ErrClosed reports a call of a plugin that has been closed.
var ErrClosed = backend.ErrClosed

// ErrTooDeep reports a call that was refused because too many calls and callbacks are
// nested in each other.
var ErrTooDeep = nesting.ErrTooDeep

// ErrReleased reports a use of an object that was closed, or that its owner does not
// know.
var ErrReleased = errors.New("object was released")

// hostErrors are the errors of calls that a plugin may get from a callback and return.
var hostErrors = []error{ErrNotFound, ErrClosed, ErrTooDeep, ErrReleased, nesting.ErrWithin, backend.ErrTooManyCalls, backend.ErrResultTooLarge, backend.ErrReplaced}

// A SignatureError reports arguments or types that do not match a function.
type SignatureError struct {
	Plugin   string
	Function string // its signature in Go's syntax
	Detail   string // what does not match
	Err      error  // the cause, for errors.Is, such as ErrReleased; may be nil
}

func (e *SignatureError) Unwrap() error { return e.Err }

func (e *SignatureError) Error() string {
	return fmt.Sprintf("plugin %s: %s: %s", e.Plugin, e.Function, e.Detail)
}

// A PanicError reports a panic in the plugin. The plugin can still be used.
type PanicError struct {
	Plugin   string
	Function string
	Type     string // the panic value's type, as %T prints it in the plugin
	Value    string // the panic value as text
	Stack    string // the plugin's stack trace
	Err      error  // why the call failed, if it was no panic: a bound func without an error result panics with it
	Cause    error  // what the plugin panicked with, if it is an error that has crossed

	scope  *typemap.Scope // of the plugin
	number uint64         // see wire.Failure
}

func (e *PanicError) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return fmt.Sprintf("plugin %s: panic in %s: %s", e.Plugin, e.Function, e.Value)
}

// Unwrap returns Err.
func (e *PanicError) Unwrap() error { return e.Err }

// An ErrorResult is an error that a function of the plugin returned: its text, the errors that
// it wraps, and the exported fields of its type. The value itself stays in the plugin.
type ErrorResult = codec.Error
