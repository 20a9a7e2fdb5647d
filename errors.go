package winplugin

import (
	"errors"
	"fmt"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Errors to compare with [errors.Is].
var (
	// ErrNotFound reports a name that the plugin does not have, of a function, a variable,
	// a constant or a method, or a package that the Loader has not built.
	ErrNotFound error

	// ErrClosed reports the use of a plugin that has been closed.
	ErrClosed error

	// ErrReleased reports the use of an object that has been closed, or that the plugin
	// does not know.
	ErrReleased error

	// ErrTooDeep reports a call that was refused because too many calls and callbacks are
	// nested in each other on one goroutine: see [WithMaxDepth].
	ErrTooDeep error

	// ErrWithinCallback reports that [Plugin.Close] was called within a callback of the
	// same plugin, and would wait for itself.
	ErrWithinCallback error

	// ErrTooManyCalls reports a call beyond the number that may be under way at once: see
	// [WithMaxCalls] and [WithMaxProcessCalls].
	ErrTooManyCalls error

	// ErrResultTooLarge reports results that take more memory than they may: see
	// [WithMaxResult].
	ErrResultTooLarge error

	// ErrHoldsTooMuch reports that a plugin with [WithIsolation] makes the host keep too much for it,
	// such as values of the host that it does not release. A call fails with it, or it is the Err of
	// the plugin's [*CrashError].
	ErrHoldsTooMuch error

	// ErrTooManyLibraries reports that this process cannot load another library. The
	// libraries that are loaded keep working.
	ErrTooManyLibraries error

	// ErrNotUnloadable reports a library that stays in the process: see
	// [Plugin.Unloadable].
	ErrNotUnloadable error

	// ErrNotSurvivable reports a plugin whose fatal end is that of the process, and which
	// cannot be killed: see [Plugin.Survives].
	ErrNotSurvivable error

	// ErrRestarting reports a call of a plugin that has ended and is being opened again: see
	// [WithRestart]. The call may succeed later.
	ErrRestarting error

	// ErrNotReloadable reports a plugin that was not opened [WithReload], or was opened from
	// memory.
	ErrNotReloadable error

	// ErrPinned reports that [Plugin.Pin] keeps a plugin from being reloaded.
	ErrPinned error

	// ErrNoGeneration reports that there is no version to which [Plugin.Rollback] could go.
	ErrNoGeneration error

	// ErrTooManyGenerations reports a reload that was refused because of
	// [ReloadPolicy].MaxResident.
	ErrTooManyGenerations error

	// ErrReplaced reports the use of an object of a generation that was replaced with
	// [ReloadPolicy].EndObjects.
	ErrReplaced error

	// ErrNoFunctions reports a package without a function that can be called. A
	// [*BuildError] wraps it.
	ErrNoFunctions error

	// ErrNoPackage reports a folder without a Go package for the target.
	ErrNoPackage error

	// ErrGoTooOld reports a package that needs a newer Go than the one that was found.
	ErrGoTooOld error
)

// A LoadError reports a library that cannot be used.
type LoadError struct {
	Path   string
	Reason LoadReason
	Err    error // details; never nil
}

func (e *LoadError) Error() string {
	return (&manifest.LoadError{Path: e.Path, Reason: manifest.LoadReason(e.Reason), Err: e.Err}).Error()
}

// Unwrap returns Err.
func (e *LoadError) Unwrap() error { return e.Err }

// A LoadReason says why a library cannot be used.
type LoadReason string

// The reasons of a [LoadError].
const (
	LoadNotLibrary    LoadReason = "not a library"          // the file is neither a library nor a plugin's program, or a program that is to be loaded
	LoadNotPlugin     LoadReason = "not a plugin"           // the library has no manifest
	LoadTruncated     LoadReason = "truncated"              // the file is shorter than its headers say
	LoadDamaged       LoadReason = "damaged"                // the headers or the manifest are malformed
	LoadWrongSystem   LoadReason = "for another system"     // the library was built for another GOOS
	LoadWrongArch     LoadReason = "for another processor"  // the library was built for another GOARCH
	LoadWrongFormat   LoadReason = "other manifest version" // the manifest has another format
	LoadWrongBridge   LoadReason = "other bridge version"   // the library was built by another version of the bridge
	LoadMissingSymbol LoadReason = "symbol missing"         // the library lacks an export that the host needs
	LoadMismatch      LoadReason = "manifest mismatch"      // the loaded library has another manifest than the file
	LoadDied          LoadReason = "did not start"          // the plugin's Go runtime ended while it started
	LoadRetired       LoadReason = "retired"                // the library is still being unloaded
	LoadRefused       LoadReason = "refused by the system"  // the system's loader refused the library
	LoadUnreadable    LoadReason = "unreadable"             // the file is missing or cannot be read
)

// A RetiredError reports a library that could not be unloaded in time, because a thread
// in it runs or waits where it cannot be stopped. The plugin is closed. The library stays
// mapped until its threads have ended, and is unloaded then; closing the plugin again
// returns nil after that.
type RetiredError struct {
	Path    string   // the library
	Reason  string   // what the unloading waits for
	Threads []Thread // the threads that have not ended, if the unloading waits for threads
	Err     error    // why Close stopped waiting; nil if its five seconds were over
}

func (e *RetiredError) Error() string {
	return (&native.RetiredError{
		Path: e.Path, Reason: e.Reason, Err: e.Err,
		Threads: convert(e.Threads, func(t Thread) native.Thread { return native.Thread(t) }),
	}).Error()
}

// Unwrap returns Err.
func (e *RetiredError) Unwrap() error { return e.Err }

// A Thread is a thread that keeps a library from being unloaded.
type Thread struct {
	ID    uint32 // the system's number of the thread
	Start string // where the thread began, as module!function+offset
	At    string // where the thread is now, in the same form
}

// A SamePackageError reports a package that a [Loader] cannot build, because it has built one of
// the same name from another folder. [OpenDir] names plugins by their folders.
type SamePackageError struct {
	Package     string
	Dir, Before string // the folders of this package and of the one that is there, in the loader's
}

func (e *SamePackageError) Error() string {
	return fmt.Sprintf("folders %s and %s both hold a package %s, and calls through a loader name packages; rename one of the packages, or use OpenDir, which names plugins by their folders", e.Before, e.Dir, e.Package)
}

// A SignatureError reports arguments that do not match a function, or a func type that
// does not match it.
type SignatureError struct {
	Plugin   string
	Function string // the function's signature in Go's syntax
	Detail   string // what does not match
	Err      error  // the cause, for errors.Is; may be nil
}

func (e *SignatureError) Error() string { return (*call.SignatureError)(e).Error() }

// Unwrap returns Err.
func (e *SignatureError) Unwrap() error { return e.Err }

// A PanicError reports a panic in the plugin during a call. The plugin stays usable.
//
// If the plugin panicked with an error, [errors.Is] and [errors.As] find in the PanicError what they
// find in an error that a function returned, a [runtime.Error] for instance, but no [*ErrorResult]. This
// holds for errors that take up to 64 KB. Of other values there is the text alone.
//
// A bound func without an error result panics with a PanicError when its call fails. But if the plugin
// panicked with [http.ErrAbortHandler] itself, so does the func, because a server looks for this very
// value.
type PanicError struct {
	Plugin   string
	Function string
	Type     string // the panic value's type, as %T prints it in the plugin
	Value    string // the panic value as text
	Stack    string // the plugin's stack trace
	Err      error  // why the call failed, if nothing panicked in the plugin

	own *call.PanicError // as it came from the call; nil if another package made the error
}

func (e *PanicError) Error() string { return e.internal().Error() }

func (e *PanicError) internal() *call.PanicError {
	if e.own != nil {
		return e.own
	}
	return &call.PanicError{Plugin: e.Plugin, Function: e.Function, Type: e.Type, Value: e.Value, Stack: e.Stack, Err: e.Err}
}

// Unwrap returns Err, or an error that stands for the one with which the plugin panicked, or nil.
func (e *PanicError) Unwrap() error {
	if e.Err != nil || e.own == nil || e.own.Cause == nil {
		return e.Err
	}
	return panicCause{e.own.Cause}
}

// A panicCause is an error with which a plugin panicked. It hides the ErrorResult, which says that a
// function returned the error.
type panicCause struct{ error }

func (e panicCause) Is(target error) bool { return errors.Is(e.error, target) }

func (e panicCause) As(target any) bool {
	_, result := target.(**ErrorResult)
	return !result && errors.As(e.error, target)
}

// A CrashError reports a call of a plugin that has ended: by [os.Exit], by a panic in a
// goroutine of its own, by another error that ends a Go program, or by [Plugin.Kill]. The
// calls in flight at that moment fail with it, and all later ones, also after Close, unless
// the plugin was opened [WithRestart].
type CrashError struct {
	Reason   string // the first line of the runtime's message, at most 1 KB of it, or how the plugin ended
	ExitCode int    // -1 if the plugin was killed, or if it is not known: see WithReattach
	Stack    string // the stack of the goroutine that ended the plugin; may be empty
	Output   string // the last 64 KB that the plugin's runtime printed
	Err      error  // why the host killed the plugin; nil if it ended by itself
}

func (e *CrashError) Error() string {
	return (&native.CrashError{Reason: e.Reason, Err: e.Err}).Error()
}

// Unwrap returns Err.
func (e *CrashError) Unwrap() error { return e.Err }

// An ErrorResult is an error that came from the plugin: one that a function returned, or
// one within a value. [errors.As] finds it in the chain of such an error.
//
// Errors of the standard library arrive as themselves and have no ErrorResult: values such as
// [io.EOF], and values of types such as [*fs.PathError]. errors.As also finds an error type of
// the host that has the name and the structure of the plugin's. And it finds an *[Object],
// which stands for the plugin's error, with its fields and methods, if the error is one of the
// last 128 that the plugin has returned.
type ErrorResult struct {
	Message string // what the method Error returned in the plugin
	Type    string // the error's type, as %T prints it in the plugin

	err error
}

// Error returns Message.
func (e *ErrorResult) Error() string { return e.Message }

// Format prints what package fmt prints of the plugin's error by %v, %+v, such as its
// stack, %s and %q, and Message by other verbs.
func (e *ErrorResult) Format(s fmt.State, verb rune) {
	if e.err == nil {
		fmt.Fprintf(s, fmt.FormatString(s, verb), e.Message)
		return
	}
	fmt.Fprintf(s, fmt.FormatString(s, verb), e.err)
}

// Unwrap returns the error as it arrived, with all that the plugin's error wraps.
func (e *ErrorResult) Unwrap() error { return e.err }
