package manifest

import "fmt"

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
	LoadWrongFormat   LoadReason = "other manifest version" // the manifest has another Format
	LoadWrongBridge   LoadReason = "other bridge version"   // the library was built by another version of the bridge
	LoadMissingSymbol LoadReason = "symbol missing"         // the library lacks an export that the host needs
	LoadMismatch      LoadReason = "manifest mismatch"      // the loaded library has another manifest than the file
	LoadDied          LoadReason = "did not start"          // the plugin's Go runtime ended while it started
	LoadRetired       LoadReason = "retired"                // the library is still being unloaded
	LoadRefused       LoadReason = "refused by the system"  // the system's loader refused the library
	LoadUnreadable    LoadReason = "unreadable"             // the file is missing or cannot be read
)

// A LoadError reports a library that cannot be used.
type LoadError struct {
	Path   string // the library; empty in an error of [Read]
	Reason LoadReason
	Err    error // details; never nil
}

func (e *LoadError) Error() string {
	return fmt.Sprintf("failed to load %s: %s: %v", e.Path, e.Reason, e.Err)
}

// Unwrap returns Err.
func (e *LoadError) Unwrap() error { return e.Err }
