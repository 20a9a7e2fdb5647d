package build

import "unicode"

// tempEnv makes compilers put their temporary files into dir. Many MinGW programs cannot open
// paths with characters outside of the system's code page. For users with such a name Windows
// sets a TEMP that these programs can open, and tempEnv does not change it.
func tempEnv(dir string) []string {
	for _, r := range dir {
		if r > unicode.MaxASCII {
			return nil
		}
	}
	return []string{"GOTMPDIR=" + dir, "TMP=" + dir, "TEMP=" + dir}
}
