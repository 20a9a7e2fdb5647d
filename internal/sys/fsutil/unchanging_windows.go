package fsutil

import (
	"math"
	"os"

	"golang.org/x/sys/windows"
)

// OpenUnchanging opens a regular file for reading so that nobody can write, rename or
// delete it while it is open.
func OpenUnchanging(path string) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	var handle windows.Handle
	err = persist(func() (err error) {
		handle, err = windows.CreateFile(name, windows.GENERIC_READ, windows.FILE_SHARE_READ, nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
		return err
	})
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: path, Err: err}
	}
	file := os.NewFile(uintptr(handle), path)
	info, err := file.Stat()
	if err == nil {
		err = CheckRegular(path, info, math.MaxInt64)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}
