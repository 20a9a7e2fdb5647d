//go:build !windows

package fsutil

import (
	"errors"
	"syscall"
)

// transient reports whether err may pass by itself. Here nobody is kept from
// files that others have open.
func transient(error) bool { return false }

// Full reports whether err says that a disk or a quota is full.
func Full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
