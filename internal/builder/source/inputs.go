package source

import (
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
)

// inputs collects what the result depends on.
func (g *goCommand) inputs(ctx context.Context, m *Model, l *packageList) (Inputs, error) {
	s := &inputSet{files: set{}, dirs: set{}, embedDirs: set{}, absent: set{}}
	s.fileOrAbsent(g.settings.GOENV)
	for _, p := range m.All() {
		s.files.add(p.OtherFiles...)
	}
	for _, p := range l.local(g.settings.GOMODCACHE) {
		dir := l.folder(m, p)
		s.localPackage(dir, p)
		included, err := g.assemblyIncludes(dir, p)
		if err != nil {
			return Inputs{}, err
		}
		if len(included) > 0 {
			s.files.add(included...)
			m.Assembly[p.ImportPath] = included
		}
	}
	if m.Bare {
		for dir := range Parents(m.Dir) {
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
	if g.settings.GOMOD != m.GoMod {
		s.goMod(g.settings.GOMOD)
		if err := g.fileModules(ctx, s, g.settings.GOMOD); err != nil {
			return err
		}
	}
	roots := []string{filepath.Dir(m.GoMod)}
	work := g.settings.GOWORK
	switch work {
	case "off":
	case "":
		for dir := range Parents(m.Dir) {
			s.mustStayAbsent(filepath.Join(dir, "go.work"))
		}
	default:
		root := filepath.Dir(work)
		roots = append(roots, root)
		s.files.add(work)
		s.fileOrAbsent(filepath.Join(root, "go.work.sum"))
		for dir := range Parents(m.Dir) {
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
	modules := map[string]string{m.ModulePath: filepath.Dir(m.GoMod)} // in folders, by their paths
	for _, p := range l.local(g.settings.GOMODCACHE) {
		if p.Module == nil || p.Module.GoMod == "" || p.Module.Dir == "" {
			continue // vendored
		}
		s.goMod(p.Module.GoMod)
		modules[p.Module.Path] = p.Module.Dir
		dir := l.folder(m, p)
		for d := range Parents(dir) {
			if d == p.Module.Dir || !within(p.Module.Dir, d) {
				break
			}
			s.mustStayAbsent(filepath.Join(d, "go.mod"))
		}
	}
	for _, p := range l.all {
		if p.Dir == "" && p.Error != nil {
			s.missingPackage(modules, p.ImportPath)
		}
	}
	return g.fileModules(ctx, s, m.GoMod)
}

// fileModules adds the go.mod of each folder that a go.mod or go.work names. It
// decides on versions even if none of its packages is used.
func (g *goCommand) fileModules(ctx context.Context, s *inputSet, file string) error {
	verb := "mod"
	if filepath.Ext(file) == ".work" {
		verb = "work"
	}
	if data, err := g.frozen.read(file); err != nil || verb == "mod" && !strings.Contains(string(data), "replace") {
		return err
	}
	out, err := g.run(ctx, verb, "edit", "-json", g.frozen.copies[file].Path)
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
		s.goMod(filepath.Join(inFolder(filepath.Dir(file), dir), "go.mod"))
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

// Parents yields dir and the folders above it.
func Parents(dir string) func(yield func(string) bool) {
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
