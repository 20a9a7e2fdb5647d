package fsutil

import (
	"errors"

	"golang.org/x/sys/windows"
)

// transient reports whether the operation may succeed if it is repeated.
func transient(err error) bool {
	var errno windows.Errno
	if !errors.As(err, &errno) {
		return false
	}
	switch errno {
	case windows.ERROR_SHARING_VIOLATION, windows.ERROR_LOCK_VIOLATION,
		windows.ERROR_ACCESS_DENIED, // also means: open, or about to be deleted
		windows.ERROR_DIR_NOT_EMPTY, // holds a file that is about to be deleted
		windows.ERROR_DELETE_PENDING:
		return true
	}
	return false
}

// Full reports whether err says that a disk or a quota is full.
func Full(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}
