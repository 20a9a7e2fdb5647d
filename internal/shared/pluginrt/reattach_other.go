//go:build go1.22 && (darwin || freebsd || netbsd || openbsd)

package pluginrt

// checkUser accepts all: only this user can open a socket in the folder.
func checkUser(int) error { return nil }
