package source

import (
	"go/ast"
	"go/token"
	"go/types"
)

const maxRoots = 64 // parameters of a function that a flow follows

// roots are the parameters to whose memory a value refers, as bits. A slice may be cut at its end,
// so that append writes to elements of the parameter.
type roots struct{ all, cut uint64 }

func (r roots) with(o roots) roots { return roots{r.all | o.all, r.cut | o.cut} }

// A flow follows the parameters of a function through its body.
type flow struct {
	*writes
	info    *types.Info
	fn      *types.Func
	values  map[types.Object]roots // of local variables
	leaving map[types.Object]bool  // results with names
	effects []effect
	changed bool // values or effects, since the body was last visited
	inner   int  // how many function literals are around
}

func (f *flow) add(r roots, e effect) {
	for i := range f.effects {
		if r.all>>i&1 != 0 && f.effects[i]|e != f.effects[i] {
			f.effects[i] |= e
			f.changed = true
		}
	}
}

func (f *flow) typeOf(e ast.Expr) types.Type {
	if t := f.info.TypeOf(e); t != nil {
		return t
	}
	return types.Typ[types.Invalid]
}

// only returns the roots if a value of the expression's type can refer to memory.
func (f *flow) only(e ast.Expr, r roots) roots {
	if r.all == 0 || !f.refersTo(f.typeOf(e)) {
		return roots{}
	}
	return r
}

func (f *flow) object(id *ast.Ident) types.Object {
	if obj := f.info.Defs[id]; obj != nil {
		return obj
	}
	return f.info.Uses[id]
}

// keep notes that a variable may have a value.
func (f *flow) keep(obj types.Object, r roots) {
	v, ok := obj.(*types.Var)
	if !ok || r.all == 0 || !f.refersTo(v.Type()) {
		return
	}
	switch {
	case v.Pkg() != nil && v.Parent() == v.Pkg().Scope():
		f.add(r, mayWrite)
		return
	case f.leaving[v]:
		f.leave(r)
	}
	if now := f.values[v].with(r); now != f.values[v] {
		f.values[v] = now
		f.changed = true
	}
}

// convert notes that a value becomes one of another type. Errors are not followed.
func (f *flow) convert(e ast.Expr, to types.Type, r roots) {
	if isErrorType(to) && !isErrorType(f.typeOf(e)) {
		f.add(r, mayWrite)
	}
}

// leave notes that a function returns a value. That of a function literal goes anywhere.
func (f *flow) leave(r roots) {
	if f.inner > 0 {
		f.add(r, mayWrite)
		return
	}
	f.add(r, returns)
}

// assign visits an assignment of a value to an expression.
func (f *flow) assign(to ast.Expr, r roots) {
	switch x := ast.Unparen(to).(type) {
	case *ast.Ident:
		if x.Name != "_" {
			f.keep(f.object(x), r)
		}
	default:
		f.add(f.place(x), doesWrite)
		if v := f.variable(x); v != nil {
			f.keep(v, r)
		} else {
			f.add(r, mayWrite)
		}
	}
}

// variable returns the local variable that an expression is a part of, or nil.
func (f *flow) variable(e ast.Expr) types.Object {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			if v, ok := f.object(x).(*types.Var); ok && (v.Pkg() == nil || v.Parent() != v.Pkg().Scope()) {
				return v
			}
			return nil
		case *ast.SelectorExpr:
			if s := f.info.Selections[x]; s == nil || s.Kind() != types.FieldVal || s.Indirect() {
				return nil
			}
			e = x.X
		case *ast.IndexExpr:
			if _, ok := f.typeOf(x.X).Underlying().(*types.Array); !ok {
				return nil
			}
			e = x.X
		default:
			return nil
		}
	}
}

// place returns the parameters in whose memory the variable is that an expression denotes.
func (f *flow) place(e ast.Expr) roots {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		return roots{}
	case *ast.IndexExpr:
		f.add(f.value(x.Index), mayWrite) // it is kept as a key
		if _, ok := f.typeOf(x.X).Underlying().(*types.Array); ok {
			return f.place(x.X)
		}
		return f.value(x.X)
	case *ast.StarExpr:
		return f.value(x.X)
	case *ast.SelectorExpr:
		s := f.info.Selections[x]
		if s == nil || s.Kind() != types.FieldVal {
			return roots{}
		}
		if s.Indirect() {
			return f.place(x.X).with(f.value(x.X))
		}
		return f.place(x.X)
	}
	return f.value(e)
}

// returned visits a return statement. Deferred functions may write to results with names.
func (f *flow) returned(n *ast.ReturnStmt) {
	results := f.fn.Signature().Results()
	for i, e := range n.Results {
		r := f.value(e)
		f.leave(r)
		switch {
		case f.inner > 0:
		case len(n.Results) == results.Len():
			f.convert(e, results.At(i).Type(), r)
			f.keep(results.At(i), r)
		default: // of a call
			for v := range results.Variables() {
				f.keep(v, r)
			}
		}
	}
}

// block visits statements.
func (f *flow) block(n ast.Node) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			f.assignment(n)
		case *ast.IncDecStmt:
			f.add(f.place(n.X), doesWrite)
		case *ast.ValueSpec:
			names := make([]ast.Expr, len(n.Names))
			for i, name := range n.Names {
				names[i] = name
			}
			f.assignAll(names, n.Values)
		case *ast.RangeStmt:
			f.ranges(n)
		case *ast.ReturnStmt:
			f.returned(n)
		case *ast.SendStmt:
			f.value(n.Chan)
			f.add(f.value(n.Value), mayWrite)
		case *ast.TypeSwitchStmt:
			f.typeSwitch(n)
		case ast.Expr:
			f.value(n)
		default:
			return true
		}
		return false
	})
}

func (f *flow) assignment(n *ast.AssignStmt) {
	if n.Tok == token.ASSIGN || n.Tok == token.DEFINE {
		f.assignAll(n.Lhs, n.Rhs)
		return
	}
	f.add(f.place(n.Lhs[0]), doesWrite) // as in +=
	f.value(n.Rhs[0])
}

func (f *flow) assignAll(to, from []ast.Expr) {
	list := make([]roots, len(to))
	for i, e := range from {
		r := f.value(e)
		if len(from) == len(to) {
			list[i] = r
			f.convert(e, f.typeOf(to[i]), r)
			continue
		}
		for i := range list {
			list[i] = r // of a call, or with ok
		}
	}
	for i, e := range to {
		f.assign(e, list[i])
	}
}

func (f *flow) ranges(n *ast.RangeStmt) {
	r := f.value(n.X)
	for _, e := range []ast.Expr{n.Key, n.Value} {
		if e != nil {
			f.assign(e, r)
		}
	}
	f.block(n.Body)
}

func (f *flow) typeSwitch(n *ast.TypeSwitchStmt) {
	if n.Init != nil {
		f.block(n.Init)
	}
	var r roots
	switch s := n.Assign.(type) {
	case *ast.ExprStmt:
		f.value(s.X)
	case *ast.AssignStmt:
		r = f.value(s.Rhs[0].(*ast.TypeAssertExpr).X) // x.(type) has no type itself
	}
	for _, clause := range n.Body.List {
		clause := clause.(*ast.CaseClause)
		if obj := f.info.Implicits[clause]; obj != nil {
			f.keep(obj, r)
		}
		for _, s := range clause.Body {
			f.block(s)
		}
	}
}
