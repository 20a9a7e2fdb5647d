//go:build !windows

package fsutil

import (
	"errors"
	"syscall"
)

// transient reports whether the operation may succeed if it is repeated. Only Windows locks
// files that are open.
func transient(error) bool { return false }

// Full reports whether err says that a disk or a quota is full.
func Full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
