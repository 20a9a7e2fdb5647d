package source

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A listed package is what go list says about it.
type listed struct {
	Dir, ImportPath, Name string
	Standard, DepOnly     bool
	Export                string
	Module                *module

	GoFiles, CgoFiles, IgnoredGoFiles            []string
	CFiles, CXXFiles, MFiles, HFiles, FFiles     []string
	SFiles, SwigFiles, SwigCXXFiles, SysoFiles   []string
	IgnoredOtherFiles, EmbedPatterns, EmbedFiles []string
	Imports                                      []string
	ImportMap                                    map[string]string
	Error                                        *listError
	DepsErrors                                   []*listError
}

type module struct {
	Path, Version, Dir, GoMod, GoVersion string
	Main                                 bool
	Replace                              *module
}

type listError struct {
	ImportStack []string
	Pos, Err    string
}

// listFields are the fields of listed that the first list needs. Asking for no
// others halves the time that go list takes.
const listFields = "Dir,ImportPath,Name,Standard,DepOnly,Module," +
	"GoFiles,CgoFiles,IgnoredGoFiles,CFiles,CXXFiles,MFiles,HFiles,FFiles,SFiles,SwigFiles,SwigCXXFiles,SysoFiles," +
	"IgnoredOtherFiles,EmbedPatterns,EmbedFiles,Imports,ImportMap,Error,DepsErrors"

// A packageList is the plugin's package and all that it depends on.
type packageList struct {
	root *listed
	more []*listed // further packages of the library
	all  []*listed
	ctxt matcher
}

// matcher reports whether a file's name and constraints fit the target.
type matcher interface {
	MatchFile(dir, name string) (bool, error)
}

// list lists the package and its dependencies. Nothing is compiled.
func (g *goCommand) list(ctx context.Context) (*packageList, error) {
	pattern := "."
	if g.cfg.Package != "" {
		pattern = g.cfg.Package
	}
	out, err := g.run(ctx, append(append(g.listArgs("-deps", "-json="+listFields), "--", pattern), g.cfg.Packages...)...)
	if err != nil {
		return nil, err
	}
	all, err := decodeList(out)
	if err != nil {
		return nil, err
	}
	l := &packageList{all: all, ctxt: g.buildContext()}
	return l, l.choose(&g.cfg)
}

func decodeList(data []byte) ([]*listed, error) {
	var all []*listed
	for dec := json.NewDecoder(bytes.NewReader(data)); ; {
		p := new(listed)
		switch err := dec.Decode(p); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("go list gave no JSON: %w", err)
		}
		all = append(all, p)
	}
}

// goFiles returns the names of the package's Go files, sorted.
func (p *listed) goFiles() []string {
	names := slices.Concat(p.GoFiles, p.CgoFiles)
	slices.Sort(names)
	return names
}

// otherFiles returns the names of the files in other languages.
func (p *listed) otherFiles() []string {
	return slices.Concat(p.CFiles, p.CXXFiles, p.MFiles, p.HFiles, p.FFiles, p.SFiles,
		p.SwigFiles, p.SwigCXXFiles, p.SysoFiles)
}

// stdImports returns a package's imports from the standard library.
func (l *packageList) stdImports(of *listed) []string {
	std := make(map[string]bool)
	for _, p := range l.all {
		std[p.ImportPath] = p.Standard
	}
	var paths []string
	for _, path := range of.Imports {
		if std[path] || path == "unsafe" {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// cDirs returns the folders of packages that bring C, or assembly beside it. A C compiler
// reads files for these that the go command does not know.
func (l *packageList) cDirs(m *Model) (dirs []string) {
	roots := l.roots()
	for _, p := range l.all {
		switch i := slices.Index(roots, p); {
		case p.Standard:
		case i >= 0 && len(p.CgoFiles)+len(m.All()[i].CgoFiles) > 0:
			dirs = append(dirs, m.All()[i].Dir)
		case len(p.CgoFiles) > 0:
			dirs = append(dirs, p.Dir)
		}
	}
	return dirs
}

// modules returns the modules that are built in, but for the package's own.
func (l *packageList) modules() []manifest.Module {
	var mods []manifest.Module
	for _, p := range l.all {
		m := p.Module
		if m == nil || l.root.Module != nil && m.Path == l.root.Module.Path {
			continue
		}
		dep := manifest.Module{Path: m.Path, Version: m.Version}
		if r := m.Replace; r != nil {
			// A replacement without a version is a folder.
			dep.Version = r.Version
			if r.Version != "" {
				dep.Path = r.Path
			}
		}
		mods = append(mods, dep)
	}
	slices.SortFunc(mods, func(a, b manifest.Module) int { return strings.Compare(a.Path, b.Path) })
	return slices.Compact(mods)
}

// local returns the packages outside GOROOT and the module cache: those whose
// files may change.
func (l *packageList) local(modCache string) []*listed {
	return slices.DeleteFunc(slices.Clone(l.all), func(p *listed) bool { return p.Standard || p.Dir == "" || within(modCache, p.Dir) })
}

// folder returns a package's folder. That of the plugin keeps symbolic links in its path.
func (l *packageList) folder(m *Model, p *listed) string {
	if p == l.root {
		return m.Dir
	}
	return p.Dir
}

// within reports whether path is dir or below it.
func within(dir, path string) bool {
	if dir == "" {
		return false
	}
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}
