//go:build darwin || freebsd || netbsd || openbsd

package process

import "errors"

// tasks fails: the system does not tell how many processes a user has.
func tasks(int) (uint64, error) {
	return 0, errors.New("this system does not limit processes by their number; leave Limits.Processes out")
}

// lockPrivileges does nothing: this system has nothing for that.
func lockPrivileges() error { return nil }

// liveUsage adds nothing: this system tells it at the end.
func liveUsage(*Usage) {}
