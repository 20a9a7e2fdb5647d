package source

import (
	"go/ast"
	"go/types"
)

// Package go/types does not tell what a function writes to the elements of slices and the entries
// of maps that it is given. A writes finds it in the source of the packages: it follows the
// arguments through variables and calls. Whatever it does not know may write.

// An effect says what a function may do with an argument.
type effect uint8

const (
	mayWrite  effect = 1 << iota // it is passed to code that is not known, or kept
	doesWrite                    // the function writes to its elements or entries
	returns                      // a result refers to its memory
	appends                      // it appends to it, and so writes behind a slice that was cut
	keeps                        // it keeps its elements
)

// A body is the source of a function.
type body struct {
	decl *ast.FuncDecl
	info *types.Info
}

// A summary has the effects of a function on its parameters, the receiver first.
type summary struct {
	effects []effect
	callers map[*types.Func]bool
	queued  bool
}

// writes has the summaries of functions that were asked for, and those that they call.
type writes struct {
	d         *describer
	bodies    map[*types.Func]body
	summaries map[*types.Func]*summary
	queue     []*types.Func
	refers    map[types.Type]bool
}

func (m *Model) newWrites(d *describer) *writes {
	w := &writes{d: d, bodies: make(map[*types.Func]body), summaries: make(map[*types.Func]*summary), refers: make(map[types.Type]bool)}
	for _, p := range m.All() {
		if p.info == nil {
			continue
		}
		for _, file := range p.Files {
			for _, decl := range file.Syntax.Decls {
				decl, ok := decl.(*ast.FuncDecl)
				if !ok || decl.Body == nil {
					continue
				}
				if fn, ok := p.info.Defs[decl.Name].(*types.Func); ok {
					w.bodies[fn] = body{decl, p.info}
				}
			}
		}
	}
	return w
}

// of returns the effect of a function on parameter i, which is counted from the receiver on if
// there is one.
func (w *writes) of(fn *types.Func, i int) effect {
	fn = fn.Origin()
	if w.bodies[fn].decl == nil {
		return knownEffect(fn, i)
	}
	s := w.summary(fn)
	for len(w.queue) > 0 {
		next := w.queue[0]
		w.queue = w.queue[1:]
		w.summaries[next].queued = false
		w.analyze(next)
	}
	if i >= len(s.effects) {
		return mayWrite
	}
	return s.effects[i]
}

// summary returns what is known of a function with a body so far.
func (w *writes) summary(fn *types.Func) *summary {
	s := w.summaries[fn]
	if s == nil {
		s = &summary{effects: make([]effect, len(parameters(fn))), callers: make(map[*types.Func]bool)}
		w.summaries[fn] = s
		w.enqueue(fn)
	}
	return s
}

func (w *writes) enqueue(fn *types.Func) {
	if s := w.summaries[fn]; !s.queued {
		s.queued = true
		w.queue = append(w.queue, fn)
	}
}

// analyze brings the summary of a function up to date, and analyses its callers again if it has
// changed. Effects are only added, so this ends.
func (w *writes) analyze(fn *types.Func) {
	s, b := w.summaries[fn], w.bodies[fn]
	params := parameters(fn)
	f := &flow{
		writes: w, info: b.info, fn: fn, values: make(map[types.Object]roots), leaving: make(map[types.Object]bool),
		effects: make([]effect, min(len(params), maxRoots)),
	}
	for i := range f.effects {
		if w.refersTo(params[i].Type()) {
			f.values[params[i]] = roots{all: 1 << i}
		}
	}
	for v := range fn.Signature().Results().Variables() {
		f.leaving[v] = true
	}
	for f.changed = true; f.changed; {
		f.changed = false
		f.block(b.decl.Body)
	}
	changed := false
	for i := range s.effects {
		e := mayWrite
		if i < len(f.effects) {
			e = f.effects[i]
		}
		changed = changed || s.effects[i]|e != s.effects[i]
		s.effects[i] |= e
	}
	if changed {
		for caller := range s.callers {
			w.enqueue(caller)
		}
	}
}

// parameters returns the receiver of a function, if it has one, and its parameters.
func parameters(fn *types.Func) []*types.Var {
	var list []*types.Var
	sig := fn.Signature()
	if recv := sig.Recv(); recv != nil {
		list = append(list, recv)
	}
	for v := range sig.Params().Variables() {
		list = append(list, v)
	}
	return list
}

// refersTo reports whether code can write, by a value of a type, to memory that the value shares
// with others.
func (w *writes) refersTo(t types.Type) bool {
	yes, ok := w.refers[t]
	if !ok {
		w.refers[t] = false // a type refers to nothing by itself
		yes = w.holdsReference(t)
		w.refers[t] = yes
	}
	return yes
}

func (w *writes) holdsReference(t types.Type) bool {
	if named, ok := types.Unalias(t).(*types.Named); ok {
		if isErrorType(named) || marshal(named) != "" && isStandard(named.Obj().Pkg().Path()) {
			return false
		}
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return u.Kind() == types.UnsafePointer || u.Kind() == types.Invalid
	case *types.Pointer:
		named, ok := types.Unalias(u.Elem()).(*types.Named)
		return !ok || !w.d.isObject(named)
	case *types.Array:
		return w.refersTo(u.Elem())
	case *types.Struct:
		for v := range u.Fields() {
			if w.refersTo(v.Type()) {
				return true
			}
		}
		return false
	case *types.Chan:
		return false
	case *types.Tuple:
		for v := range u.Variables() {
			if w.refersTo(v.Type()) {
				return true
			}
		}
		return false
	}
	return true // slices, maps, interfaces, type parameters, and funcs, which may be iterators
}

// isErrorType reports whether a type is error. What is kept behind an error is taken as written to.
func isErrorType(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Pkg() == nil && named.Obj().Name() == "error"
}
