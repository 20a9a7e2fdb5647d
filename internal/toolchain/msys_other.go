//go:build !windows

package toolchain

// MSYS2 returns nothing: it is for Windows.
func MSYS2([]string) []string { return nil }
