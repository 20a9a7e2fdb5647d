//go:build !windows

package toolchain

import (
	"os"
	"os/exec"
	"path/filepath"
	"sort"
)

func sameVariable(a, b string) bool { return a == b }

// executable returns path if it is a file that may be run.
func (e environ) executable(path string) (string, bool) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Mode()&0o111 == 0 {
		return "", false
	}
	return path, true
}

func quiet(*exec.Cmd) {}

// goPlaces lists the folders that hold the go command where PATH was not set.
func goPlaces(env environ) []string {
	list := []string{"/usr/local/go/bin", "/usr/lib/go/bin", "/opt/homebrew/bin", "/usr/local/bin", "/snap/bin"}
	list = append(list, newestFirst("/usr/lib/go-*/bin")...) // Debian's
	if home := env.get("HOME"); home != "" {
		list = append(list, filepath.Join(home, "go", "bin"), filepath.Join(home, ".local", "go", "bin"))
		list = append(list, newestFirst(filepath.Join(home, "sdk", "go*", "bin"))...)
	}
	return list
}

// ccPlaces lists the folders that hold a C compiler where PATH was not set.
func ccPlaces(environ, string, string) []string {
	return []string{"/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/opt/llvm-mingw/bin"}
}

func newestFirst(pattern string) []string {
	list, _ := filepath.Glob(pattern) // fails for a home folder with a bracket in its name: nothing found there
	sort.Slice(list, func(i, j int) bool { return newer(list[i], list[j]) })
	return list
}
