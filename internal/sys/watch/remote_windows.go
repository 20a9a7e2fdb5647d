package watch

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// remote reports whether files in a folder may change without a notification: those on a
// network drive, whose server may not support notifications.
func remote(dir string) bool {
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(dir) + `\`)
	return err == nil && windows.GetDriveType(root) == windows.DRIVE_REMOTE
}
