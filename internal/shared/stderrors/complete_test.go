package stderrors

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// leftOut are the errors that cannot cross as themselves, or that Go 1.22 does not have.
var leftOut = []string{
	"tls.ECHRejectionError",    // in a file of its own, as Go 1.22 does not have it
	"json.UnmarshalFieldError", // is not used any more
}

// Every exported error of a package that has a file here is registered.
func TestAllErrorsOfThePackages(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		path := strings.ReplaceAll(strings.TrimSuffix(file, ".go"), "_", "/")
		if file == "doc.go" || strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "_go123.go") {
			continue
		}
		t.Run(path, func(t *testing.T) {
			for _, name := range exportedErrors(t, path) {
				if !regexp.MustCompile(`\b`+regexp.QuoteMeta(name)+`\b`).Match(text) && !slices.Contains(leftOut, name) {
					t.Errorf("%s: got no registration in %s, want one", name, file)
				}
			}
		})
	}
}

// exportedErrors returns the exported variables of a package that are named as errors, and its
// exported types with a method Error.
func exportedErrors(t *testing.T, path string) (names []string) {
	t.Helper()
	p, err := build.Import(path, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			for _, name := range errorNames(d) {
				names = append(names, p.Name+"."+name)
			}
		}
	}
	return names
}

func errorNames(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil || d.Name.Name != "Error" || len(d.Type.Params.List) != 0 || d.Type.Results == nil {
			return nil
		}
		if result, ok := d.Type.Results.List[0].Type.(*ast.Ident); !ok || result.Name != "string" {
			return nil
		}
		receiver := d.Recv.List[0].Type
		if star, ok := receiver.(*ast.StarExpr); ok {
			receiver = star.X
		}
		if id, ok := receiver.(*ast.Ident); ok && id.IsExported() {
			return []string{id.Name}
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			v, ok := spec.(*ast.ValueSpec)
			if !ok || d.Tok != token.VAR {
				continue
			}
			for _, id := range v.Names {
				if strings.HasPrefix(id.Name, "Err") {
					names = append(names, id.Name)
				}
			}
		}
	}
	return names
}
