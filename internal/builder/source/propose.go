package source

import (
	"go/types"
	"strings"
)

// maxProposals bounds how many combinations of type arguments are tried.
const maxProposals = 20_000

// propose returns an instance of a generic function or type that obeys the constraints of its type
// parameters, as "Map[int, string]", or "" if none was found.
func propose(obj types.Object, params *types.TypeParamList) string {
	candidates := typeArguments(obj.Pkg())
	args := make([]types.Type, params.Len())
	tried := 0
	var search func(i int) bool
	search = func(i int) bool {
		if i == len(args) {
			tried++
			_, err := types.Instantiate(nil, obj.Type(), args, true)
			return err == nil
		}
		for _, t := range candidates {
			if args[i] = t; search(i + 1) {
				return true
			}
			if tried >= maxProposals {
				return false
			}
		}
		return false
	}
	if !search(0) {
		return ""
	}
	names := make([]string, len(args))
	for i, t := range args {
		names[i] = types.TypeString(t, namesIn(obj.Pkg()))
	}
	return obj.Name() + "[" + strings.Join(names, ", ") + "]"
}

// typeArguments returns the types that are tried: usual ones, and those of the package.
func typeArguments(pkg *types.Package) []types.Type {
	basic := func(k types.BasicKind) types.Type { return types.Typ[k] }
	list := []types.Type{
		basic(types.Int), basic(types.String), basic(types.Float64), basic(types.Bool), basic(types.Uint64), basic(types.Complex128),
		types.NewSlice(basic(types.Int)), types.NewSlice(basic(types.Byte)), types.NewMap(basic(types.String), basic(types.Int)),
		types.NewMap(basic(types.Int), basic(types.Int)), types.NewPointer(basic(types.Int)), types.NewChan(types.SendRecv, basic(types.Int)),
	}
	for _, name := range pkg.Scope().Names() {
		obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || !obj.Exported() || obj.IsAlias() || isConstraint(obj.Type()) {
			continue
		}
		if named, ok := obj.Type().(*types.Named); ok && named.TypeParams().Len() == 0 {
			list = append(list, named)
			if !types.IsInterface(named) {
				list = append(list, types.NewPointer(named))
			}
		}
	}
	return list
}

// proposeType returns an instance of an exported generic type of the package that has methods, or "".
func proposeType(pkg *types.Package) string {
	for _, name := range pkg.Scope().Names() {
		obj, ok := pkg.Scope().Lookup(name).(*types.TypeName)
		if !ok || !obj.Exported() || obj.IsAlias() {
			continue
		}
		if named, ok := obj.Type().(*types.Named); ok && named.TypeParams().Len() > 0 && named.NumMethods() > 0 {
			return propose(obj, named.TypeParams())
		}
	}
	return ""
}
