package source

import (
	"go/types"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// objects finds the types that cross by reference. It lists their methods that the host calls
// in Model.Methods, and those that the plugin calls in Model.Callbacks.
type objects struct {
	m    *Model
	d    *describer
	pkg  *types.Package  // the first package
	have map[string]bool // what is listed, by direction and receiver
	reach
}

func (m *Model) newObjects(d *describer, pkg *types.Package, cfg *Config) *objects {
	return &objects{m: m, d: d, pkg: pkg, have: make(map[string]bool), reach: newReach(cfg.Methods)}
}

// signature visits the types of a function's parameters and results. called reports that the
// host calls the function; otherwise the plugin does.
func (o *objects) signature(sig *types.Signature, called bool, level int) {
	for v := range sig.Params().Variables() {
		o.mention(v.Type(), !called, level)
		if o.isWrittenBack(v.Type()) {
			o.mention(v.Type(), called, level)
		}
	}
	for v := range sig.Results().Variables() {
		o.mention(v.Type(), called, level)
	}
}

// isWrittenBack reports whether a parameter is a pointer to a struct that is copied: what the function
// writes to its fields goes back.
func (o *objects) isWrittenBack(t types.Type) bool {
	p, ok := types.Unalias(t).(*types.Pointer)
	if !ok {
		return false
	}
	if _, ok := p.Elem().Underlying().(*types.Struct); !ok {
		return false
	}
	named, ok := types.Unalias(p.Elem()).(*types.Named)
	return !ok || !o.d.isObject(named)
}

// mention looks at a type whose values go to the host, or to the plugin. What is listed
// of the type itself comes later, with those of the same level: see list.
func (o *objects) mention(t types.Type, toHost bool, level int) {
	t = types.Unalias(t)
	if named, ok := t.(*types.Named); ok {
		switch {
		case named.Obj().Pkg() == nil: // error
			return
		case o.d.own[packagePath(named.Obj())]:
			level = 0
		default:
			if fullName(named) == "context.Context" || types.IsInterface(t) && o.d.known(named) {
				return
			}
			if _, ok := t.Underlying().(*types.Signature); !ok {
				level++
			}
		}
	}
	if !o.visit(t, toHost, level) {
		return
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		if named, ok := types.Unalias(u.Elem()).(*types.Named); ok && o.d.known(named) {
			return
		}
		o.mention(u.Elem(), toHost, level)
	case *types.Slice:
		o.mention(u.Elem(), toHost, level)
	case *types.Array:
		o.mention(u.Elem(), toHost, level)
	case *types.Map:
		o.mention(u.Key(), toHost, level)
		o.mention(u.Elem(), toHost, level)
	case *types.Struct:
		if named, ok := t.(*types.Named); ok && o.d.isObject(named) {
			o.push(t, toHost, level)
			return
		}
		for f := range u.Fields() {
			if f.Exported() {
				o.mention(f.Type(), toHost, level)
			}
		}
	case *types.Interface, *types.Chan, *types.Signature:
		o.push(t, toHost, level)
	}
}

// list lists the methods of the types that were met, and of the types to which these lead, the
// nearest first.
func (o *objects) list() {
	for at, ok := o.pop(); ok; at, ok = o.pop() {
		switch u := at.t.Underlying().(type) {
		case *types.Interface:
			o.interfaceMethods(at.t, u, at.toHost, at.level)
		case *types.Chan:
			o.channel(u, at.toHost, at.level)
		case *types.Signature:
			o.add(at.toHost, u, u, "", u, nil)
			o.signature(u, at.toHost, at.level)
			if named, ok := at.t.(*types.Named); ok && at.toHost && named.Obj().Exported() && !o.d.own[packagePath(named.Obj())] && !codec.HostFuncs[fullName(named)] {
				o.methods(named, at.level)
			}
		default:
			o.methods(at.t.(*types.Named), at.level)
		}
	}
	o.m.LeftOut = o.leftOut()
}

// methods lists the exported methods of a type, those that are promoted from embedded fields as
// well. Its values may reach the host behind an interface.
func (o *objects) methods(t *types.Named, level int) {
	for fn := range exportedMethods(types.NewPointer(t)) {
		o.add(true, t, receiverFor(t, fn), fn.Name(), fn.Signature(), fn)
		o.signature(fn.Signature(), true, level)
	}
	if s, ok := t.Underlying().(*types.Struct); ok {
		for f := range s.Fields() {
			if _, ok := f.Type().Underlying().(*types.Chan); ok && f.Exported() {
				o.mention(f.Type(), true, level) // Object.Get returns an object for it
			}
		}
	}
}

func (o *objects) interfaceMethods(t types.Type, u *types.Interface, toHost bool, level int) {
	for fn := range u.Methods() {
		if !fn.Exported() && !toHost {
			return // the host has no such objects of its own
		}
	}
	for fn := range u.Methods() { // sorted
		if fn.Exported() {
			o.add(toHost, t, t, fn.Name(), fn.Signature(), fn)
			o.signature(fn.Signature(), toHost, level)
		}
	}
}

// channel lists the operations on a channel of the other side. If it goes both ways,
// the plugin sends to it and the host receives from it, as in func Watch(chan Event) and
// func Events() chan Event. The outcome is one of package stream. Values that cross as
// references do so one by one.
func (o *objects) channel(u *types.Chan, toHost bool, level int) {
	values, recv, send := u.Elem(), "recv", "send"
	elem := o.d.typ(u.Elem())
	if form, _ := o.d.forms.Form(&elem); form != manifest.FormObject && form != manifest.FormContext {
		values, recv, send = types.NewSlice(u.Elem()), "recvMany", "sendMany"
	}
	var how *types.Tuple
	if recv == "recvMany" {
		how = types.NewTuple(types.NewParam(0, o.pkg, "single", types.Typ[types.Bool]))
	}
	v := types.NewParam(0, o.pkg, "v", values)
	outcome := types.NewParam(0, o.pkg, "outcome", types.Typ[types.Uint8])
	err := types.NewParam(0, o.pkg, "err", types.Universe.Lookup("error").Type())
	op := func(name string, params, results *types.Tuple) {
		o.add(toHost, u, u, name, types.NewSignatureType(nil, nil, nil, params, results, false), nil)
	}
	if u.Dir() == types.RecvOnly || u.Dir() == types.SendRecv && toHost {
		op(recv, how, types.NewTuple(v, outcome, err))
		o.mention(u.Elem(), toHost, level)
	}
	if u.Dir() == types.SendOnly || u.Dir() == types.SendRecv && !toHost {
		op(send, types.NewTuple(v), types.NewTuple(outcome, err))
		op("close", nil, nil)
		o.mention(u.Elem(), !toHost, level)
	}
}

// add lists a method of objects of type t, or what is called of a function.
func (o *objects) add(toHost bool, t, receiver types.Type, name string, sig *types.Signature, fn *types.Func) {
	list := &o.m.Callbacks
	key := "callback "
	if toHost {
		list, key = &o.m.Methods, ""
	}
	mt := o.d.typ(t)
	text := mt.Text()
	key += text + "." + name
	if o.have[key] {
		return
	}
	o.have[key] = true
	params := slices.AppendSeq([]*types.Var{types.NewParam(0, o.pkg, "", receiver)}, sig.Params().Variables())
	f := Function{
		Function: manifest.Function{Name: name, Receiver: text},
		Object:   fn,
		Type:     types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic()),
	}
	if fn != nil {
		if of := o.m.in(fn); of != nil {
			f.Doc = o.d.docs.ofMethod(fn)
			f.Position = of.at(fn.Pos())
		}
	}
	o.d.function(&f)
	shareMemory(&f)
	*list = append(*list, f)
}

