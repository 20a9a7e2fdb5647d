//go:build !windows

package build

func shortPath(path string) string { return path }
