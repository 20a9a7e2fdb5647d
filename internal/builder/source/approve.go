package source

import (
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/mod/modfile"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// approve asks Config.Approve about the plugin's own files. The go command has not
// listed them yet, which may make it download modules, so they are chosen here by the
// rules of go/build, those that need cgo included.
func (g *goCommand) approve() error {
	if g.cfg.Approve == nil {
		return nil
	}
	m := &Model{Dir: g.cfg.Dir, Root: g.cfg.Root, ImportPath: g.importPath(), Fset: token.NewFileSet()}
	entries, err := os.ReadDir(m.Dir)
	if err != nil {
		return err
	}
	ctxt := g.buildContext()
	std := make(map[string]bool)
	for _, e := range entries {
		name := e.Name()
		if filepath.Ext(name) != ".go" || !IsSourceName(name) {
			continue
		}
		if ok, err := ctxt.MatchFile(m.Dir, name); !ok || err != nil {
			continue
		}
		data, err := g.frozen.read(filepath.Join(m.Dir, name))
		if err != nil {
			continue // reported when the package is loaded
		}
		f, errs := m.parseFile(name, data)
		if errs != nil {
			continue
		}
		m.Files, m.Name = append(m.Files, f), f.Syntax.Name.Name
		for _, spec := range f.Syntax.Imports {
			if path, err := strconv.Unquote(spec.Path.Value); err == nil && (path == "unsafe" || isDir(filepath.Join(g.settings.GOROOT, "src", filepath.FromSlash(path)))) {
				std[path] = true
			}
		}
	}
	m.StdImports = slices.Sorted(maps.Keys(std))
	m.OtherFiles = absolute(m.Dir, otherFiles(entries, m.Dir, ctxt))
	return g.cfg.approve(m)
}

func (cfg *Config) approve(m *Model) error {
	if cfg.Approve == nil {
		return nil
	}
	return cfg.Approve(m)
}

// importPath returns the import path of the plugin's package as far as go.mod tells.
func (g *goCommand) importPath() string {
	goMod := g.goMod
	root := g.cfg.Dir
	switch {
	case g.cfg.Package != "":
		return g.cfg.Package
	case !g.bare:
		root = filepath.Dir(g.settings.GOMOD)
		goMod, _ = fsutil.ReadRegular(g.settings.GOMOD, maxGoFile)
	}
	rel, err := filepath.Rel(root, g.cfg.Dir)
	if module := modfile.ModulePath(goMod); module != "" && err == nil {
		return path.Join(module, filepath.ToSlash(rel))
	}
	return g.cfg.Dir
}

// otherFiles returns the names of the files that are not Go and fit the target.
func otherFiles(entries []os.DirEntry, dir string, ctxt matcher) []string {
	var names []string
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || filepath.Ext(name) == ".go" || !IsSourceName(name) {
			continue
		}
		if ok, err := ctxt.MatchFile(dir, name); ok && err == nil {
			names = append(names, name)
		}
	}
	return slices.Clip(names)
}
