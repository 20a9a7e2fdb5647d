package detect

import (
	"iter"
	"path/filepath"
	"slices"
	"strings"
)

// environ is an environment as os.Environ returns it. If several entries have the same
// name, the last one applies.
type environ []string

func (e environ) get(name string) string {
	for i := len(e) - 1; i >= 0; i-- {
		if key, value, ok := cutVariable(e[i]); ok && sameVariable(key, name) {
			return value
		}
	}
	return ""
}

func (e environ) without(names ...string) environ {
	return slices.DeleteFunc(slices.Clone(e), func(entry string) bool {
		key, _, ok := cutVariable(entry)
		return ok && slices.ContainsFunc(names, func(name string) bool { return sameVariable(key, name) })
	})
}

func (e environ) with(entries ...string) environ {
	var names []string
	for _, entry := range entries {
		key, _, _ := cutVariable(entry)
		names = append(names, key)
	}
	return append(e.without(names...), entries...)
}

// searching returns the environment with a folder before those in PATH.
func (e environ) searching(dir string) environ {
	return e.with("PATH=" + dir + string(filepath.ListSeparator) + e.get("PATH"))
}

// cutVariable splits an entry. Windows keeps entries such as "=C:=C:\dir",
// whose name begins with the separator.
func cutVariable(entry string) (key, value string, ok bool) {
	if entry == "" {
		return "", "", false
	}
	i := strings.IndexByte(entry[1:], '=')
	if i < 0 {
		return "", "", false
	}
	return entry[:i+1], entry[i+2:], true
}

// look yields every program of the name in PATH, in the order of PATH. Like os/exec, it
// skips relative entries, which could run any program in the current folder.
func (e environ) look(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		seen := make(map[string]bool)
		for _, dir := range filepath.SplitList(e.get("PATH")) {
			if !filepath.IsAbs(dir) || seen[dir] {
				continue
			}
			seen[dir] = true
			if path, ok := e.executable(filepath.Join(dir, name)); ok && !yield(path) {
				return
			}
		}
	}
}

// program returns the absolute path of a program given by path or by name.
func (e environ) program(name string) (string, bool) {
	if filepath.Base(name) == name {
		for path := range e.look(name) {
			return path, true
		}
		return "", false
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return "", false
	}
	return e.executable(path)
}
