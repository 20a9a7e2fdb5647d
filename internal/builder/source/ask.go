package source

import (
	"cmp"
	"fmt"
	"go/types"
	"slices"
)

// An Ask is a method of interfaces of the packages that the library is built with, with types
// that packages declare in its signature. These packages may look for it in values of dynamic
// type, with a type assertion or by its name.
type Ask struct {
	Name string
	Type *types.Signature
	With []string // the other methods of the interface
}

// Unasked are methods of a package's interfaces that are not among the Asks.
type Unasked struct {
	Package string
	Methods int
	Reason  string // and what to do
}

// maxAsks bounds the Asks of a library, and maxAsked the methods of an interface with Asks. One
// costs some 200 bytes of the library.
const (
	maxAsks  = 1000
	maxAsked = 16
)

// askedPaths returns the import paths of the packages whose interfaces are looked through, beside
// those of the library: of the modules that these and their imports belong to.
func (l *packageList) askedPaths(from string) (paths []string) {
	modules := make(map[string]bool)
	for _, p := range l.all {
		own := slices.Contains(l.roots(), p)
		for _, root := range l.roots() {
			own = own || slices.Contains(root.Imports, p.ImportPath)
		}
		if own && p.Module != nil {
			modules[p.Module.Path] = true
		}
	}
	for _, p := range l.all {
		if p.Module != nil && modules[p.Module.Path] && p.Name != "main" && CanImport(from, p.ImportPath) && !slices.Contains(l.roots(), p) {
			paths = append(paths, p.ImportPath)
		}
	}
	return paths
}

// ask lists the Asks. Those of the library's own packages are the first.
func (m *Model) ask(pkgs []*types.Package, l *packageList) error {
	pkgs = slices.Clone(pkgs)
	for _, path := range l.askedPaths(m.ImportPath) {
		pkg, err := m.importer.Import(path)
		if err != nil {
			return fmt.Errorf("package %s: %w", path, err)
		}
		pkgs = append(pkgs, pkg)
	}
	known := make(map[string]bool)
	for _, pkg := range pkgs {
		var found []Ask
		large := 0
		for _, name := range pkg.Scope().Names() {
			asks := asksOf(pkg.Scope().Lookup(name))
			if len(asks) > 0 && len(asks[0].With) >= maxAsked {
				large += len(asks)
				continue
			}
			for _, a := range asks {
				key := fmt.Sprint(a.Name, a.With, types.TypeString(a.Type, (*types.Package).Path))
				if !known[key] {
					known[key] = true
					found = append(found, a)
				}
			}
		}
		slices.SortStableFunc(found, func(a, b Ask) int { return cmp.Compare(a.Name, b.Name) })
		if left := min(len(found), len(m.Asks)+len(found)-maxAsks); left > 0 {
			m.Unasked = append(m.Unasked, Unasked{pkg.Path(), left, fmt.Sprintf("there are more than %d; include the package by WithPackages(%q), on the command line --with %[2]s, as the methods of the library's packages come first", maxAsks, pkg.Path())})
			found = found[:len(found)-left]
		}
		if large > 0 {
			m.Unasked = append(m.Unasked, Unasked{pkg.Path(), large, fmt.Sprintf("they are of interfaces with more than %d methods; pass such a value to a parameter of the interface's type", maxAsked)})
		}
		m.Asks = append(m.Asks, found...)
	}
	m.askFuncs(pkgs)
	return nil
}

// asksOf returns the methods of a declared interface that have declared types in their
// signatures.
func asksOf(obj types.Object) (list []Ask) {
	named, ok := obj.(*types.TypeName)
	if !ok || named.IsAlias() {
		return nil
	}
	t, ok := named.Type().(*types.Named)
	if !ok || t.TypeParams().Len() > 0 {
		return nil
	}
	i, ok := t.Underlying().(*types.Interface)
	if !ok || !i.IsMethodSet() {
		return nil
	}
	var names []string
	for fn := range i.Methods() {
		if !fn.Exported() {
			return nil // the host has no such values
		}
		names = append(names, fn.Name())
	}
	for n := range i.NumMethods() {
		fn := i.Method(n)
		sig := types.NewSignatureType(nil, nil, nil, withoutNames(fn.Signature().Params()), withoutNames(fn.Signature().Results()), fn.Signature().Variadic())
		if declared(sig.Params()) || declared(sig.Results()) {
			list = append(list, Ask{fn.Name(), sig, slices.Concat(names[:n], names[n+1:])})
		}
	}
	return list
}

func withoutNames(list *types.Tuple) *types.Tuple {
	var vars []*types.Var
	for v := range list.Variables() {
		vars = append(vars, types.NewParam(0, nil, "", v.Type()))
	}
	return types.NewTuple(vars...)
}

// declared reports whether one of the types is, or refers to, a type that a package declares.
func declared(list *types.Tuple) bool {
	for v := range list.Variables() {
		if declares(v.Type()) {
			return true
		}
	}
	return false
}

func declares(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		return t.Obj().Pkg() != nil // not error
	case *types.Pointer:
		return declares(t.Elem())
	case *types.Slice:
		return declares(t.Elem())
	case *types.Array:
		return declares(t.Elem())
	case *types.Map:
		return declares(t.Key()) || declares(t.Elem())
	case *types.Signature:
		return declared(t.Params()) || declared(t.Results())
	}
	return false
}
