package source

import (
	"go/types"
	"maps"
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Describe describes a package that was type-checked elsewhere, from the model's
// Files. It fills what [Load] gets from the type checker.
func (m *Model) Describe(pkg *types.Package, cfg *Config) error {
	return m.describe([]*types.Package{pkg}, new(packageList), cfg)
}

// describe fills Functions, Variables, Types, Methods and Callbacks. The error reports
// directives and options that are wrong.
func (m *Model) describe(pkgs []*types.Package, l *packageList, cfg *Config) error {
	paths := make(map[string]bool)
	for _, p := range m.All() {
		paths[p.ImportPath] = true
	}
	d := newDescriber(newDocs(m, l), paths)
	o := m.newObjects(d, pkgs[0], cfg)
	var all []*marks
	var diags []Diagnostic
	for i, p := range m.All() {
		marks, wrong := p.directives(pkgs[i])
		all, diags = append(all, marks), append(diags, wrong...)
	}
	diags = append(diags, m.instantiateOptions(all, pkgs, cfg.Instantiate)...)
	var own []*types.Named // the packages' exported types whose values can be copied
	for i, p := range m.All() {
		own = append(own, m.addPackage(p, pkgs[i], d, o, all[i])...)
	}
	for i := range m.Functions {
		if f := &m.Functions[i]; !f.Generic {
			o.signature(f.Type, true, 0)
		}
	}
	diags = append(diags, o.find(cfg.Methods)...)
	o.list()
	if d.dynamic {
		// A value of dynamic type may be of any of them, and arrives as one.
		for _, t := range own {
			d.keepType(t)
		}
		m.keepHostTypes(d)
	}
	m.Types, m.Named = d.kept, d.named
	return m.mark(all, diags, m.newWrites(d), cfg)
}

// keepHostTypes puts the types that the host always has into the manifest, as far as the plugin is
// built with them. A value of dynamic type may be of any of them, also if no signature mentions it.
func (m *Model) keepHostTypes(d *describer) {
	for _, name := range slices.Sorted(maps.Keys(codec.HostTypes)) {
		if !m.BuiltWith[packageOf(name)] {
			continue
		}
		if t, _ := m.lookType(name); t != nil {
			d.keepType(t)
		}
	}
}

// addPackage describes what the package of the model p exports. It returns its exported
// types whose values can be copied.
func (m *Model) addPackage(p *Model, pkg *types.Package, d *describer, o *objects, marks *marks) (own []*types.Named) {
	p.Scope = scope(m.Fset, pkg)
	var constants []*types.Const
	for _, name := range pkg.Scope().Names() { // sorted
		obj := pkg.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		switch obj := obj.(type) {
		case *types.Func:
			if obj.Signature().TypeParams().Len() == 0 || len(marks.instances[obj]) == 0 {
				m.addFunction(p, d, Function{Function: manifest.Function{Name: name}, Object: obj, Type: obj.Signature()})
			}
			for _, in := range marks.instances[obj] {
				m.addFunction(p, d, Function{Function: manifest.Function{Name: in.name}, Object: obj, Type: in.t.(*types.Signature), TypeArgs: in.args})
			}
		case *types.Var:
			m.addVariable(p, d, obj)
			o.mention(obj.Type(), true, 0)
			o.mention(obj.Type(), false, 0)
		case *types.Const:
			constants = append(constants, obj)
		case *types.TypeName:
			if isConstraint(obj.Type()) {
				continue // no value has this type
			}
			m.addMakes(p, obj, marks.instances[obj])
			if t, ok := types.Unalias(obj.Type()).(*types.Named); ok && isDeclaredBy(obj, t) && d.crosses(t) {
				own = append(own, t)
			}
			for _, in := range marks.instances[obj] {
				own = append(own, in.t.(*types.Named))
			}
		}
	}
	for _, t := range own {
		if d.isObject(t) {
			o.mention(t, true, 0)
			continue
		}
		m.addMethods(p, d, pkg, t)
	}
	m.addConstants(p, d, constants)
	return own
}

// isDeclaredBy reports whether a type's methods are listed because obj is declared: it is obj's
// own type, or an instance of a generic type of the package for which obj is an alias.
func isDeclaredBy(obj *types.TypeName, t *types.Named) bool {
	if obj.IsAlias() {
		return t.TypeArgs().Len() > 0 && t.Obj().Pkg() == obj.Pkg()
	}
	return t.TypeParams().Len() == 0
}

// addMakes notes an exported type, or the instances of a generic one.
func (m *Model) addMakes(p *Model, obj *types.TypeName, instances []instance) {
	for _, in := range instances {
		m.Makes = append(m.Makes, Make{p.Qualifier + in.name, in.t})
	}
	t, ok := types.Unalias(obj.Type()).(*types.Named)
	if ok && (t.TypeParams().Len() == 0 || t.TypeArgs().Len() > 0) {
		m.Makes = append(m.Makes, Make{p.Qualifier + obj.Name(), obj.Type()})
	}
}

// addFunction describes a function, or a method with its receiver as the first
// parameter.
func (m *Model) addFunction(p *Model, d *describer, f Function) {
	f.Name, f.Package = p.Qualifier+f.Name, p.further()
	if f.Generic = f.Type.TypeParams().Len() > 0; f.Generic {
		f.Example = propose(f.Object, f.Type.TypeParams())
	}
	f.Doc = d.docs.of(packagePath(f.Object), declaredName(f.Object))
	f.Position = p.at(f.Object.Pos())
	d.function(&f)
	shareMemory(&f)
	m.Functions = append(m.Functions, f)
}

// function describes what a function takes and returns.
func (d *describer) function(f *Function) {
	f.Params, f.Results, f.Variadic = d.signature(f.Type)
	d.keepParams(f.Params, f.Results)
}

// addMethods describes the exported methods of a type as functions, those that are
// promoted from embedded fields as well.
func (m *Model) addMethods(p *Model, d *describer, pkg *types.Package, t *types.Named) {
	if types.IsInterface(t) {
		return
	}
	for fn := range exportedMethods(types.NewPointer(t)) {
		sig := fn.Signature()
		params := []*types.Var{types.NewParam(fn.Pos(), pkg, sig.Recv().Name(), receiverFor(t, fn))}
		params = slices.AppendSeq(params, sig.Params().Variables())
		m.addFunction(p, d, Function{
			Function: manifest.Function{Name: shortName(t) + "." + fn.Name(), Receiver: p.Qualifier + shortName(t)},
			Object:   fn,
			Type:     types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic()),
		})
	}
}

