package source

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Directives are in a function's doc comment. With "//winplugin:borrow xs" the function reads
// the parameter xs in the caller's memory during a call, and with "//winplugin:inout xs" it also
// writes there. "//winplugin:instantiate Map[int, string]" may be in any comment at package
// level, and exports an instance of a generic function or type.
const (
	directivePrefix      = "//winplugin:"
	borrowDirective      = directivePrefix + "borrow"
	inOutDirective       = directivePrefix + "inout"
	instantiateDirective = directivePrefix + "instantiate"
)

// misspelt matches comments that look like directives and would be ignored.
var misspelt = regexp.MustCompile(`^//\s*(?i:winplugin)\s*:\s*(?i:borrow|inout|instantiate)\b`)

// marks are the directives of a package.
type marks struct {
	params    map[string][]*ast.Comment // of borrow and inout, by the name of their function as in docs
	instances map[types.Object][]instance
}

// An instance is one of a generic function or type.
type instance struct {
	name string // as written, but without spaces, and with the names of packages
	t    types.Type
	args []types.Type
}

// mark marks the parameters that directives and options name.
func (m *Model) mark(found []*marks, diags []Diagnostic, w *writes, cfg *Config) error {
	used := make(map[*ast.Comment]bool)
	borrow, inOut := maps.Clone(cfg.Borrow), maps.Clone(cfg.InOut)
	forms := manifest.NewForms(m.Types)
	for _, list := range [][]Function{m.Functions, m.Methods} {
		for i := range list {
			f := &list[i]
			if f.Object == nil {
				m.markWritten(f, w, forms)
				continue
			}
			if of := slices.IndexFunc(m.All(), func(p *Model) bool { return p.ImportPath == packagePath(f.Object) }); of >= 0 {
				for _, c := range found[of].params[declaredName(f.Object)] {
					words := strings.Fields(c.Text)
					used[c] = true
					if len(words) == 1 {
						diags = append(diags, m.diagnostic(c.Pos(), words[0]+" names no parameter, as in "+words[0]+" p"))
					}
					for _, name := range words[1:] {
						if why := m.markParam(f, name, words[0] == inOutDirective); why != "" {
							diags = append(diags, m.diagnostic(c.Pos(), words[0]+": "+why))
						}
					}
				}
			}
			diags = append(diags, m.markOption(f, borrow, "borrow", false)...)
			diags = append(diags, m.markOption(f, inOut, "write to", true)...)
			m.markPointers(f, forms)
			m.markWritten(f, w, forms)
		}
	}
	for _, marks := range found {
		for name, list := range marks.params {
			for _, c := range list {
				if !used[c] && name != "" {
					diags = append(diags, m.diagnostic(c.Pos(), fmt.Sprintf("unused directive %s: the host cannot call %s; remove it", strings.Fields(c.Text)[0], name)))
				}
			}
		}
	}
	for what, left := range map[string]map[string][]string{"borrow": borrow, "write to": inOut} {
		for _, name := range slices.Sorted(maps.Keys(left)) {
			diags = append(diags, m.diagnostic(m.Files[0].Syntax.Name.Pos(),
				fmt.Sprintf("option to %s: package %s has no exported function %s", what, m.Name, name)))
		}
	}
	if diags != nil {
		return &BuildError{Package: m.ImportPath, Diagnostics: SortDiagnostics(diags)}
	}
	return nil
}

// markOption marks the parameters that an option names, and takes the function from it.
func (m *Model) markOption(f *Function, option map[string][]string, what string, inOut bool) (diags []Diagnostic) {
	key := f.Name
	for _, p := range m.All() {
		if name, ok := strings.CutPrefix(f.Receiver, p.ImportPath+"."); ok {
			key = p.Qualifier + name + "." + f.Name
		}
	}
	for _, name := range option[key] {
		if why := m.markParam(f, name, inOut); why != "" {
			diags = append(diags, m.diagnostic(f.Object.Pos(), "option to "+what+": "+why))
		}
	}
	delete(option, key)
	return diags
}

