package bridge

import (
	"fmt"
	"go/types"
	"maps"
	"strconv"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// unwritable says why generated code in the plugin's package cannot name a type, or a type that
// its values hold. The result is the end of a sentence about what has the type, or "".
func (p *planned) unwritable(m *manifest.Type, t types.Type) string {
	seen := make(map[string]bool)
	of, why := p.search(value{m, t}, seen)
	switch {
	case why == "":
		maps.Copy(p.writable, seen) // the search has seen all types that these hold
		return ""
	case types.Identical(of, t):
		return fmt.Sprintf("has type %s, %s", m, why)
	}
	return fmt.Sprintf("has type %s, which holds values of type %s, %s", m, types.TypeString(of, (*types.Package).Name), why)
}

// search finds the first type that generated code cannot name.
func (p *planned) search(v value, seen map[string]bool) (t types.Type, why string) {
	if seen[v.m.Name] || p.writable[v.m.Name] {
		return nil, ""
	}
	if v.m.Name != "" {
		seen[v.m.Name] = true
	}
	if _, why := p.write(v.t, (*types.Package).Name); why != "" {
		return types.Unalias(v.t), why
	}
	for _, part := range p.parts(v) {
		if t, why := p.search(part, seen); why != "" {
			return t, why
		}
	}
	return nil, ""
}

// write returns the Go expression of a type in the plugin's package, or why there is
// none. Names of predeclared types that the plugin may give another meaning are
// written as aliases of package pluginrt.
func (p *planned) write(t types.Type, qualify func(*types.Package) string) (expr, why string) {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		switch t.Kind() {
		case types.Complex64:
			return "winplugin_pluginrt.Complex64", ""
		case types.Complex128:
			return "winplugin_pluginrt.Complex128", ""
		case types.UnsafePointer:
			return "unsafe.Pointer", ""
		}
		return types.Typ[t.Kind()].Name(), "" // not rune
	case *types.Named:
		return p.writeNamed(t, qualify)
	case *types.Pointer:
		return p.writeAround("*", t.Elem(), qualify)
	case *types.Slice:
		return p.writeAround("[]", t.Elem(), qualify)
	case *types.Array:
		return p.writeAround("["+strconv.FormatInt(t.Len(), 10)+"]", t.Elem(), qualify)
	case *types.Map:
		key, why := p.write(t.Key(), qualify)
		if why != "" {
			return "", why
		}
		return p.writeAround("map["+key+"]", t.Elem(), qualify)
	case *types.Struct:
		return p.writeStruct(t, qualify)
	case *types.Interface:
		return p.writeInterface(t, qualify)
	case *types.Signature:
		signature, why := p.writeSignature(t, qualify)
		return "func" + signature, why
	case *types.Chan:
		before := map[types.ChanDir]string{types.SendRecv: "chan ", types.SendOnly: "chan<- ", types.RecvOnly: "<-chan "}[t.Dir()]
		expr, why := p.write(t.Elem(), qualify)
		return before + "(" + expr + ")", why
	}
	return "", "a type parameter"
}

func (p *planned) writeInterface(t *types.Interface, qualify func(*types.Package) string) (expr, why string) {
	var methods []string
	for fn := range t.Methods() {
		if !fn.Exported() && !p.isHome(fn.Pkg()) {
			return "", "an interface of another package with a method that is not exported"
		}
		signature, why := p.writeSignature(fn.Signature(), qualify)
		if why != "" {
			return "", why
		}
		methods = append(methods, fn.Name()+signature)
	}
	return "interface{" + strings.Join(methods, "; ") + "}", ""
}

