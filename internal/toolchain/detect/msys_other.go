//go:build !windows

package detect

// MSYS2 returns nothing: it is for Windows.
func MSYS2([]string) []string { return nil }
