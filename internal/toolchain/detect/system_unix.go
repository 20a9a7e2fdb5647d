//go:build !windows

package detect

import (
	"iter"
	"os"
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

// infected reports whether err means that the system has found a virus. Only Windows
// reports this.
func infected(error) bool { return false }

// shortPath returns another name of path without spaces, if the system has one.
func shortPath(string) string { return "" }

// goPlaces yields folders outside of PATH that usually hold the go command.
func goPlaces(env environ) iter.Seq[Place] {
	return func(yield func(Place) bool) {
		list := []string{"/usr/local/go/bin", "/usr/lib/go/bin", "/opt/homebrew/bin", "/usr/local/bin", "/snap/bin"}
		list = append(list, newestFirst("/usr/lib/go-*/bin")...) // Debian's
		if home := env.get("HOME"); home != "" {
			list = append(list, filepath.Join(home, "go", "bin"), filepath.Join(home, ".local", "go", "bin"))
			list = append(list, newestFirst(filepath.Join(home, "sdk", "go*", "bin"))...)
		}
		usual(list)(yield)
	}
}

// ccPlaces yields folders outside of PATH that usually hold a C compiler.
func ccPlaces(environ, string, string) iter.Seq[Place] {
	return usual([]string{"/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/opt/llvm-mingw/bin"})
}

func usual(dirs []string) iter.Seq[Place] {
	return func(yield func(Place) bool) {
		for _, dir := range dirs {
			if !yield(Place{Dir: dir, From: "a usual place"}) {
				return
			}
		}
	}
}

func newestFirst(pattern string) []string {
	list, _ := filepath.Glob(pattern) // finds nothing if the home folder has a bracket in its name
	sort.Slice(list, func(i, j int) bool { return newer(list[i], list[j]) })
	return list
}
