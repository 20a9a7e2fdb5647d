package build

import (
	"errors"
	"unicode"

	"golang.org/x/sys/windows"
)

// transient reports whether err may pass by itself.
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

func diskFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

// tempEnv makes compilers put their temporary files into dir. Many MinGW
// programs cannot open paths beyond the system's code page, and Windows gives
// users with such a name a TEMP that they can open: that one is kept then.
func tempEnv(dir string) []string {
	for _, r := range dir {
		if r > unicode.MaxASCII {
			return nil
		}
	}
	return []string{"GOTMPDIR=" + dir, "TMP=" + dir, "TEMP=" + dir}
}
