package fsutil

import (
	"fmt"
	"io"
	"io/fs"
	"os"
)

// A NotRegularError reports a path that names something other than a regular file.
// To open a named pipe may block for ever, and a device may have no end.
type NotRegularError struct {
	Path string
	Mode fs.FileMode
}

func (e *NotRegularError) Error() string {
	return fmt.Sprintf("%s is %s and not a regular file; remove it, or put a file in its place", e.Path, kind(e.Mode))
}

func kind(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "something else"
}

// OpenRegular opens a regular file of at most limit bytes for reading. It neither waits
// for a writer of a named pipe nor touches a device.
func OpenRegular(path string, limit int64) (*os.File, error) {
	info, err := os.Stat(path)
	if err == nil {
		err = CheckRegular(path, info, limit)
	}
	if err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		return nil, err
	}
	// The path may name another file by now.
	if info, err = file.Stat(); err == nil {
		err = CheckRegular(path, info, limit)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// IsRegular reports whether the path names a regular file, or a link to one.
func IsRegular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// CheckRegular returns an error if info is not that of a regular file of at most limit
// bytes.
func CheckRegular(path string, info fs.FileInfo, limit int64) error {
	switch {
	case !info.Mode().IsRegular():
		return &NotRegularError{path, info.Mode()}
	case info.Size() > limit:
		return fmt.Errorf("%s has %d bytes, which is more than the %d that are read of such a file; make it smaller", path, info.Size(), limit)
	}
	return nil
}

// ReadRegular reads a regular file of at most limit bytes.
func ReadRegular(path string, limit int64) ([]byte, error) {
	file, err := OpenRegular(path, limit)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	// The file may grow while it is read.
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s grows beyond %d bytes while it is read; try again when it is finished", path, limit)
	}
	return data, err
}
