package source

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// value visits an expression, and returns the parameters to whose memory its value refers.
func (f *flow) value(e ast.Expr) roots {
	switch x := e.(type) {
	case nil:
	case *ast.ParenExpr:
		return f.value(x.X)
	case *ast.Ident:
		return f.values[f.object(x)]
	case *ast.SelectorExpr:
		return f.selector(x)
	case *ast.IndexExpr:
		if f.info.Types[x.Index].IsType() {
			return roots{} // an instance
		}
		f.add(f.value(x.Index), mayWrite)
		return f.only(x, f.value(x.X))
	case *ast.SliceExpr:
		return f.slice(x)
	case *ast.StarExpr:
		return f.only(x, f.value(x.X))
	case *ast.UnaryExpr:
		return f.unary(x)
	case *ast.BinaryExpr:
		f.value(x.X)
		f.value(x.Y)
	case *ast.TypeAssertExpr:
		return f.only(x, f.value(x.X))
	case *ast.CallExpr:
		return f.only(x, f.call(x))
	case *ast.CompositeLit:
		f.composite(x)
	case *ast.FuncLit:
		f.literal(x)
	}
	return roots{}
}

func (f *flow) selector(x *ast.SelectorExpr) roots {
	switch s := f.info.Selections[x]; {
	case s == nil: // a variable or function of another package, or a method of a type
		return roots{}
	case s.Kind() == types.FieldVal:
		return f.only(x, f.value(x.X))
	case s.Kind() == types.MethodVal:
		f.add(f.receiver(x), mayWrite)
	}
	return roots{}
}

// receiver returns the parameters to which the receiver of a method refers.
func (f *flow) receiver(x *ast.SelectorExpr) roots {
	r := f.value(x.X)
	if fn, ok := f.info.Selections[x].Obj().(*types.Func); ok {
		recv := fn.Signature().Recv()
		if _, ok := recv.Type().Underlying().(*types.Pointer); ok {
			r = r.with(f.place(x.X)) // its address
			if !f.refersTo(recv.Type()) {
				f.add(r, mayWrite) // the method of an object, which is not followed
			}
		}
	}
	return r
}

func (f *flow) slice(x *ast.SliceExpr) roots {
	for _, e := range []ast.Expr{x.Low, x.High, x.Max} {
		f.value(e)
	}
	var r roots
	if _, ok := f.typeOf(x.X).Underlying().(*types.Array); ok {
		r = f.place(x.X).with(f.value(x.X))
	} else {
		r = f.value(x.X)
	}
	if x.High != nil {
		r.cut = r.all
	}
	return f.only(x, r)
}

func (f *flow) unary(x *ast.UnaryExpr) roots {
	switch x.Op {
	case token.AND:
		r := f.place(x.X)
		f.add(r, mayWrite)
		f.add(f.value(x.X), mayWrite)
		return f.only(x, r)
	default:
		f.value(x.X)
	}
	return roots{}
}

// composite visits a composite literal, which keeps its elements.
func (f *flow) composite(x *ast.CompositeLit) {
	for _, e := range x.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			if _, ok := f.typeOf(x).Underlying().(*types.Struct); !ok {
				f.add(f.value(pair.Key), mayWrite)
			}
			e = pair.Value
		}
		f.add(f.value(e), mayWrite)
	}
}

// literal visits the body of a function literal.
func (f *flow) literal(x *ast.FuncLit) {
	f.inner++
	if results := x.Type.Results; results != nil {
		for _, field := range results.List {
			for _, name := range field.Names {
				f.leaving[f.info.Defs[name]] = true
			}
		}
	}
	f.block(x.Body)
	f.inner--
}

// call visits a call, and returns the parameters to which its results may refer.
func (f *flow) call(x *ast.CallExpr) roots {
	fun := ast.Unparen(x.Fun)
	switch tv := f.info.Types[fun]; {
	case tv.IsType():
		r := f.value(x.Args[0])
		f.convert(x.Args[0], tv.Type, r)
		return r
	case tv.IsBuiltin():
		return f.builtin(fun, x)
	}
	args, exprs := make([]roots, 0, 1+len(x.Args)), make([]ast.Expr, 0, 1+len(x.Args))
	fn, method := f.callee(fun)
	if method != nil {
		args, exprs = append(args, f.receiver(method)), append(exprs, method.X)
	}
	for _, e := range x.Args {
		args, exprs = append(args, f.value(e)), append(exprs, e)
	}
	if lit, ok := fun.(*ast.FuncLit); ok {
		f.literal(lit)
		f.bind(lit, args)
		return roots{}
	}
	if fn == nil {
		if method == nil {
			f.add(f.value(fun), mayWrite) // an iterator
		}
		for _, r := range args {
			f.add(r, mayWrite)
		}
		return roots{}
	}
	r := f.apply(fn, args, len(x.Args) == 1 && fn.Signature().Params().Len() > 1)
	f.passed(fn, args, exprs)
	if clones[packagePath(fn)+"."+fn.Name()] && !f.keepsElements(x) {
		return roots{}
	}
	return r
}

