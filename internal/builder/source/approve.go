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

// approve asks Config.Approve about the plugin's own files, as far as their folders are known.
// The go command has not listed them, because that may download modules. So approve chooses the
// files by the rules of go/build, and includes those that need cgo.
func (g *goCommand) approve() error {
	if g.cfg.Approve == nil {
		return nil
	}
	if err := g.approveFolder(&Model{Dir: g.cfg.Dir, ImportPath: g.importPath(), ByPath: g.cfg.ByPath}); err != nil {
		return err
	}
	for _, name := range g.cfg.Packages {
		if filepath.IsAbs(name) {
			if err := g.approveFolder(&Model{Dir: name, ImportPath: g.importPathOf(name)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// approveFolder asks about the package in one folder.
func (g *goCommand) approveFolder(m *Model) error {
	m.Root, m.Fset = g.cfg.Root, token.NewFileSet()
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

func (cfg *Config) approve(packages ...*Model) error {
	for _, m := range packages {
		if cfg.Approve != nil {
			if err := cfg.Approve(m); err != nil {
				return err
			}
		}
	}
	return nil
}

// importPath returns the import path of the plugin's package as far as go.mod tells.
func (g *goCommand) importPath() string {
	if g.cfg.Package != "" {
		return g.cfg.Package
	}
	return g.importPathOf(g.cfg.Dir)
}

// importPathOf is importPath for the package in another folder.
func (g *goCommand) importPathOf(dir string) string {
	goMod := g.goMod
	root := g.cfg.Dir
	if !g.bare {
		root = filepath.Dir(g.settings.GOMOD)
		goMod, _ = fsutil.ReadRegular(g.settings.GOMOD, maxGoFile)
	}
	rel, err := filepath.Rel(root, dir)
	if module := modfile.ModulePath(goMod); module != "" && err == nil {
		return path.Join(module, filepath.ToSlash(rel))
	}
	return dir
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
