package source

import (
	"cmp"
	"go/types"
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/shared"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A describer turns Go types into the manifest's, and collects the declarations
// of those that have a name.
type describer struct {
	docs    *docs
	all     manifest.Types // every declared type that was met; nil to name types and not declare them
	forms   *manifest.Forms
	named   map[string]*types.Named
	kept    manifest.Types  // those that go into the manifest
	dynamic bool            // a type in kept mentions any or error
	own     map[string]bool // the import paths of the plugin's packages
	objects map[*types.Named]bool
}

func newDescriber(docs *docs, own map[string]bool) *describer {
	all := make(manifest.Types)
	return &describer{docs: docs, own: own, objects: make(map[*types.Named]bool), all: all, forms: manifest.NewForms(all), named: make(map[string]*types.Named), kept: make(manifest.Types)}
}

// crosses reports whether values of t can cross.
func (d *describer) crosses(t types.Type) bool {
	mt := d.typ(t)
	form, _ := d.forms.Form(&mt)
	return form != manifest.FormNone
}

func (d *describer) keepType(t types.Type) {
	mt := d.typ(t)
	d.keep(&mt)
}

// keep puts the declared types that t mentions into the manifest.
func (d *describer) keep(t *manifest.Type) {
	if t == nil {
		return
	}
	if t.Kind == manifest.Interface && (t.IsError() || len(d.all.Under(t).Methods) == 0) {
		d.dynamic = true
	}
	if decl, ok := d.all[t.Name]; ok {
		if _, ok := d.kept[t.Name]; ok {
			return
		}
		d.kept[t.Name] = decl
		if decl.Object {
			return // what its methods mention is kept with them
		}
		d.keep(&decl.Type)
	}
	d.keep(t.Key)
	d.keep(t.Elem)
	for i := range t.Fields {
		if f := &t.Fields[i]; f.Exported {
			d.keep(&f.Type)
		}
	}
	d.keepMethods(t.Methods)
	d.keepParams(t.Params, t.Results)
}

func (d *describer) keepMethods(list []manifest.Method) {
	for i := range list {
		d.keepParams(list[i].Params, list[i].Results)
	}
}

func (d *describer) keepParams(lists ...[]manifest.Param) {
	for _, list := range lists {
		for i := range list {
			d.keep(&list[i].Type)
		}
	}
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
		if packagePath(t.Obj()) != "" && !out.IsContext() { // not error
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
	if f.Exported() {
		out.Type = d.typ(f.Type())
	} else {
		// Only the package itself uses an unexported field.
		out.Type = d.shallow().typ(f.Type())
	}
	return out
}

// shallow returns a describer that names declared types and does not declare them.
func (d *describer) shallow() *describer {
	return &describer{docs: d.docs, own: d.own, objects: d.objects}
}

func (d *describer) method(fn *types.Func, pointer bool) manifest.Method {
	out := manifest.Method{Name: fn.Name(), Pointer: pointer, Doc: d.docs.ofMethod(fn)}
	out.Params, out.Results, out.Variadic = d.signature(fn.Signature())
	return out
}

// declare adds a declared type. A type that is being declared counts as
// declared, which ends recursion.
func (d *describer) declare(name string, t *types.Named) {
	if d.all == nil {
		return
	}
	if _, ok := d.all[name]; ok {
		return
	}
	own := d.own[packagePath(t.Obj())]
	object := d.isObject(t)
	if iface, ok := t.Underlying().(*types.Interface); ok {
		object = iface.NumMethods() > 0
	}
	d.all[name], d.named[name] = manifest.Decl{Object: object}, t
	decl := manifest.Decl{Object: object, Marshal: marshal(t), Known: d.known(t)}
	switch {
	case !object:
		decl.Type = d.structure(t.Underlying())
	case own || types.IsInterface(t):
		decl.Type = d.shallow().structure(t.Underlying())
	default:
		decl.Type.Kind = kindOf(t.Underlying())
	}
	if t.TypeArgs().Len() == 0 || t.Origin() != nil {
		decl.Doc = d.docs.of(packagePath(t.Obj()), t.Obj().Name())
	}
	// The types that its methods mention are declared with the functions that call them.
	if !types.IsInterface(t) && (own || !object) {
		decl.Methods = d.shallow().methods(t)
	}
	d.all[name] = decl
}

// known reports whether a declared type is a known one: see package codec.
func (d *describer) known(t *types.Named) bool {
	return !d.own[packagePath(t.Obj())] && shared.Known(fullName(t)) != ""
}

// methods describes the exported methods of a declared type, also those that
// are promoted from embedded fields.
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
	slices.SortFunc(list, func(a, b manifest.Method) int { return cmp.Compare(a.Name, b.Name) })
	return list
}
