//go:build go1.22 && unix && !linux

package lifeline

// hasGroup reports false: other systems have no control groups.
func hasGroup() bool { return false }
