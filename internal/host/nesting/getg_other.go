//go:build !amd64 && !arm64

package nesting

// getg returns 0: here callbacks are not counted.
func getg() uintptr { return 0 }
