//go:build !linux && !windows

package watch

// remote is not known here. PollOnly is the caller's choice.
func remote(string) bool { return false }
