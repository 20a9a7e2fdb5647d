package source

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// An inputSet collects paths, each once.
type inputSet struct{ files, dirs, embedDirs, absent set }

type set map[string]bool

func (s set) add(paths ...string) {
	for _, p := range paths {
		s[filepath.Clean(p)] = true
	}
}

func (s set) sorted() []string { return slices.Sorted(maps.Keys(s)) }

func (s *inputSet) inputs() Inputs {
	return Inputs{Files: s.files.sorted(), Dirs: s.dirs.sorted(), EmbedDirs: s.embedDirs.sorted(), Absent: s.absent.sorted()}
}

func (s *inputSet) fileOrAbsent(path string) {
	switch {
	case path == "" || path == "off":
	case fsutil.IsRegular(path):
		s.files.add(path)
	default:
		s.mustStayAbsent(path)
	}
}

// mustStayAbsent adds a path that would have changed the result if it existed. A path that
// exists nevertheless, such as a go.mod in the system's temporary folder, which the go
// command ignores, is left out.
func (s *inputSet) mustStayAbsent(path string) {
	if _, err := os.Lstat(path); err != nil {
		s.absent.add(path)
	}
}

func (s *inputSet) goMod(path string) {
	if path == "" || !fsutil.IsRegular(path) {
		return
	}
	s.files.add(path)
	if sum := strings.TrimSuffix(path, ".mod") + ".sum"; fsutil.IsRegular(sum) {
		s.files.add(sum)
	}
}

// missingPackage adds the folders in which a package may appear that is imported and not there.
// modules are folders by their modules' paths.
func (s *inputSet) missingPackage(modules map[string]string, path string) {
	for module, dir := range modules {
		rest, ok := strings.CutPrefix(path, module+"/")
		if !ok {
			continue
		}
		if dir = filepath.Join(dir, filepath.FromSlash(rest)); isDir(dir) {
			s.dirs.add(dir)
		} else {
			s.mustStayAbsent(dir)
		}
	}
}

// localPackage adds a package's files and folders. Files that the target's
// build passes over count as well: an edit to their constraints brings them in.
func (s *inputSet) localPackage(dir string, p *listed) {
	s.dirs.add(dir)
	names := slices.Concat(p.goFiles(), p.otherFiles(), p.IgnoredGoFiles, p.IgnoredOtherFiles, p.EmbedFiles)
	s.files.add(absolute(dir, names)...)
	if pgo := filepath.Join(dir, "default.pgo"); p.Name == "main" && fsutil.IsRegular(pgo) {
		s.files.add(pgo)
	}
	for _, pattern := range p.EmbedPatterns {
		s.embed(dir, strings.TrimPrefix(pattern, "all:"))
	}
}

// embed adds the folders in which a new name may change what a pattern matches.
func (s *inputSet) embed(dir, pattern string) {
	matches := []string{"."}
	fsys := os.DirFS(dir)
	prefix := ""
	for element := range strings.SplitSeq(pattern, "/") {
		if strings.ContainsAny(element, `*?[\`) {
			for _, match := range matches {
				if path := filepath.Join(dir, filepath.FromSlash(match)); isDir(path) {
					s.addEmbedDir(path)
				}
			}
		}
		if prefix != "" {
			prefix += "/"
		}
		prefix += element
		matches, _ = fs.Glob(fsys, prefix)
	}
	for _, match := range matches {
		// What cannot be read is not embedded either.
		_ = fs.WalkDir(fsys, match, func(path string, e fs.DirEntry, err error) error {
			if err == nil && e.IsDir() {
				s.addEmbedDir(filepath.Join(dir, filepath.FromSlash(path)))
			}
			return nil
		})
	}
}

func (s *inputSet) addEmbedDir(path string) {
	s.dirs.add(path)
	s.embedDirs.add(path)
}

// ignoredName reports whether the go command passes over all files of this name.
func ignoredName(name string) bool {
	return strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")
}

// IsSourceName reports whether the go command would look at a file of this name
// in a package's folder.
func IsSourceName(name string) bool {
	if ignoredName(name) || strings.HasSuffix(name, "_test.go") {
		return false
	}
	switch filepath.Ext(name) {
	case ".go", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx",
		".f", ".F", ".for", ".f90", ".s", ".S", ".sx", ".swig", ".swigcxx", ".syso":
		return true
	}
	return name == "default.pgo"
}
