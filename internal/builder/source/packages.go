package source

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// All returns the models of all packages of the library, the first one before the others.
func (m *Model) All() []*Model { return append([]*Model{m}, m.Packages...) }

// roots returns what the configuration names, in the order of [Model.All].
func (l *packageList) roots() []*listed { return append([]*listed{l.root}, l.more...) }

func (l *packageList) isRoot(p *listed) bool { return slices.Contains(l.roots(), p) }

// imports returns what the packages of the library import.
func (l *packageList) imports() (paths []string) {
	for _, p := range l.roots() {
		paths = append(paths, p.Imports...)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}

// choose finds the packages that the configuration names in what go list returned.
func (l *packageList) choose(cfg *Config) error {
	named := slices.DeleteFunc(slices.Clone(l.all), func(p *listed) bool { return p.DepOnly })
	find := func(name string) *listed {
		for _, p := range named {
			if p.ImportPath == name || filepath.IsAbs(name) && sameFile(p.Dir, name) {
				return p
			}
		}
		return nil
	}
	switch {
	case len(named) == 0:
		return fmt.Errorf("%w: go list found none in %s", ErrNoPackage, cfg.Dir)
	case len(cfg.Packages) == 0:
		l.root = named[len(named)-1]
		return nil
	case cfg.Package != "":
		l.root = find(cfg.Package)
	default:
		l.root = find(cfg.Dir)
	}
	if l.root == nil {
		return fmt.Errorf("%w: go list found none in %s", ErrNoPackage, cfg.Dir)
	}
	for _, name := range cfg.Packages {
		p := find(name)
		if err := l.fits(p, name); err != nil {
			return err
		}
		l.more = append(l.more, p)
	}
	if l.root.Name == "main" {
		return notInSet("%s is a program (package main), and a library of several packages imports them; give the package another name, or build it alone", cfg.Dir)
	}
	return nil
}

// fits returns why a package cannot be a further one of the library.
func (l *packageList) fits(p *listed, name string) error {
	switch {
	case p == nil || p.Error != nil && p.Dir == "" || p.Error != nil && p.Module == nil && !p.Standard:
		why := "the go command finds no package there"
		if p != nil && p.Error != nil {
			why = strings.Join(strings.Fields(p.Error.Err), " ")
		}
		if filepath.IsAbs(name) {
			return fmt.Errorf("%w: %s: %s; the packages of a library are of one module or of those that it requires: add the folder's module to go.mod by require and replace, or to a go.work", ErrNoPackage, name, why)
		}
		return fmt.Errorf("%w: %s: %s; require its module, by go get in the folder of the first package", ErrNoPackage, name, why)
	case p.Standard:
		return notInSet("%s is part of Go's standard library, which a host imports itself; leave it out", name)
	case l.isRoot(p):
		return notInSet("%s is named twice (%s); name each package once", p.ImportPath, name)
	case p.Name == "main":
		return notInSet("%s is a program (package main), which no other package can import; leave it out, or give the package another name", name)
	case !CanImport(l.root.ImportPath, p.ImportPath):
		return notInSet("%s is internal, and package %s may not import it; name a package that is meant for others, or one beside it first", name, l.root.ImportPath)
	}
	return nil
}

// CanImport is the go command's rule for internal packages: the path up to the
// element internal must begin the importer's. What the standard library vendors is
// its own.
func CanImport(importer, path string) bool {
	if strings.HasPrefix(path, "vendor/") {
		return false
	}
	i := strings.LastIndex("/"+path+"/", "/internal/")
	if i < 0 {
		return true
	}
	return i > 0 && strings.HasPrefix(importer+"/", path[:i-1]+"/")
}

func sameFile(a, b string) bool {
	if a == b {
		return true
	}
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// addPackages adds the models of the further packages.
func (g *goCommand) addPackages(m *Model, l *packageList) {
	for i, p := range l.more {
		m.Packages = append(m.Packages, &Model{
			GoVersion: m.GoVersion, Dir: p.Dir, Root: m.Root, Name: p.Name, ImportPath: p.ImportPath,
			ByPath: !filepath.IsAbs(g.cfg.Packages[i]), Fixed: within(g.settings.GOMODCACHE, p.Dir) || p.Module == nil || p.Module.Dir == "",
			Fset: m.Fset, read: m.read,
		})
	}
}

// qualify gives each further package the shortest qualifier that no other package has: its
// name, or as few elements at the end of its import path as possible.
func (m *Model) qualify() {
	for i, p := range m.Packages {
		taken := func(q string, of func(*Model) string) bool {
			for j, other := range m.Packages {
				if j != i && of(other) == q {
					return true
				}
			}
			return false
		}
		p.Qualifier = p.Name
		if !taken(p.Name, func(o *Model) string { return o.Name }) {
			p.Qualifier += "."
			continue
		}
		for n := 1; ; n++ {
			p.Qualifier = lastElements(p.ImportPath, n)
			if !taken(p.Qualifier, func(o *Model) string { return lastElements(o.ImportPath, n) }) || p.Qualifier == p.ImportPath {
				break
			}
		}
		p.Qualifier += "."
	}
}

// lastElements returns the last n elements of an import path.
func lastElements(path string, n int) string {
	elements := strings.Split(path, "/")
	return strings.Join(elements[max(0, len(elements)-n):], "/")
}

// Hash is the SourceHash of all packages.
func (m *Model) Hash() string {
	if len(m.Packages) == 0 {
		return m.SourceHash
	}
	sum := sha256.New()
	for _, p := range m.All() {
		addToHash(sum, p.ImportPath, []byte(p.SourceHash))
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// further is the import path of a further package, "" for the first one.
func (m *Model) further() string {
	if m.Qualifier == "" {
		return ""
	}
	return m.ImportPath
}

// in returns the model of the package that declares an object, nil if it is another one.
func (m *Model) in(obj types.Object) *Model {
	path := packagePath(obj)
	for _, p := range m.All() {
		if p.ImportPath == path {
			return p
		}
	}
	return nil
}

// unused reports a further package that has nothing for a host, or whose qualifier is the
// name of a type of the first one, to whose methods it would refer as well.
func (m *Model) unused(pkgs []*types.Package) error {
	for i, p := range m.Packages {
		if !slices.ContainsFunc(pkgs[i+1].Scope().Names(), func(name string) bool { return pkgs[i+1].Scope().Lookup(name).Exported() }) {
			return fmt.Errorf("%w: package %s exports nothing; leave it out", ErrNoFunctions, p.ImportPath)
		}
		if name := strings.TrimSuffix(p.Qualifier, "."); pkgs[0].Scope().Lookup(name) != nil && types.Universe.Lookup(name) == nil && ast.IsExported(name) {
			return notInSet("package %s and a declaration of package %s have the name %s; name package %[2]s first", p.ImportPath, m.Name, name)
		}
	}
	return nil
}

// notInSet returns the error of a package that cannot be one of several in a library, the
// first argument.
func notInSet(format string, args ...any) error {
	return &BuildError{Package: fmt.Sprint(args[0]), Err: fmt.Errorf(format, args...)}
}
