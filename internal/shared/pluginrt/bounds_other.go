//go:build go1.22 && !windows

package pluginrt

// setBounds has nothing to do: runtime/cgo knows the bounds of stacks here.
func setBounds(uintptr) {}
