package source

import (
	"go/ast"
	"go/types"
	"slices"
)

// passed adds the effects of what a function may call with the memory of its arguments: methods of
// an interface, and funcs that it is given.
func (f *flow) passed(fn *types.Func, args []roots, exprs []ast.Expr) {
	params := parameters(fn)
	if len(params) == 0 {
		return
	}
	known := f.bodies[fn].decl == nil
	for i, e := range exprs {
		at := min(i, len(params)-1)
		t := params[at].Type()
		if s, ok := t.(*types.Slice); ok && fn.Signature().Variadic() && at == len(params)-1 {
			t = s.Elem()
		}
		if _, ok := f.typeOf(e).(*types.Tuple); ok {
			continue
		}
		f.convert(e, t, args[i])
		if !known {
			continue // its body tells the rest
		}
		if args[i].all != 0 && knownEffect(fn, at)&keeps != 0 && f.keepsElements(e) {
			f.add(args[i], mayWrite)
		}
		if _, ok := types.Unalias(t).(*types.TypeParam); !ok && types.IsInterface(t) {
			f.methods(e, t, args[i])
		}
		if sig, ok := f.typeOf(e).Underlying().(*types.Signature); ok {
			var r roots
			for j := range args {
				if j != i {
					r = r.with(roots{all: args[j].all, cut: args[j].all})
				}
			}
			f.callback(e, sig, r)
		}
	}
}

// methodsOfAny are the methods that the standard library looks for in values of type any.
var methodsOfAny = []string{
	"Error", "Format", "GoString", "LogValue", "MarshalBinary", "MarshalJSON", "MarshalText", "MarshalXML",
	"MarshalXMLAttr", "String", "Value",
}

// methods adds the effects of the methods of a value that a function of another package calls by
// an interface.
func (f *flow) methods(e ast.Expr, to types.Type, r roots) {
	from := f.typeOf(e)
	if r.all == 0 || isErrorType(from) {
		return
	}
	if i, ok := from.Underlying().(*types.Interface); ok {
		if i.NumMethods() > 0 {
			f.add(r, mayWrite)
		}
		return
	}
	if types.Implements(from, types.Universe.Lookup("error").Type().Underlying().(*types.Interface)) {
		f.add(r, mayWrite) // the result may be an error that wraps it
	}
	anything := to.Underlying().(*types.Interface).NumMethods() == 0
	for sel := range types.NewMethodSet(from).Methods() {
		fn, ok := sel.Obj().(*types.Func)
		if !ok || anything && !slices.Contains(methodsOfAny, fn.Name()) {
			continue
		}
		if fn = fn.Origin(); f.bodies[fn].decl != nil {
			f.apply(fn, []roots{r}, false)
		}
	}
}

// callback adds the effects of a func that is called with parts of the arguments.
func (f *flow) callback(e ast.Expr, sig *types.Signature, r roots) {
	if r.all == 0 {
		return
	}
	args := slices.Repeat([]roots{r}, sig.Params().Len())
	if lit, ok := ast.Unparen(e).(*ast.FuncLit); ok {
		f.bind(lit, args)
		return
	}
	if fn, method := f.callee(ast.Unparen(e)); fn != nil && method == nil && fn.Signature().Recv() == nil {
		f.apply(fn, args, false)
		return
	}
	if f.refersTo(sig.Params()) {
		f.add(r, mayWrite)
	}
}
