package manifest

import "fmt"

// A LoadReason says which of a library's properties keeps it from being used.
type LoadReason string

// The reasons.
const (
	LoadNotLibrary    LoadReason = "not a library"          // neither ELF nor PE
	LoadNotPlugin     LoadReason = "not a plugin"           // a library without manifest
	LoadTruncated     LoadReason = "truncated"              // the file ends before its headers say
	LoadDamaged       LoadReason = "damaged"                // headers or manifest are malformed
	LoadWrongSystem   LoadReason = "for another system"     // GOOS
	LoadWrongArch     LoadReason = "for another processor"  // GOARCH
	LoadWrongFormat   LoadReason = "other manifest version" // Format
	LoadWrongBridge   LoadReason = "other bridge version"   // Bridge
	LoadMissingSymbol LoadReason = "symbol missing"         // an export that the host needs
	LoadMismatch      LoadReason = "manifest mismatch"      // the file's and the running library's manifest differ
	LoadDied          LoadReason = "did not start"          // the library's runtime ended while it started
	LoadRetired       LoadReason = "retired"                // the library is still being unloaded
	LoadRefused       LoadReason = "refused by the system"  // the OS loader's own error
	LoadUnreadable    LoadReason = "unreadable"             // no such file, no rights
)

// A LoadError reports a library that cannot be used, and why.
type LoadError struct {
	Path   string
	Reason LoadReason
	Err    error // says more; never nil
}

func (e *LoadError) Error() string {
	return fmt.Sprintf("failed to load %s: %s: %v", e.Path, e.Reason, e.Err)
}

func (e *LoadError) Unwrap() error { return e.Err }