// markParam marks a function's parameter, or says why it cannot.
func (m *Model) markParam(f *Function, name string, inOut bool) string {
	for i := range f.Params {
		p := &f.Params[i]
		if p.Name != name || name == "_" {
			continue
		}
		form, _ := m.Types.Form(&p.Type)
		switch {
		case inOut && m.refers(&p.Type, form):
			p.InOut, p.Borrow = true, false
		case inOut:
			if form == manifest.FormObject {
				return fmt.Sprintf("parameter %s of %s has type %s, which is not copied: the function writes to the value itself without it", name, f.Name, p.Type)
			}
			return fmt.Sprintf("parameter %s of %s has type %s; only slices, maps, pointers, any, and structs and arrays that contain these can be written to", name, f.Name, p.Type)
		case form == manifest.FormText, form == manifest.FormBulk:
			p.Borrow = !p.InOut
		default:
			return fmt.Sprintf("parameter %s of %s has type %s; only strings and slices of numbers can be borrowed", name, f.Name, p.Type)
		}
		return ""
	}
	return fmt.Sprintf("function %s has no parameter %s", f.Name, name)
}

// markPointers marks parameters that have pointers to copies: what the function writes there
// belongs into the memory that the host's pointers point to.
func (m *Model) markPointers(f *Function, forms *manifest.Forms) {
	for i := range f.Params {
		p := &f.Params[i]
		if form, _ := forms.Form(&p.Type); form == manifest.FormMessage && m.hasPointer(&p.Type, make(map[string]bool)) {
			p.InOut = true
		}
	}
}

func (m *Model) hasPointer(t *manifest.Type, seen map[string]bool) bool {
	if t == nil || seen[t.Name] || m.Types.IsKnown(t) || m.Types.MarshalerKind(t) != "" {
		return false
	}
	if t.Name != "" {
		seen[t.Name] = true
	}
	u := m.Types.Under(t)
	switch u.Kind {
	case manifest.Pointer:
		return !m.Types.IsObject(u.Elem)
	case manifest.Slice, manifest.Array, manifest.Map:
		return m.hasPointer(u.Elem, seen)
	case manifest.Struct:
		return slices.ContainsFunc(u.Fields, func(f manifest.Field) bool { return m.hasPointer(&f.Type, seen) })
	}
	return false
}

// Refers reports whether a func can write to something that a copy of type t refers to: to a
// map, to elements of a slice, or to what a pointer points to.
func (m *Model) Refers(t *manifest.Type) bool { return m.holdsReference(t, make(map[string]bool)) }

func (m *Model) holdsReference(t *manifest.Type, seen map[string]bool) bool {
	if t == nil || seen[t.Name] || m.Types.IsKnown(t) || m.Types.IsObject(t) || t.IsError() || m.Types.MarshalerKind(t) != "" {
		return false
	}
	if t.Name != "" {
		seen[t.Name] = true
	}
	u := m.Types.Under(t)
	switch u.Kind {
	case manifest.Pointer, manifest.Slice, manifest.Map, manifest.Interface:
		return true
	case manifest.Array:
		return m.holdsReference(u.Elem, seen)
	case manifest.Struct:
		return slices.ContainsFunc(u.Fields, func(f manifest.Field) bool { return m.holdsReference(&f.Type, seen) })
	}
	return false
}

// refers reports whether a function can write to what an argument refers to, and that
// is a copy in the plugin.
func (m *Model) refers(t *manifest.Type, form manifest.Form) bool {
	return form == manifest.FormBulk || form == manifest.FormMessage && m.Refers(t)
}

// directives returns the package's directives, and reports those that are misplaced, wrong
// or unknown.
func (m *Model) directives(pkg *types.Package) (found *marks, diags []Diagnostic) {
	found = &marks{make(map[string][]*ast.Comment), make(map[types.Object][]instance)}
	complain := func(c *ast.Comment, format string, args ...any) {
		diags = append(diags, m.diagnostic(c.Pos(), fmt.Sprintf(format, args...)))
	}
	for _, file := range m.Files {
		owner := make(map[*ast.CommentGroup]string)
		for _, decl := range file.Syntax.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Doc != nil {
				owner[fn.Doc] = funcName(fn)
			}
		}
		for _, group := range file.Syntax.Comments {
			for _, c := range group.List {
				if !strings.HasPrefix(c.Text, directivePrefix) {
					if misspelt.MatchString(c.Text) {
						complain(c, "misspelt directive %q: a directive begins with %s, without spaces", c.Text, directivePrefix)
					}
					continue
				}
				name, ok := owner[group]
				switch verb := strings.Fields(c.Text)[0]; verb {
				case instantiateDirective:
					if err := m.instantiate(found, pkg, strings.TrimPrefix(c.Text, instantiateDirective), c.Pos()); err != nil {
						complain(c, "%s: %v", verb, err)
					}
				case borrowDirective, inOutDirective:
					if !ok {
						complain(c, "misplaced directive %s: it belongs in the comment directly above a function", verb)
					}
					found.params[name] = append(found.params[name], c)
				default:
					complain(c, "unknown directive %s", verb)
				}
			}
		}
	}
	return found, diags
}

