package detect

import (
	"errors"
	"path/filepath"
	"strings"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

func sameVariable(a, b string) bool { return strings.EqualFold(a, b) }

// executable returns the file that path names, with its extension.
func (e environ) executable(path string) (string, bool) {
	exts := []string{".com", ".exe", ".bat", ".cmd"}
	if list := e.get("PATHEXT"); list != "" {
		exts = strings.Split(strings.ToLower(list), ";")
	}
	own := strings.ToLower(filepath.Ext(path))
	for _, ext := range exts {
		if ext != "" && own == ext && fsutil.IsRegular(path) {
			return path, true
		}
	}
	for _, ext := range exts {
		if ext != "" && fsutil.IsRegular(path+ext) {
			return path + ext, true
		}
	}
	return "", false
}

// infected reports whether err means that an antivirus program takes the file for a virus,
// so that Windows does not let it be used.
func infected(err error) bool {
	return errors.Is(err, windows.ERROR_VIRUS_INFECTED) || errors.Is(err, windows.ERROR_VIRUS_DELETED)
}

// configDir is os.UserConfigDir for another environment.
func configDir(env environ) string { return env.get("APPDATA") }

// shortPath returns another name of path without spaces, or "" if the disk has none.
func shortPath(path string) string {
	long, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return ""
	}
	buf := make([]uint16, windows.MAX_LONG_PATH)
	n, err := windows.GetShortPathName(long, &buf[0], uint32(len(buf)))
	if err != nil || int(n) >= len(buf) {
		return ""
	}
	if short := windows.UTF16ToString(buf[:n]); !strings.Contains(short, " ") {
		return short
	}
	return ""
}
