package source

import (
	"go/types"
	"strings"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// fullName returns "import/path.Name", or "error". The arguments of a generic
// type follow in brackets.
func fullName(t *types.Named) string {
	name := t.Obj().Name()
	if path := packagePath(t.Obj()); path != "" {
		name = path + "." + name
	}
	if t.TypeArgs().Len() == 0 {
		return name
	}
	args := make([]string, 0, t.TypeArgs().Len())
	for arg := range t.TypeArgs().Types() {
		args = append(args, types.TypeString(arg, (*types.Package).Path))
	}
	return name + "[" + strings.Join(args, ",") + "]"
}

// packagePath returns the import path of the package that declares obj, or "" if obj
// is predeclared: error, and the method that embedding it promotes, have no package.
func packagePath(obj types.Object) string {
	if obj.Pkg() == nil {
		return ""
	}
	return obj.Pkg().Path()
}

// kindOf returns the kind of a type that has no name.
func kindOf(t types.Type) manifest.Kind {
	switch t := t.(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.UnsafePointer, types.Invalid:
			return manifest.UnsafePointer
		}
		return manifest.Kind(types.Typ[t.Kind()].Name()) // byte and rune are uint8 and int32
	case *types.Array:
		return manifest.Array
	case *types.Slice:
		return manifest.Slice
	case *types.Map:
		return manifest.Map
	case *types.Pointer:
		return manifest.Pointer
	case *types.Struct:
		return manifest.Struct
	case *types.Interface:
		return manifest.Interface
	case *types.Signature:
		return manifest.Func
	case *types.Chan:
		return manifest.Chan
	case *types.TypeParam:
		return manifest.TypeParam
	}
	return manifest.UnsafePointer
}
