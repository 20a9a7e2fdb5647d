package winplugin

import (
	"github.com/RamanSharma100/go-winplugin/internal/builder/policy"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

var (
	// ErrNotFound reports a function that the plugin does not have, or a package
	// that the Loader has not built.
	ErrNotFound = call.ErrNotFound

	// ErrClosed reports a call of a plugin that has been closed.
	ErrClosed = call.ErrClosed

	// ErrReleased reports a use of an object that was closed, or that the plugin does
	// not know.
	ErrReleased = call.ErrReleased

	// ErrTooManyLibraries reports that this process cannot load another library.
	// Those that it has go on working.
	ErrTooManyLibraries = native.ErrTooManyLibraries

	// ErrNotUnloadable reports a library that stays in the process: see
	// [Plugin.Unloadable].
	ErrNotUnloadable = native.ErrNotUnloadable

	// ErrNoFunctions reports a package without a function that can be called. It
	// comes wrapped in a [*BuildError].
	ErrNoFunctions = source.ErrNoFunctions

	// ErrNoPackage reports a folder without a Go package for the target.
	ErrNoPackage = source.ErrNoPackage

	// ErrGoTooOld reports a package that wants a newer Go than the one found.
	ErrGoTooOld = source.ErrGoTooOld
)

// A BuildError reports that the plugin's source cannot be built. Its fields are
// Package, the import path, or the folder or the name as long as that is unknown; Diagnostics, one for each complaint, with File (as
// seen from the plugin's folder), Line, Column and Message; Output, what the go
// command printed beyond them; and Err, the cause, if there is one.
type BuildError = source.BuildError

// A Diagnostic is one complaint about the plugin's source.
type Diagnostic = source.Diagnostic

// A PolicyError reports a plugin that may not be built. Its fields are Package and
// Violations, each with File, Line, Column, Subject (an import or a directive),
// Reason, and Allow, what WithAllowedImports takes to let it pass.
type PolicyError = policy.Error

// A Violation is one reason of a [PolicyError].
type Violation = policy.Violation

// A ToolchainError reports that Go or a C compiler is missing or unfit. Its fields
// are Missing; Looked, where it was looked for; Remedy, the commands that mend it, one
// a line; Setup, whether "winplugin setup" does; Trap, one of the Trap constants if it
// is a known case; and Err, the cause, if there is one, which may join several
// [*ToolchainProblem].
type ToolchainError = detect.Error

// A Trap is a known way in which a toolchain fails.
type Trap = detect.Trap

// The traps of a [ToolchainError]. docs/toolchain.md describes each.
const (
	TrapMSYS       = detect.TrapMSYS
	Trap32Bit      = detect.Trap32Bit
	TrapTarget     = detect.TrapTarget
	TrapBigObj     = detect.TrapBigObj
	TrapBinutils   = detect.TrapBinutils
	TrapDLL        = detect.TrapDLL
	TrapHeaders    = detect.TrapHeaders
	TrapSpaces     = detect.TrapSpaces
	TrapCGOEnabled = detect.TrapCGOEnabled
	TrapGOFLAGS    = detect.TrapGOFLAGS
	TrapGOROOT     = detect.TrapGOROOT
	TrapAntivirus  = detect.TrapAntivirus
	TrapLongPath   = detect.TrapLongPath
	TrapGoVersion  = detect.TrapGoVersion
)

// A LoadError reports a library that cannot be used. Its fields are Path, Reason
// (one of the Reason constants) and Err, which says more.
type LoadError = manifest.LoadError

// A Reason says which of a library's properties keeps it from being used.
type Reason = manifest.Reason

// The reasons of a [LoadError].
const (
	NotALibrary   = manifest.NotALibrary
	NotAPlugin    = manifest.NotAPlugin
	Truncated     = manifest.Truncated
	Damaged       = manifest.Damaged
	WrongSystem   = manifest.WrongSystem
	WrongArch     = manifest.WrongArch
	WrongFormat   = manifest.WrongFormat
	BridgeVersion = manifest.BridgeVersion
	MissingSymbol = manifest.MissingSymbol
	Mismatch      = manifest.Mismatch
	Died          = manifest.Died
	Retired       = manifest.Retired
	System        = manifest.System
	Unreadable    = manifest.Unreadable
)

// A RetiredError reports a library that was to be unloaded, and could not be in time: a
// thread of it computes or waits where it cannot be stopped. The plugin is closed, and
// its library stays mapped until it has come to rest; then it is unloaded, and closing
// the plugin again returns nil. Its fields are Path, Reason (what is waited for), Threads,
// and Err, the context's error if that is why the wait was over.
type RetiredError = native.RetiredError

// A Thread is one that keeps a library from being unloaded. Its fields are ID, Start
// (where it began) and At (where it stands, as module!function+offset).
type Thread = native.Thread

// A SignatureError reports arguments that do not fit a function. Its fields are
// Plugin, Function (its signature in Go's syntax) and Detail.
type SignatureError = call.SignatureError

// A PanicError reports a panic in the plugin during a call. Its fields are Plugin,
// Function, Type and Value (the panic's value as text) and Stack, the plugin's
// stack trace.
type PanicError = call.PanicError

// An ErrorResult is an error that a plugin's function returned. Its fields are
// Message, which is also its text, and Type, the error's Go type in the plugin.
type ErrorResult = call.ErrorResult
