//go:build !windows

package detect

// MSYS2 returns nothing, because MSYS2 exists only on Windows.
func MSYS2([]string) []string { return nil }
