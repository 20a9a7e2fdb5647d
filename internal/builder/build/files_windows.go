package build

import (
	"strings"
	"unicode"
)

// tempEnv makes compilers put their temporary files into dir. Many MinGW programs cannot open
// paths with characters outside of the system's code page. For users with such a name Windows
// sets a TEMP that these programs can open, and tempEnv does not change it.
func tempEnv(dir string) []string {
	if strings.ContainsFunc(dir, func(r rune) bool { return r > unicode.MaxASCII }) {
		return nil
	}
	return []string{"GOTMPDIR=" + dir, "TMP=" + dir, "TEMP=" + dir}
}
