package source

import (
	"go/types"
	"slices"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Describe describes a package that was type-checked elsewhere, from the model's
// Files. It fills what [Load] gets from the type checker.
func (m *Model) Describe(pkg *types.Package, cfg *Config) error {
	return m.describe(pkg, new(packageList), cfg)
}

// describe fills Functions, Variables, Types, Methods and Callbacks. The error reports
// directives and options that are wrong.
func (m *Model) describe(pkg *types.Package, l *packageList, cfg *Config) error {
	m.Scope = scope(m.Fset, pkg)
	d := newDescriber(newDocs(m, l), m.ImportPath)
	o := m.newObjects(d, pkg, cfg)
	marks, diags := m.directives(pkg)
	diags = append(diags, m.instantiateOptions(marks, pkg, cfg.Instantiate)...)
	var own []*types.Named // the package's exported types whose values can be copied
	var constants []*types.Const
	for _, name := range pkg.Scope().Names() { // sorted
		obj := pkg.Scope().Lookup(name)
		if !obj.Exported() {
			continue
		}
		switch obj := obj.(type) {
		case *types.Func:
			if obj.Signature().TypeParams().Len() == 0 || len(marks.instances[obj]) == 0 {
				m.addFunction(d, Function{Function: manifest.Function{Name: name}, Object: obj, Type: obj.Signature()})
			}
			for _, in := range marks.instances[obj] {
				m.addFunction(d, Function{Function: manifest.Function{Name: in.name}, Object: obj, Type: in.t.(*types.Signature), TypeArgs: in.args})
			}
		case *types.Var:
			m.addVariable(d, obj)
			o.mention(obj.Type(), true, 0)
			o.mention(obj.Type(), false, 0)
		case *types.Const:
			constants = append(constants, obj)
		case *types.TypeName:
			if isConstraint(obj.Type()) {
				continue // no value has this type
			}
			if t, ok := obj.Type().(*types.Named); ok && !obj.IsAlias() && t.TypeParams().Len() == 0 && d.crosses(t) {
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
		m.addMethods(d, pkg, t)
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
	}
	m.addConstants(d, constants)
	m.Types, m.Named = d.kept, d.named
	return m.mark(marks, diags, cfg)
}

// addFunction describes a function, or a method with its receiver as the first
// parameter.
func (m *Model) addFunction(d *describer, f Function) {
	if f.Generic = f.Type.TypeParams().Len() > 0; f.Generic {
		f.Example = propose(f.Object)
	}
	f.Doc = d.docs.of(packagePath(f.Object), declaredName(f.Object))
	f.Position = m.at(f.Object.Pos())
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
func (m *Model) addMethods(d *describer, pkg *types.Package, t *types.Named) {
	if types.IsInterface(t) {
		return
	}
	byValue := types.NewMethodSet(t)
	for fn := range exportedMethods(types.NewPointer(t)) {
		var receiver types.Type = t
		if byValue.Lookup(pkg, fn.Name()) == nil {
			receiver = types.NewPointer(t)
		}
		sig := fn.Signature()
		params := []*types.Var{types.NewParam(fn.Pos(), pkg, sig.Recv().Name(), receiver)}
		params = slices.AppendSeq(params, sig.Params().Variables())
		m.addFunction(d, Function{
			Function: manifest.Function{Name: shortName(t) + "." + fn.Name(), Receiver: shortName(t)},
			Object:   fn,
			Type:     types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic()),
		})
	}
}

// addVariable describes an exported variable. Types that only
// variables mention that do not cross are not declared.
func (m *Model) addVariable(d *describer, obj *types.Var) {
	v := Variable{Object: obj, Variable: manifest.Variable{
		Name: obj.Name(), Doc: d.docs.of(packagePath(obj), obj.Name()), Position: m.at(obj.Pos()), Type: d.typ(obj.Type()),
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
