//go:build !windows

package build

// tempEnv makes compilers put their temporary files into dir.
func tempEnv(dir string) []string {
	return []string{"GOTMPDIR=" + dir, "TMPDIR=" + dir}
}
