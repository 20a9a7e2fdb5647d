//go:build !linux && !windows

package build

// machine is not asked where the pure bridge does not exist.
func machine() string { return "" }
