package build

import "unicode"

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
