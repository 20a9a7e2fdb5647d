//go:build !race

package winplugin_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	gopackages "golang.org/x/tools/go/packages"
)

// The packages that a host needs compile for systems on which no test runs. Type-checking them takes
// seconds, and go vet would compile the standard library for each.
func TestSystems(t *testing.T) {
	aboutSource(t)
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	// What differs from system to system is in the packages that start processes.
	some := []string{"./internal/host/process", "./internal/host/native", "./internal/shared/lifeline"}
	all := append([]string{".", "./manifest", "./cmd/winplugin", "./internal/shared/exchange", "./e2e"}, some...)
	for _, test := range []struct {
		target   string
		patterns []string
	}{{"darwin/arm64", all}, {"freebsd/amd64", some}, {"netbsd/amd64", some}, {"openbsd/amd64", some}} {
		t.Run(test.target, func(t *testing.T) {
			goos, goarch, _ := strings.Cut(test.target, "/")
			list, err := gopackages.Load(&gopackages.Config{
				Mode: gopackages.NeedName | gopackages.NeedFiles | gopackages.NeedCompiledGoFiles | gopackages.NeedImports | gopackages.NeedDeps |
					gopackages.NeedTypes | gopackages.NeedTypesSizes | gopackages.NeedSyntax | gopackages.NeedTypesInfo,
				Context: t.Context(), Tests: true,
				Env: append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0"),
				ParseFile: func(fset *token.FileSet, path string, text []byte) (*ast.File, error) {
					f, err := parser.ParseFile(fset, path, text, parser.SkipObjectResolution|parser.ParseComments)
					if rel, outside := filepath.Rel(here, path); f != nil && (outside != nil || !filepath.IsLocal(rel)) {
						withoutBodies(f)
					}
					return f, err
				},
			}, test.patterns...)
			if err != nil {
				t.Fatal(err)
			}
			ours := 0
			gopackages.Visit(list, nil, func(p *gopackages.Package) {
				if !strings.Contains(p.PkgPath, "/go-winplugin") || strings.HasSuffix(p.ID, ".test") {
					return // or a main function of tests, which the go command has written
				}
				ours++
				for _, err := range p.Errors {
					t.Errorf("%s: %v", p.ID, err)
				}
			})
			if ours < 15 {
				t.Errorf("got %d packages, want 15 at least", ours)
			}
		})
	}
}

// withoutBodies removes what funcs of other modules do, which need not be checked.
func withoutBodies(f *ast.File) {
	for _, d := range f.Decls {
		if d, ok := d.(*ast.FuncDecl); ok {
			d.Body = nil
		}
	}
}
