package winplugin

import (
	"github.com/RamanSharma100/go-winplugin/internal/builder/policy"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/fetch"
)

// A BuildError reports source that cannot be a plugin, or that the compiler refuses.
type BuildError struct {
	Package     string       // the import path or, until it is known, the folder or name
	Diagnostics []Diagnostic // sorted by position
	Output      string       // what the go command printed beyond the diagnostics
	Err         error        // the cause; may be nil
}

func (e *BuildError) Error() string {
	return (&source.BuildError{
		Package: e.Package, Output: e.Output, Err: e.Err,
		Diagnostics: convert(e.Diagnostics, func(d Diagnostic) source.Diagnostic { return source.Diagnostic(d) }),
	}).Error()
}

// Unwrap returns Err.
func (e *BuildError) Unwrap() error { return e.Err }

// A Diagnostic is one message about the plugin's source.
type Diagnostic struct {
	File         string // relative to the plugin's folder, or absolute if it is elsewhere
	Line, Column int    // 0 if not known
	Message      string
}

// String returns the diagnostic as compilers print it: "file.go:3:8: message".
func (d Diagnostic) String() string { return source.Diagnostic(d).String() }

// A PolicyError reports a plugin that the policy refuses.
type PolicyError struct {
	Package    string
	Violations []Violation // sorted by position
}

func (e *PolicyError) Error() string {
	return (&policy.Error{
		Package:    e.Package,
		Violations: convert(e.Violations, func(v Violation) policy.Violation { return policy.Violation(v) }),
	}).Error()
}

// A Violation is one import, directive or file that the policy refuses.
type Violation struct {
	File         string // relative to the plugin's folder
	Line, Column int
	Subject      string // the import path, directive or file name
	Reason       string
	Allow        string // the argument of WithAllowedImports that lets it pass; "" if there is none
}

// String returns "file.go:3:8: subject: reason".
func (v Violation) String() string { return policy.Violation(v).String() }

// A ToolchainError reports that Go or a C compiler is missing or unsuitable.
type ToolchainError struct {
	Missing string   // what is missing, as in "C compiler for windows/amd64"
	Looked  []string // the places that were searched
	Remedy  string   // commands that fix it on this system, one a line
	Err     error    // why the tools that were found are unsuitable; may join several *ToolchainProblem
	Trap    Trap     // the known case of the most likely tool; "" if there is none
	Setup   bool     // whether "winplugin setup" installs what is missing
}

func (e *ToolchainError) Error() string {
	return (&detect.Error{Missing: e.Missing, Looked: e.Looked, Remedy: e.Remedy, Err: e.Err, Trap: detect.Trap(e.Trap), Setup: e.Setup}).Error()
}

// Unwrap returns Err.
func (e *ToolchainError) Unwrap() error { return e.Err }

// A Trap is a known way in which a toolchain fails. docs/toolchain.md describes each.
type Trap string

// The traps of a [ToolchainError] and a [ToolchainProblem].
const (
	TrapMSYS       Trap = "msys"        // the gcc of MSYS2 itself, or of Cygwin: its programs need msys-2.0.dll
	Trap32Bit      Trap = "32-bit"      // a compiler for 32 bits
	TrapTarget     Trap = "target"      // a compiler for another system; Microsoft's is one
	TrapBigObj     Trap = "big-obj"     // a compiler that writes objects which cgo cannot read
	TrapBinutils   Trap = "binutils"    // a linker that is too old for the Go in use
	TrapDLL        Trap = "dll"         // a program or a library whose own DLLs are not found
	TrapHeaders    Trap = "headers"     // a compiler without the headers of the C library
	TrapSpaces     Trap = "spaces"      // a path with a space, at which a tool splits it
	TrapCGOEnabled Trap = "cgo-enabled" // CGO_ENABLED=0
	TrapGOFLAGS    Trap = "goflags"     // GOFLAGS that breaks go build
	TrapGOROOT     Trap = "goroot"      // GOROOT that names nothing, or another Go
	TrapAntivirus  Trap = "antivirus"   // a virus scanner that takes the finished file away
	TrapLongPath   Trap = "long-path"   // a path that is too long for a tool
	TrapGoVersion  Trap = "go-version"  // a Go that is too old
)

// A DownloadError reports an archive that was not fetched. It is the cause of a
// [*ToolchainError].
type DownloadError struct {
	URL       string // without a password
	Reason    DownloadReason
	Want, Got string // the SHA-256 sums, for DownloadMismatch
	Path      string // where the file should go, for DownloadDiskFull and DownloadUnstored
	Err       error  // the cause; nil for DownloadMismatch
}

func (e *DownloadError) Error() string {
	return (&fetch.Error{URL: e.URL, Reason: fetch.Reason(e.Reason), Want: e.Want, Got: e.Got, Path: e.Path, Err: e.Err}).Error()
}

// Unwrap returns Err.
func (e *DownloadError) Unwrap() error { return e.Err }

// A DownloadReason says why an archive was not fetched.
type DownloadReason string

// The reasons of a [DownloadError].
const (
	DownloadOffline  DownloadReason = "offline"   // the server cannot be reached, or the connection breaks repeatedly
	DownloadRefused  DownloadReason = "refused"   // the server refuses, or the URL may not be used
	DownloadMismatch DownloadReason = "mismatch"  // the file has another SHA-256
	DownloadDiskFull DownloadReason = "disk full" // there is no room for the file
	DownloadUnstored DownloadReason = "unstored"  // the file cannot be written for another cause
)