// isObject reports whether values of a declared struct type cross by reference:
// they cannot be copied, and have no methods that encode them.
func (d *describer) isObject(t *types.Named) bool {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	yes, ok := d.objects[t]
	if !ok {
		d.objects[t] = true // no struct is a part of itself
		yes = marshal(t) == "" && !copied(d, s)
		d.objects[t] = yes
	}
	return yes
}

// copied reports whether a struct is copied by its fields.
func copied(d *describer, s *types.Struct) bool {
	for f := range s.Fields() {
		if f.Name() != "_" && (!f.Exported() || !d.fits(f.Type(), true, nil)) {
			return false
		}
	}
	return true
}

// fits reports whether values of a type can be part of a message: as those of a
// struct's field, or as what a pointer, slice or map refers to.
func (d *describer) fits(t types.Type, field bool, outer []types.Type) bool {
	t = types.Unalias(t)
	named, _ := t.(*types.Named)
	if named != nil {
		if slices.Contains(outer, t) {
			return true
		}
		outer = append(outer[:len(outer):len(outer)], t)
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() != types.UnsafePointer && u.Kind() != types.Invalid
	case *types.Pointer:
		return d.fits(u.Elem(), false, outer)
	case *types.Slice:
		return d.fits(u.Elem(), false, outer)
	case *types.Array:
		return d.fits(u.Elem(), field, outer)
	case *types.Map:
		return d.fits(u.Key(), false, outer) && d.fits(u.Elem(), false, outer)
	case *types.Struct:
		if named == nil {
			return copied(d, u)
		}
		return !field || !d.isObject(named)
	case *types.Interface:
		return named == nil || fullName(named) != "context.Context"
	}
	_, param := t.(*types.TypeParam)
	return !param
}

// shareMemory marks parameters of functions with well-known names. Read and similar functions
// write to the caller's memory. Write and similar functions do not keep their argument.
// Unmarshal and Decode fill the value that their argument points to.
func shareMemory(f *Function) {
	name := f.Name[strings.LastIndexByte(f.Name, '.')+1:]
	fills := strings.HasPrefix(name, "Unmarshal") || strings.HasPrefix(name, "Decode")
	n := len(f.Results)
	counts := n > 0 && f.Results[0].Type.Kind == manifest.Int && f.Results[n-1].Type.IsError()
	for i := range f.Params {
		p := &f.Params[i]
		switch {
		case fills && p.Type.Kind == manifest.Interface && p.Type.Name == "" && len(p.Type.Methods) == 0:
			p.InOut = true
		case !counts || !p.Type.IsBytes():
		case name == "Read", name == "ReadAt", name == "ReadFull", name == "ReadAtLeast":
			p.InOut = true
		case name == "Write", name == "WriteAt":
			p.Borrow = true
		}
	}
}
