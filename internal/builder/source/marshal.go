package source

import (
	"go/types"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// marshal says which methods encode the values of a struct type that cannot be
// copied. Package codec decides the same for types that it knows by reflection.
func marshal(t *types.Named) string {
	s, ok := t.Underlying().(*types.Struct)
	switch {
	case !ok:
		return ""
	case fullName(t) == "time.Time":
		return manifest.MarshalTime
	case hasOwn(t, s, "MarshalBinary", toBytes) && hasOwn(t, s, "UnmarshalBinary", fromBytes):
		return manifest.MarshalBinary
	case hasOwn(t, s, "MarshalText", toBytes) && hasOwn(t, s, "UnmarshalText", fromBytes):
		return manifest.MarshalText
	}
	return ""
}

// hasOwn reports whether t or *t has the method, and no embedded field has one of
// that name: reflection cannot tell a type's own method from a field's.
func hasOwn(t *types.Named, s *types.Struct, name string, signature func(*types.Signature) bool) bool {
	fn := lookup(types.NewPointer(t), name)
	if fn == nil || !signature(fn.Signature()) {
		return false
	}
	for f := range s.Fields() {
		if !f.Embedded() {
			continue
		}
		if lookup(f.Type(), name) != nil || lookup(types.NewPointer(f.Type()), name) != nil {
			return false
		}
	}
	return true
}

// lookup returns the exported method of t, or nil.
func lookup(t types.Type, name string) *types.Func {
	sel := types.NewMethodSet(t).Lookup(nil, name)
	if sel == nil {
		return nil
	}
	fn, _ := sel.Obj().(*types.Func)
	return fn
}

// toBytes reports whether a method is one of encoding.BinaryMarshaler or TextMarshaler.
func toBytes(sig *types.Signature) bool {
	return sig.Params().Len() == 0 && sig.Results().Len() == 2 && isBytes(sig.Results().At(0)) && isError(sig.Results().At(1))
}

// fromBytes reports whether a method is one of encoding.BinaryUnmarshaler or TextUnmarshaler.
func fromBytes(sig *types.Signature) bool {
	return sig.Params().Len() == 1 && !sig.Variadic() && isBytes(sig.Params().At(0)) && sig.Results().Len() == 1 && isError(sig.Results().At(0))
}

func isBytes(v *types.Var) bool {
	return types.Identical(v.Type(), types.NewSlice(types.Typ[types.Byte]))
}

func isError(v *types.Var) bool {
	return types.Identical(v.Type(), types.Universe.Lookup("error").Type())
}
