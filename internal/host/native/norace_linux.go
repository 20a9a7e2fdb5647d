//go:build !race && amd64

package native

// orderMemory does nothing without the race detector: see race_linux.go.
func orderMemory() {}
