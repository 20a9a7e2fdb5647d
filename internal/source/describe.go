package source

import (
	"go/types"
	"sort"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/manifest"
)

// describe fills Functions and Types.
func (m *Model) describe(pkg *types.Package, l *packageList) {
	d := &describer{
		types: make(map[string]manifest.Decl),
		docs:  newDocs(m, l),
	}
	for _, name := range pkg.Scope().Names() { // sorted
		fn, ok := pkg.Scope().Lookup(name).(*types.Func)
		if !ok || !fn.Exported() {
			continue
		}
		sig := fn.Signature()
		f := Function{Object: fn, Generic: sig.TypeParams().Len() > 0}
		f.Name = name
		f.Doc = d.docs.of(pkg.Path(), name)
		f.Position = m.at(fn.Pos())
		f.Params, f.Results, f.Variadic = d.signature(sig)
		m.Functions = append(m.Functions, f)
	}
	m.Types = d.types
}

// A describer turns Go types into the manifest's, and collects the declarations
// of those that have a name.
type describer struct {
	types map[string]manifest.Decl
	docs  *docs
}

func (d *describer) signature(sig *types.Signature) (params, results []manifest.Param, variadic bool) {
	return d.tuple(sig.Params()), d.tuple(sig.Results()), sig.Variadic()
}

func (d *describer) tuple(t *types.Tuple) []manifest.Param {
	var list []manifest.Param
	for v := range t.Variables() {
		list = append(list, manifest.Param{Name: v.Name(), Type: d.typ(v.Type())})
	}
	return list
}

// typ describes a type where it is mentioned: a declared one by name and kind.
func (d *describer) typ(t types.Type) manifest.Type {
	t = types.Unalias(t)
	switch t := t.(type) {
	case *types.Named:
		out := manifest.Type{Kind: kindOf(t.Underlying()), Name: fullName(t)}
		if t.Obj().Pkg() != nil { // not error
			d.declare(out.Name, t)
		}
		return out
	case *types.TypeParam:
		return manifest.Type{Kind: manifest.TypeParam, Name: t.Obj().Name()}
	}
	return d.structure(t)
}

// structure describes a type without its name.
func (d *describer) structure(t types.Type) manifest.Type {
	out := manifest.Type{Kind: kindOf(t)}
	elem := func(t types.Type) *manifest.Type {
		e := d.typ(t)
		return &e
	}
	switch t := t.(type) {
	case *types.Basic:
		if t.Kind() == types.Invalid {
			out.Name = "C.?" // only C's types are left unknown by a check without errors
		}
	case *types.Array:
		out.Elem, out.Len = elem(t.Elem()), t.Len()
	case *types.Slice:
		out.Elem = elem(t.Elem())
	case *types.Pointer:
		out.Elem = elem(t.Elem())
	case *types.Map:
		out.Key, out.Elem = elem(t.Key()), elem(t.Elem())
	case *types.Chan:
		out.Elem = elem(t.Elem())
		switch t.Dir() {
		case types.SendOnly:
			out.Dir = "send"
		case types.RecvOnly:
			out.Dir = "recv"
		}
	case *types.Signature:
		out.Params, out.Results, out.Variadic = d.signature(t)
	case *types.Struct:
		for i := range t.NumFields() {
			out.Fields = append(out.Fields, d.field(t.Field(i), t.Tag(i)))
		}
	case *types.Interface:
		for fn := range t.Methods() {
			out.Methods = append(out.Methods, d.method(fn, false))
		}
	}
	return out
}

func (d *describer) field(f *types.Var, tag string) manifest.Field {
	out := manifest.Field{Name: f.Name(), Tag: tag, Embedded: f.Embedded(), Exported: f.Exported()}
	if f.Exported() || f.Embedded() {
		out.Type = d.typ(f.Type())
	} else {
		// Nobody but the package itself looks into an unexported field, so the
		// types that only such fields mention are named, and not declared.
		out.Type = (&describer{types: nil, docs: d.docs}).typ(f.Type())
	}
	return out
}

func (d *describer) method(fn *types.Func, pointer bool) manifest.Method {
	out := manifest.Method{Name: fn.Name(), Pointer: pointer, Doc: d.docs.ofMethod(fn)}
	out.Params, out.Results, out.Variadic = d.signature(fn.Signature())
	return out
}

// declare adds a declared type. A type that is being declared counts as
// declared, which ends recursion.
func (d *describer) declare(name string, t *types.Named) {
	if d.types == nil {
		return
	}
	if _, ok := d.types[name]; ok {
		return
	}
	d.types[name] = manifest.Decl{}
	decl := manifest.Decl{Type: d.structure(t.Underlying())}
	if t.TypeArgs().Len() == 0 || t.Origin() != nil {
		decl.Doc = d.docs.of(t.Obj().Pkg().Path(), t.Obj().Name())
	}
	if !types.IsInterface(t) {
		decl.Methods = d.methods(t)
	}
	d.types[name] = decl
}

// methods describes the exported methods of a declared type, also those that
// embedded fields lend it.
func (d *describer) methods(t *types.Named) []manifest.Method {
	var list []manifest.Method
	byValue := types.NewMethodSet(t)
	byPointer := types.NewMethodSet(types.NewPointer(t))
	for sel := range byPointer.Methods() {
		fn, ok := sel.Obj().(*types.Func)
		if !ok || !fn.Exported() {
			continue
		}
		list = append(list, d.method(fn, byValue.Lookup(fn.Pkg(), fn.Name()) == nil))
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// fullName returns "import/path.Name", or "error". The arguments of a generic
// type follow in brackets.
func fullName(t *types.Named) string {
	obj := t.Obj()
	if obj.Pkg() == nil {
		return obj.Name()
	}
	name := obj.Pkg().Path() + "." + obj.Name()
	if t.TypeArgs().Len() == 0 {
		return name
	}
	args := make([]string, 0, t.TypeArgs().Len())
	for arg := range t.TypeArgs().Types() {
		args = append(args, types.TypeString(arg, (*types.Package).Path))
	}
	return name + "[" + strings.Join(args, ",") + "]"
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
