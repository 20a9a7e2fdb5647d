//go:build !amd64 || (!linux && !windows)

package native

import "runtime"

// Survives returns an error that wraps ErrNotSurvivable.
func (l *Library) Survives() error {
	return notSurvivable("this works on linux/amd64 and windows/amd64 only, and not on " + runtime.GOOS + "/" + runtime.GOARCH)
}

// Kill returns an error that wraps ErrNotSurvivable.
func (l *Library) Kill(error) error { return l.Survives() }

func (l *Library) startFailed(err error) error { return err }

// Crash returns nil.
func (l *Library) Crash() *CrashError { return nil }
