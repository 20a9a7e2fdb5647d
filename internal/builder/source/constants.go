package source

import (
	"cmp"
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// longConstant bounds the text of a constant's value in the manifest. What is longer, or a
// float with an exponent ("p"), is a number that no Go type can hold, or a text that nobody
// passes as an argument.
const longConstant = 1 << 12

// addConstants describes exported constants, by type and in the order of the source.
func (m *Model) addConstants(of *Model, d *describer, list []*types.Const) {
	slices.SortStableFunc(list, func(a, b *types.Const) int {
		return cmp.Or(cmp.Compare(groupOf(a), groupOf(b)), cmp.Compare(a.Pos(), b.Pos()))
	})
	for _, obj := range list {
		t, value := defaultType(obj)
		text := value.ExactString()
		if value.Kind() == constant.Unknown || len(text) > longConstant || value.Kind() == constant.Float && strings.Contains(text, "p") {
			continue
		}
		c := manifest.Constant{Name: of.Qualifier + obj.Name(), Package: of.further(), Doc: d.docs.of(packagePath(obj), obj.Name()), Position: of.at(obj.Pos()), Value: text}
		c.Type.Kind = kindOf(t.Underlying())
		if named, ok := t.(*types.Named); ok {
			c.Type = d.typ(named)
			d.keep(&c.Type) // its methods make it an object
		}
		m.Constants = append(m.Constants, c)
		if IsNamedError(obj) {
			m.Errors = append(m.Errors, ErrorConstant{c.Name, obj})
		}
		m.makeConstant(t)
	}
}

// An ErrorConstant is an exported constant of a type that has the method Error.
type ErrorConstant struct {
	Name   string // as in the manifest
	Object *types.Const
}

// IsNamedError reports whether a constant or variable is an error by its own type, whose values can
// be compared.
func IsNamedError(obj types.Object) bool {
	t := obj.Type()
	return !types.IsInterface(t) && types.Comparable(t) && types.Implements(t, types.Universe.Lookup("error").Type().Underlying().(*types.Interface))
}

// groupOf returns what sorts constants into groups: the name of a declared type, and
// something after all names for others.
func groupOf(obj *types.Const) string {
	if named, ok := types.Unalias(obj.Type()).(*types.Named); ok {
		return fullName(named)
	}
	return "\uffff"
}

// defaultType returns the type that a host has for a constant, and the value in it.
func defaultType(obj *types.Const) (types.Type, constant.Value) {
	t, value := types.Unalias(obj.Type()), obj.Val()
	basic, ok := t.(*types.Basic)
	if !ok || basic.Info()&types.IsUntyped == 0 {
		return t, value
	}
	if value.Kind() == constant.Int {
		if _, ok := constant.Int64Val(value); !ok {
			if _, ok := constant.Uint64Val(value); ok {
				return types.Typ[types.Uint64], value
			}
			return types.Typ[types.Float64], value
		}
	}
	return types.Default(t), value
}

// makeConstant notes the type of a constant, for the host to make objects of it, unless it
// is an exported one of the package, which can be made anyway.
func (m *Model) makeConstant(t types.Type) {
	named, ok := t.(*types.Named)
	if !ok || m.in(named.Obj()) != nil && named.Obj().Exported() {
		return
	}
	full := fullName(named)
	if !slices.ContainsFunc(m.Makes, func(k Make) bool { return k.Name == full }) {
		m.Makes = append(m.Makes, Make{full, named})
	}
}