// receiverFor returns the type of values that have the exported method fn of t: t itself if
// it is enough, a pointer to it else.
func receiverFor(t *types.Named, fn *types.Func) types.Type {
	if found, _, _ := types.LookupFieldOrMethod(t, false, fn.Pkg(), fn.Name()); found != nil {
		return t
	}
	return types.NewPointer(t)
}

// addVariable describes an exported variable. Types that only
// variables mention that do not cross are not declared.
func (m *Model) addVariable(p *Model, d *describer, obj *types.Var) {
	v := Variable{Object: obj, Variable: manifest.Variable{
		Name: p.Qualifier + obj.Name(), Package: p.further(), Doc: d.docs.of(packagePath(obj), obj.Name()), Position: p.at(obj.Pos()), Type: d.typ(obj.Type()),
	}}
	if _, v.Reason = d.forms.Form(&v.Type); v.Reason == "" {
		d.keep(&v.Type)
	}
	m.Variables = append(m.Variables, v)
}

// isConstraint reports whether only type parameters can have the type: an interface
// with a set of types, or that embeds comparable.
func isConstraint(t types.Type) bool {
	iface, ok := t.Underlying().(*types.Interface)
	return ok && !iface.IsMethodSet()
}

// declaredName returns how docs name a function or method, where it was declared.
func declaredName(fn *types.Func) string {
	if named := receiverType(fn); named != nil {
		return named.Obj().Name() + "." + fn.Name()
	}
	return fn.Name()
}

// receiverType returns the declared type that a method belongs to, or nil.
func receiverType(fn *types.Func) *types.Named {
	recv := fn.Signature().Recv()
	if recv == nil {
		return nil
	}
	t := types.Unalias(recv.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	named, _ := t.(*types.Named)
	return named
}
