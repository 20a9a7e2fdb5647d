package source

import (
	"go/ast"
	"go/types"
)

// An AskedFunc is a func type with types that packages declare in its signature, which the
// packages that the library is built with may look for in values of dynamic type.
type AskedFunc struct {
	Type     types.Type
	Asserted bool // it is in a type assertion or a type switch, and not only the type of a parameter
}

// maxAskedFuncs bounds the func types of a library. One costs some 200 bytes of it.
const maxAskedFuncs = 500

// askFuncs lists the func types of type assertions and type switches in the source of the library's
// packages, and those without a name of parameters of exported functions and methods of all pkgs.
func (m *Model) askFuncs(pkgs []*types.Package) {
	known := make(map[string]bool)
	add := func(t types.Type, asserted bool) {
		if t == nil {
			return
		}
		sig, ok := t.Underlying().(*types.Signature)
		key := types.TypeString(t, (*types.Package).Path)
		if !ok || known[key] || len(known) == maxAskedFuncs || !declared(sig.Params()) && !declared(sig.Results()) || open(t) {
			return
		}
		known[key] = true
		m.AskedFuncs = append(m.AskedFuncs, AskedFunc{types.Unalias(t), asserted})
	}
	for _, p := range m.All() {
		if p.info == nil {
			continue
		}
		for _, file := range p.Files {
			for _, e := range assertedTypes(file.Syntax) {
				add(p.info.TypeOf(e), true)
			}
		}
	}
	for _, pkg := range pkgs {
		for _, sig := range exportedSignatures(pkg) {
			for v := range sig.Params().Variables() {
				t := types.Unalias(v.Type())
				if s, ok := t.(*types.Slice); ok {
					t = types.Unalias(s.Elem())
				}
				if _, ok := t.(*types.Signature); ok {
					add(t, false)
				}
			}
		}
	}
}

// assertedTypes returns the types of type assertions and type switches.
func assertedTypes(file *ast.File) (list []ast.Expr) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.TypeAssertExpr:
			if n.Type != nil {
				list = append(list, n.Type)
			}
		case *ast.TypeSwitchStmt:
			for _, clause := range n.Body.List {
				list = append(list, clause.(*ast.CaseClause).List...)
			}
		}
		return true
	})
	return list
}

// exportedSignatures returns the signatures of the exported functions of a package, and of the
// exported methods of its exported types.
func exportedSignatures(pkg *types.Package) (list []*types.Signature) {
	for _, name := range pkg.Scope().Names() {
		switch obj := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			if obj.Exported() {
				list = append(list, obj.Signature())
			}
		case *types.TypeName:
			t, ok := obj.Type().(*types.Named)
			if !ok || !obj.Exported() || obj.IsAlias() {
				continue
			}
			for fn := range t.Methods() {
				if fn.Exported() {
					list = append(list, fn.Signature())
				}
			}
		}
	}
	return list
}

// open reports whether a type depends, or may depend, on type parameters.
func open(t types.Type) bool { return opens(t, make(map[types.Type]bool)) }

func opens(t types.Type, seen map[types.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for arg := range t.TypeArgs().Types() {
			if opens(arg, seen) {
				return true
			}
		}
		return t.TypeParams().Len() > 0 && t.TypeArgs().Len() == 0
	case *types.Pointer:
		return opens(t.Elem(), seen)
	case *types.Slice:
		return opens(t.Elem(), seen)
	case *types.Array:
		return opens(t.Elem(), seen)
	case *types.Chan:
		return opens(t.Elem(), seen)
	case *types.Map:
		return opens(t.Key(), seen) || opens(t.Elem(), seen)
	case *types.Signature:
		return opensAny(t.Params(), seen) || opensAny(t.Results(), seen)
	case *types.Struct:
		return t.NumFields() > 0 // it may
	case *types.Interface:
		return !t.Empty()
	}
	return false
}

func opensAny(list *types.Tuple, seen map[types.Type]bool) bool {
	for v := range list.Variables() {
		if opens(v.Type(), seen) {
			return true
		}
	}
	return false
}
