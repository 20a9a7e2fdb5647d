//go:build !windows && !(linux && (amd64 || arm64))

package native

// Entry returns 0: there is none for this system and processor. Libraries cannot be
// loaded there either, or they get wire.StatusNoHost.
func Entry() uintptr { return 0 }
