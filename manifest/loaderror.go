package manifest

import "fmt"

// A Reason says which of a library's properties keeps it from being used.
type Reason string

// The reasons.
const (
	NotALibrary   Reason = "not a library"          // neither ELF nor PE
	NotAPlugin    Reason = "not a plugin"           // a library without manifest
	Truncated     Reason = "truncated"              // the file ends before its headers say
	Damaged       Reason = "damaged"                // headers or manifest make no sense
	WrongSystem   Reason = "for another system"     // GOOS
	WrongArch     Reason = "for another processor"  // GOARCH
	WrongFormat   Reason = "other manifest version" // Format
	BridgeVersion Reason = "other bridge version"   // Bridge
	MissingSymbol Reason = "symbol missing"         // an export that the host needs
	Mismatch      Reason = "manifest mismatch"      // the file's and the running library's manifest differ
	Died          Reason = "did not start"          // the library's runtime ended while it came up
	Retired       Reason = "retired"                // it was to be unloaded, and its threads have not ended yet
	System        Reason = "refused by the system"  // the OS loader's own error
	Unreadable    Reason = "unreadable"             // no such file, no rights
)

// A LoadError reports a library that cannot be used, and why.
type LoadError struct {
	Path   string
	Reason Reason
	Err    error // says more; never nil
}

func (e *LoadError) Error() string {
	return fmt.Sprintf("failed to load %s: %s: %v", e.Path, e.Reason, e.Err)
}

func (e *LoadError) Unwrap() error { return e.Err }
