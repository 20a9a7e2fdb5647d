package source

import (
	"fmt"
	"go/ast"
	"maps"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/manifest"
)

// Directives stand in a function's doc comment: "//winplugin:borrow xs" lets the
// parameter xs lie in the caller's memory for the length of a call.
const (
	directivePrefix = "//winplugin:"
	borrowDirective = directivePrefix + "borrow"
)

// borrow marks the parameters that directives and the option name.
func (m *Model) borrow(option map[string][]string) error {
	directives, diags := m.directives()
	left := maps.Clone(option)
	for i := range m.Functions {
		f := &m.Functions[i]
		for _, c := range directives[declaredName(f.Object)] {
			for _, name := range strings.Fields(strings.TrimPrefix(c.Text, borrowDirective)) {
				if why := m.borrowParam(f, name); why != "" {
					diags = append(diags, m.diagnostic(c.Pos(), borrowDirective+": "+why))
				}
			}
		}
		for _, name := range left[f.Name] {
			if why := m.borrowParam(f, name); why != "" {
				diags = append(diags, m.diagnostic(f.Object.Pos(), "option to borrow: "+why))
			}
		}
		delete(left, f.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		diags = append(diags, m.diagnostic(m.Files[0].Syntax.Name.Pos(),
			fmt.Sprintf("option to borrow: package %s has no exported function %s", m.Name, name)))
	}
	if diags != nil {
		return &BuildError{Package: m.ImportPath, Diagnostics: SortDiagnostics(diags)}
	}
	return nil
}

// borrowParam marks a function's parameter, or says why it cannot.
func (m *Model) borrowParam(f *Function, name string) string {
	for i := range f.Params {
		p := &f.Params[i]
		if p.Name != name || name == "_" {
			continue
		}
		switch form, _ := m.Types.Form(&p.Type); form {
		case manifest.FormText, manifest.FormBulk:
			p.Borrow = true
			return ""
		}
		return fmt.Sprintf("parameter %s of %s has type %s; only strings and slices of numbers can be borrowed", name, f.Name, p.Type)
	}
	return fmt.Sprintf("function %s has no parameter %s", f.Name, name)
}

// directives returns the directives to borrow by the name of their function, and
// complains of those that stand elsewhere or are unknown.
func (m *Model) directives() (found map[string][]*ast.Comment, diags []Diagnostic) {
	found = make(map[string][]*ast.Comment)
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
					continue
				}
				name, ok := owner[group]
				switch verb := strings.Fields(c.Text)[0]; {
				case verb != borrowDirective:
					diags = append(diags, m.diagnostic(c.Pos(), "unknown directive "+verb))
				case !ok:
					diags = append(diags, m.diagnostic(c.Pos(), "misplaced directive "+verb+": it belongs in the comment directly above a function"))
				default:
					found[name] = append(found[name], c)
				}
			}
		}
	}
	return found, diags
}

// funcName returns how docs name a function or method.
func funcName(fn *ast.FuncDecl) string {
	if fn.Recv != nil && len(fn.Recv.List) == 1 {
		return receiver(fn.Recv.List[0].Type) + "." + fn.Name.Name
	}
	return fn.Name.Name
}
