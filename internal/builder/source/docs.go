package source

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
)

// docs finds doc comments. Those of the plugin's package are parsed already. Those of
// other packages are read from their files when needed, but not those of the standard
// library.
type docs struct {
	byPackage map[string]map[string]string // import path → "Name" or "Type.Method" → text
	listed    map[string]*listed
}

func newDocs(m *Model, l *packageList) *docs {
	d := &docs{
		byPackage: make(map[string]map[string]string),
		listed:    make(map[string]*listed),
	}
	for _, p := range l.all {
		if !p.Standard {
			d.listed[p.ImportPath] = p
		}
	}
	for _, p := range m.All() {
		own := make(map[string]string)
		for _, f := range p.Files {
			collectDocs(own, f.Syntax)
		}
		d.byPackage[p.ImportPath] = own
	}
	return d
}

// of returns the doc comment of a name at package level.
func (d *docs) of(path, name string) string {
	if texts, ok := d.byPackage[path]; ok {
		return texts[name]
	}
	texts := make(map[string]string)
	if p := d.listed[path]; p != nil {
		for _, name := range p.GoFiles {
			// A file that cannot be read has no docs: it was compiled without
			// complaint, so this is no error of the user's.
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
			if err == nil {
				collectDocs(texts, f)
			}
		}
	}
	d.byPackage[path] = texts
	return texts[name]
}

// ofMethod returns the doc comment of a method, where its type was declared.
func (d *docs) ofMethod(fn *types.Func) string {
	if packagePath(fn) == "" || receiverType(fn) == nil {
		return ""
	}
	return d.of(packagePath(fn), declaredName(fn))
}

func collectDocs(texts map[string]string, f *ast.File) {
	put := func(name string, groups ...*ast.CommentGroup) {
		for _, g := range groups {
			if text := strings.TrimSpace(g.Text()); text != "" {
				texts[name] = text
				return
			}
		}
	}
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			put(funcName(decl), decl.Doc)
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				// The comment of a group is no comment of what is in it.
				doc := decl.Doc
				if decl.Lparen.IsValid() {
					doc = nil
				}
				if vs, ok := spec.(*ast.ValueSpec); ok {
					for _, name := range vs.Names {
						put(name.Name, vs.Doc, doc, vs.Comment)
					}
				}
				ts, ok := spec.(*ast.TypeSpec)
				if !ok {
					continue
				}
				put(ts.Name.Name, ts.Doc, doc, ts.Comment)
				if it, ok := ts.Type.(*ast.InterfaceType); ok {
					for _, method := range it.Methods.List {
						for _, name := range method.Names {
							put(ts.Name.Name+"."+name.Name, method.Doc, method.Comment)
						}
					}
				}
			}
		}
	}
}

// receiver returns the name of a method's type.
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.ParenExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	}
	return ""
}
