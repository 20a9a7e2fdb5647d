package build

import "golang.org/x/sys/windows"

// shortPath returns the name that Windows has for programs that take no spaces, or the
// path itself if there is none.
func shortPath(path string) string {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return path
	}
	buf := make([]uint16, windows.MAX_LONG_PATH)
	n, err := windows.GetShortPathName(name, &buf[0], uint32(len(buf)))
	if err != nil || n == 0 || n > uint32(len(buf)) {
		return path
	}
	return windows.UTF16ToString(buf[:n])
}