// instantiateOptions records the instances that Config.Instantiate names. The type arguments
// are resolved with the imports of the first file where that succeeds.
func (m *Model) instantiateOptions(found []*marks, pkgs []*types.Package, names []string) (diags []Diagnostic) {
	for _, name := range names {
		of, in := m, 0
		for i, p := range m.Packages {
			if rest, ok := strings.CutPrefix(name, p.Qualifier); ok {
				of, in, name = p, i+1, rest
				break
			}
		}
		var err error
		for _, file := range of.Files {
			if err = of.instantiate(found[in], pkgs[in], name, file.Syntax.Name.End()); err == nil {
				break
			}
		}
		if err != nil {
			diags = append(diags, m.diagnostic(m.Files[0].Syntax.Name.Pos(), "option to instantiate: "+err.Error()))
		}
	}
	return diags
}

// instantiate records the instance that text names. Its type arguments are resolved at pos,
// with the imports of that file.
func (m *Model) instantiate(found *marks, pkg *types.Package, text string, pos token.Pos) error {
	text = strings.TrimSpace(text)
	expr, err := parser.ParseExpr(text)
	if err != nil {
		return fmt.Errorf("%q is no instance of a generic function or type, as Map[int, string] would be", text)
	}
	var of ast.Expr
	switch expr := expr.(type) {
	case *ast.IndexExpr:
		of = expr.X
	case *ast.IndexListExpr:
		of = expr.X
	}
	ident, ok := of.(*ast.Ident)
	if !ok {
		return fmt.Errorf("%q is no instance of a generic function or type of this package, as Map[int, string] would be", text)
	}
	info := &types.Info{Types: make(map[ast.Expr]types.TypeAndValue), Instances: make(map[*ast.Ident]types.Instance), Uses: make(map[*ast.Ident]types.Object)}
	if err := types.CheckExpr(m.Fset, pkg, pos, expr, info); err != nil {
		if te, ok := err.(types.Error); ok {
			return fmt.Errorf("%s: %s", text, te.Msg)
		}
		return fmt.Errorf("%s: %w", text, err)
	}
	obj, in := info.Uses[ident], info.Instances[ident]
	if obj == nil || obj.Pkg() != pkg || !obj.Exported() || in.TypeArgs.Len() == 0 {
		return fmt.Errorf("%s is no generic function or type that this package exports", ident.Name)
	}
	if isConstraint(in.Type) {
		return fmt.Errorf("%s is a constraint, of which there are no values", ident.Name)
	}
	made := instance{name: obj.Name() + arguments(in.TypeArgs, pkg), t: in.Type, args: slices.Collect(in.TypeArgs.Types())}
	if !slices.ContainsFunc(found.instances[obj], func(other instance) bool { return other.name == made.name }) {
		found.instances[obj] = append(found.instances[obj], made)
	}
	return nil
}

// namesIn qualifies the names of a package's types for itself.
func namesIn(pkg *types.Package) types.Qualifier {
	return func(other *types.Package) string {
		if other == pkg {
			return ""
		}
		return other.Name()
	}
}

// shortName is the name of one of the plugin's types for its own package.
func shortName(t *types.Named) string {
	return t.Obj().Name() + arguments(t.TypeArgs(), t.Obj().Pkg())
}

// arguments returns type arguments in brackets, or "".
func arguments(list *types.TypeList, pkg *types.Package) string {
	if list.Len() == 0 {
		return ""
	}
	var names []string
	for t := range list.Types() {
		names = append(names, types.TypeString(t, namesIn(pkg)))
	}
	return "[" + strings.Join(names, ",") + "]"
}

// funcName returns how docs name a function or method.
func funcName(fn *ast.FuncDecl) string {
	if fn.Recv != nil && len(fn.Recv.List) == 1 {
		return receiver(fn.Recv.List[0].Type) + "." + fn.Name.Name
	}
	return fn.Name.Name
}