// writeSignature writes parameters and results without names.
func (p *planned) writeSignature(t *types.Signature, qualify func(*types.Package) string) (expr, why string) {
	var lists [2]string
	for i, tuple := range []*types.Tuple{t.Params(), t.Results()} {
		var list []string
		for v := range tuple.Variables() {
			of, dots := v.Type(), ""
			if i == 0 && t.Variadic() && len(list) == tuple.Len()-1 {
				if s, ok := of.Underlying().(*types.Slice); ok {
					of, dots = s.Elem(), "..."
				}
			}
			expr, why := p.write(of, qualify)
			if why != "" {
				return "", fmt.Sprintf("with a type in it that is %s", why)
			}
			list = append(list, dots+expr)
		}
		lists[i] = "(" + strings.Join(list, ", ") + ")"
	}
	return lists[0] + " " + lists[1], ""
}

func (p *planned) writeAround(before string, elem types.Type, qualify func(*types.Package) string) (expr, why string) {
	expr, why = p.write(elem, qualify)
	return before + expr, why
}

func (p *planned) writeNamed(t *types.Named, qualify func(*types.Package) string) (expr, why string) {
	if t.Obj().Pkg() == nil {
		return "winplugin_pluginrt.Error", "" // the only declared type of no package that values have
	}
	expr, why = p.writeName(t.Obj(), qualify)
	if why != "" || t.TypeArgs().Len() == 0 {
		return expr, why
	}
	var args []string
	for arg := range t.TypeArgs().Types() {
		a, why := p.write(arg, qualify)
		if why != "" {
			return "", "a generic type with a type argument that is " + why
		}
		args = append(args, a)
	}
	return expr + "[" + strings.Join(args, ", ") + "]", ""
}

// writeName writes the name of a type or alias. An alias that another package
// exports may stand for a type that cannot be named here.
func (p *planned) writeName(obj *types.TypeName, qualify func(*types.Package) string) (expr, why string) {
	pkg := obj.Pkg()
	switch {
	case p.isHome(pkg):
		return obj.Name(), ""
	case !obj.Exported() && p.alias(obj):
		return qualify(pkg) + "." + aliasPrefix + obj.Name(), ""
	case !obj.Exported():
		return "", "an unexported type of another package"
	case !source.CanImport(p.model.ImportPath, pkg.Path()):
		return "", "a type of an internal package that the plugin may not import"
	}
	return qualify(pkg) + "." + obj.Name(), ""
}

func (p *planned) writeStruct(t *types.Struct, qualify func(*types.Package) string) (expr, why string) {
	var b strings.Builder
	b.WriteString("struct{")
	for i := range t.NumFields() {
		f := t.Field(i)
		if !f.Exported() && !p.isHome(f.Pkg()) {
			return "", "a struct of another package with a field that is not exported"
		}
		if i > 0 {
			b.WriteString("; ")
		}
		expr, why := p.writeEmbedded(f.Type(), qualify)
		if !f.Embedded() {
			expr, why = p.write(f.Type(), qualify)
			expr = f.Name() + " " + expr
		}
		if why != "" {
			return "", why
		}
		b.WriteString(expr)
		if tag := t.Tag(i); tag != "" {
			b.WriteString(" " + strconv.Quote(tag))
		}
	}
	b.WriteString("}")
	return b.String(), ""
}

// writeEmbedded writes the type of an embedded field, which names the field too: an
// alias, and a predeclared type, by its own name.
func (p *planned) writeEmbedded(t types.Type, qualify func(*types.Package) string) (expr, why string) {
	star := ""
	if pointer, ok := t.(*types.Pointer); ok {
		star, t = "*", pointer.Elem()
	}
	if name := types.TypeString(t, nil); types.Universe.Lookup(name) != nil {
		if p.within == nil {
			return star + name, ""
		}
		if _, ok := p.within.Scope[name]; ok {
			return "", "a struct that embeds the predeclared type " + name + ", and the package declares another " + name
		}
		return star + name, ""
	}
	if alias, ok := t.(*types.Alias); ok && alias.TypeArgs().Len() == 0 {
		expr, why = p.writeName(alias.Obj(), qualify)
	} else {
		expr, why = p.write(t, qualify)
	}
	return star + expr, why
}
