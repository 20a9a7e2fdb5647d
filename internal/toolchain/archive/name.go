package archive

import (
	"fmt"
	"path"
	"strings"
	"unicode/utf8"
)

// clean returns an entry's name without the top folder and a final slash, "" for
// the top folder itself.
//
// Names with another meaning on Windows are refused everywhere, so that an archive means the
// same on all systems: see "Naming Files, Paths, and Namespaces"
// (learn.microsoft.com/windows/win32/fileio/naming-a-file).
func clean(name, top string) (string, error) {
	name = strings.TrimSuffix(strings.TrimPrefix(name, "./"), "/")
	if name == "" || name == "." {
		return "", nil
	}
	if !utf8.ValidString(name) {
		return "", fmt.Errorf("%w: it is not UTF-8", ErrName)
	}
	for part := range strings.SplitSeq(name, "/") {
		if err := checkPart(part); err != nil {
			return "", err
		}
	}
	if top == "" {
		return name, nil
	}
	if name == top {
		return "", nil
	}
	name, ok := strings.CutPrefix(name, top+"/")
	if !ok {
		return "", fmt.Errorf("%w: it is outside of the folder %s", ErrName, top)
	}
	return name, nil
}

// checkPart checks a name between slashes.
func checkPart(part string) error {
	switch {
	case part == "": // also before the slash of an absolute path
		return fmt.Errorf("%w: it is absolute, or a part of it is empty", ErrName)
	case part == "..", part == ".":
		return fmt.Errorf("%w: it leads out of the folder or in circles", ErrName)
	case strings.HasSuffix(part, "."), strings.HasSuffix(part, " "): // Windows drops them
		return fmt.Errorf("%w: a part of it ends with a dot or a space", ErrName)
	case reserved(part):
		return fmt.Errorf("%w: a part of it is a device of Windows", ErrName)
	}
	for _, r := range part {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`\:*?"<>|`, r) { // a colon is a drive or a stream
			return fmt.Errorf("%w: it has the character %q", ErrName, r)
		}
	}
	return nil
}

// reserved reports whether Windows opens a device by the name, with any extension.
func reserved(part string) bool {
	base, _, _ := strings.Cut(part, ".")
	base = strings.ToUpper(strings.TrimRight(base, " "))
	switch base {
	case "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$":
		return true
	}
	if len(base) < 4 || base[:3] != "COM" && base[:3] != "LPT" {
		return false
	}
	switch base[3:] {
	case "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³":
		return true
	}
	return false
}

// resolve returns the file of the archive that a link leads to. A symbolic link's
// target is relative to its folder, a hard link's to the archive.
func resolve(name, target, top string, hard bool) (string, error) {
	if hard {
		to, err := clean(target, top)
		if err != nil || to == "" {
			return "", fmt.Errorf("%w: it leads to %q", ErrLink, target)
		}
		return to, nil
	}
	to := path.Join(path.Dir(name), target)
	if target == "" || path.IsAbs(target) || to == "." || to == ".." || strings.HasPrefix(to, "../") {
		return "", fmt.Errorf("%w: it leads to %q", ErrLink, target)
	}
	for part := range strings.SplitSeq(to, "/") {
		if checkPart(part) != nil {
			return "", fmt.Errorf("%w: it leads to %q", ErrLink, target)
		}
	}
	return to, nil
}
