package source

import (
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// inputs collects what the result depends on.
func (g *goCommand) inputs(ctx context.Context, m *Model, l *packageList) (Inputs, error) {
	s := &inputSet{files: set{}, dirs: set{}, embedDirs: set{}, absent: set{}}
	s.fileOrAbsent(g.settings.GOENV)
	s.files.add(m.OtherFiles...)
	for _, p := range l.local(g.settings.GOMODCACHE) {
		dir := p.Dir
		if p == l.root {
			dir = m.Dir
		}
		s.localPackage(dir, p)
	}
	if m.Bare {
		for dir := range parents(m.Dir) {
			s.mustStayAbsent(filepath.Join(dir, "go.mod"))
		}
		return s.inputs(), nil
	}
	if err := g.moduleInputs(ctx, s, m, l); err != nil {
		return Inputs{}, err
	}
	return s.inputs(), nil
}

// moduleInputs adds what decides which modules are used.
func (g *goCommand) moduleInputs(ctx context.Context, s *inputSet, m *Model, l *packageList) error {
	s.goMod(m.GoMod)
	roots := []string{filepath.Dir(m.GoMod)}
	work := g.settings.GOWORK
	switch work {
	case "off":
	case "":
		for dir := range parents(m.Dir) {
			s.mustStayAbsent(filepath.Join(dir, "go.work"))
		}
	default:
		root := filepath.Dir(work)
		roots = append(roots, root)
		s.files.add(work)
		s.fileOrAbsent(filepath.Join(root, "go.work.sum"))
		for dir := range parents(m.Dir) {
			if dir == root || !within(root, dir) {
				break
			}
			s.mustStayAbsent(filepath.Join(dir, "go.work"))
		}
		if err := g.fileModules(ctx, s, work); err != nil {
			return err
		}
	}
	for _, root := range roots {
		// The go command turns to a vendor folder as soon as there is one.
		s.fileOrAbsent(filepath.Join(root, "vendor", "modules.txt"))
	}
	for _, p := range l.local(g.settings.GOMODCACHE) {
		if p.Module == nil || p.Module.GoMod == "" || p.Module.Dir == "" {
			continue // vendored
		}
		s.goMod(p.Module.GoMod)
		dir := p.Dir
		if p == l.root {
			dir = m.Dir
		}
		for d := range parents(dir) {
			if d == p.Module.Dir || !within(p.Module.Dir, d) {
				break
			}
			s.mustStayAbsent(filepath.Join(d, "go.mod"))
		}
	}
	return g.fileModules(ctx, s, m.GoMod)
}

// fileModules adds the go.mod of each folder that a go.mod or go.work names: it
// has a say in the choice of versions even if none of its packages is used.
func (g *goCommand) fileModules(ctx context.Context, s *inputSet, file string) error {
	verb := "mod"
	if filepath.Ext(file) == ".work" {
		verb = "work"
	}
	if data, err := os.ReadFile(file); err != nil || verb == "mod" && !strings.Contains(string(data), "replace") {
		return err
	}
	out, err := g.run(ctx, verb, "edit", "-json", file)
	if err != nil {
		return err
	}
	var content struct {
		Use     []struct{ DiskPath string }
		Replace []struct {
			New struct{ Path, Version string }
		}
	}
	if err := json.Unmarshal(out, &content); err != nil {
		return err
	}
	add := func(dir string) {
		dir = filepath.FromSlash(dir)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(file), dir)
		}
		s.goMod(filepath.Join(dir, "go.mod"))
	}
	for _, use := range content.Use {
		add(use.DiskPath)
	}
	for _, r := range content.Replace {
		if r.New.Version == "" {
			add(r.New.Path)
		}
	}
	return nil
}

// An inputSet collects paths, each once.
type inputSet struct{ files, dirs, embedDirs, absent set }

type set map[string]bool

func (s set) add(paths ...string) {
	for _, p := range paths {
		s[filepath.Clean(p)] = true
	}
}

func (s set) sorted() []string {
	var list []string
	for p := range s {
		list = append(list, p)
	}
	slices.Sort(list)
	return list
}

func (s *inputSet) inputs() Inputs {
	return Inputs{Files: s.files.sorted(), Dirs: s.dirs.sorted(), EmbedDirs: s.embedDirs.sorted(), Absent: s.absent.sorted()}
}

func (s *inputSet) fileOrAbsent(path string) {
	switch {
	case path == "" || path == "off":
	case isFile(path):
		s.files.add(path)
	default:
		s.mustStayAbsent(path)
	}
}

// mustStayAbsent adds a path that decided nothing because it is missing. What is
// there all the same, such as the go.mod in the system's temporary folder that
// the go command passes over, is left out.
func (s *inputSet) mustStayAbsent(path string) {
	if _, err := os.Lstat(path); err != nil {
		s.absent.add(path)
	}
}

func (s *inputSet) goMod(path string) {
	if path == "" || !isFile(path) {
		return
	}
	s.files.add(path)
	if sum := strings.TrimSuffix(path, ".mod") + ".sum"; isFile(sum) {
		s.files.add(sum)
	}
}

// localPackage adds a package's files and folders. Files that the target's
// build passes over count as well: an edit to their constraints brings them in.
func (s *inputSet) localPackage(dir string, p *listed) {
	s.dirs.add(dir)
	names := slices.Concat(p.goFiles(), p.otherFiles(), p.IgnoredGoFiles, p.IgnoredOtherFiles, p.EmbedFiles)
	s.files.add(absolute(dir, names)...)
	if pgo := filepath.Join(dir, "default.pgo"); p.Name == "main" && isFile(pgo) {
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

// IsSourceName reports whether the go command would look at a file of this name
// in a package's folder.
func IsSourceName(name string) bool {
	if strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") || strings.HasSuffix(name, "_test.go") {
		return false
	}
	switch filepath.Ext(name) {
	case ".go", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx",
		".f", ".F", ".for", ".f90", ".s", ".S", ".sx", ".swig", ".swigcxx", ".syso":
		return true
	}
	return name == "default.pgo"
}

// parents yields dir and the folders above it.
func parents(dir string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for {
			if !yield(dir) {
				return
			}
			up := filepath.Dir(dir)
			if up == dir {
				return
			}
			dir = up
		}
	}
}