// clones are functions that return other memory.
var clones = map[string]bool{
	"bytes.Clone": true, "bytes.Join": true, "bytes.Repeat": true, "bytes.Replace": true, "bytes.ReplaceAll": true,
	"bytes.ToLower": true, "bytes.ToUpper": true, "slices.Clone": true, "slices.Concat": true, "slices.Repeat": true,
}

// callee returns the function that is called, nil if it is not known, and the selector of the
// receiver if it is a method.
func (f *flow) callee(fun ast.Expr) (fn *types.Func, method *ast.SelectorExpr) {
	switch x := fun.(type) {
	case *ast.IndexExpr:
		return f.callee(ast.Unparen(x.X))
	case *ast.IndexListExpr:
		return f.callee(ast.Unparen(x.X))
	case *ast.Ident:
		fn, _ = f.object(x).(*types.Func)
	case *ast.SelectorExpr:
		switch s := f.info.Selections[x]; {
		case s == nil:
			fn, _ = f.info.Uses[x.Sel].(*types.Func)
		case s.Kind() == types.MethodVal:
			fn, _ = s.Obj().(*types.Func)
			method = x
		case s.Kind() == types.MethodExpr:
			fn, _ = s.Obj().(*types.Func)
		}
	}
	if fn != nil {
		fn = fn.Origin()
	}
	return fn, method
}

// apply adds the effects of a function on its arguments. spread says that one argument is the
// results of a call, which are all arguments.
func (f *flow) apply(fn *types.Func, args []roots, spread bool) (result roots) {
	known := f.bodies[fn].decl == nil
	n := len(parameters(fn))
	for i, r := range args {
		if r.all == 0 {
			continue
		}
		e := mayWrite
		switch at := min(i, n-1); {
		case spread || at < 0:
		case known:
			e = knownEffect(fn, at)
		default:
			s := f.summary(fn)
			s.callers[f.fn] = true
			e = s.effects[at]
		}
		if e&appends != 0 {
			f.add(roots{all: r.cut}, doesWrite)
		}
		f.add(r, e&(mayWrite|doesWrite|appends))
		if e&returns != 0 {
			result = result.with(roots{r.all, r.all})
		}
	}
	return result
}

// bind gives the parameters of a function literal their values.
func (f *flow) bind(lit *ast.FuncLit, args []roots) {
	i := 0
	if n := lit.Type.Params.NumFields(); len(args) == 1 && n > 1 {
		args = slices.Repeat(args, n) // the results of a call
	}
	for _, field := range lit.Type.Params.List {
		for _, name := range field.Names {
			if i < len(args) {
				f.keep(f.info.Defs[name], args[i])
			}
			i++
		}
		if len(field.Names) == 0 {
			i++
		}
	}
	for ; i < len(args); i++ {
		f.add(args[i], mayWrite) // a variadic one
	}
}

func (f *flow) builtin(fun ast.Expr, x *ast.CallExpr) roots {
	name := ""
	switch fun := fun.(type) {
	case *ast.Ident:
		name = fun.Name
	case *ast.SelectorExpr:
		name = "unsafe." + fun.Sel.Name
	}
	args := make([]roots, len(x.Args))
	for i, e := range x.Args {
		if !f.info.Types[e].IsType() {
			args[i] = f.value(e)
		}
	}
	switch name {
	case "len", "cap", "min", "max", "print", "println", "unsafe.Sizeof", "unsafe.Alignof", "unsafe.Offsetof", "make", "complex", "real", "imag":
	case "append":
		f.add(args[0], appends)
		f.add(roots{all: args[0].cut}, doesWrite)
		for i, r := range args[1:] {
			if x.Ellipsis == token.NoPos || f.keepsElements(x.Args[1+i]) {
				f.add(r, mayWrite)
			}
		}
		return args[0]
	case "copy":
		f.add(args[0], doesWrite)
		if f.keepsElements(x.Args[1]) {
			f.add(args[1], mayWrite)
		}
	case "delete", "clear":
		f.add(args[0], doesWrite)
	default:
		for _, r := range args {
			f.add(r, mayWrite)
		}
	}
	return roots{}
}

// keepsElements reports whether a copy of the elements of a slice refers to memory.
func (f *flow) keepsElements(e ast.Expr) bool {
	switch t := f.typeOf(e).Underlying().(type) {
	case *types.Slice:
		return f.refersTo(t.Elem())
	case *types.Map:
		return f.refersTo(t.Elem()) || f.refersTo(t.Key())
	case *types.Basic:
		return false
	}
	return true
}
