//go:build !race

package native

// orderMemory does nothing without the race detector: see race_linux_amd64.go.
func orderMemory() {}
