package source

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"go/version"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/tools/go/gcexportdata"
)

// export compiles the packages that the plugin's package imports, and returns the paths of
// their export data, by import path. They are compiled as the later build compiles them, so
// that build takes them from the go build cache.
func (g *goCommand) export(ctx context.Context, m *Model, l *packageList) (map[string]string, error) {
	var paths []string
	for _, path := range l.imports() {
		if path != "C" && path != "unsafe" {
			paths = append(paths, path)
		}
	}
	for _, name := range g.cfg.Methods {
		if path := packageOf(name); !slices.Contains(paths, path) && slices.ContainsFunc(l.all, func(p *listed) bool { return p.ImportPath == path }) {
			paths = append(paths, path)
		}
	}
	for _, path := range l.askedPaths(m.ImportPath) {
		if !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	if len(paths) == 0 {
		return nil, nil
	}
	args := append(g.listArgs("-export", "-json=ImportPath,Export,Error,DepsErrors"), "--")
	out, err := g.run(ctx, append(args, paths...)...)
	if err != nil {
		return nil, err
	}
	all, err := decodeList(out)
	if err != nil {
		return nil, err
	}
	files := make(map[string]string, len(all))
	e := &BuildError{Package: m.ImportPath}
	for _, p := range all {
		files[p.ImportPath] = p.Export
		if p.Export == "" {
			e.add(g, p)
		}
	}
	if len(e.Diagnostics) > 0 || e.Err != nil {
		e.Diagnostics = SortDiagnostics(e.Diagnostics)
		return nil, e
	}
	return files, nil
}

// add adds the reasons why a package could not be compiled. The compiler's output is
// in the errors' text: a heading, then lines with positions.
func (e *BuildError) add(g *goCommand, p *listed) {
	errs := p.DepsErrors
	if p.Error != nil {
		errs = append(errs, p.Error)
	}
	found := false
	for _, le := range errs {
		output := g.frozen.restore(le.Err, g.cfg.Root)
		if strings.Contains(e.Output, output) {
			found = true
			continue
		}
		e.Output += output
		for line := range strings.Lines(output) {
			if d, ok := parseLine(g.cfg.Root, g.cfg.Dir, line); ok {
				e.Diagnostics = append(e.Diagnostics, d)
				found = true
			}
		}
	}
	if !found && e.Err == nil {
		e.Err = fmt.Errorf("dependency %s cannot be compiled", p.ImportPath)
	}
}

// An exportImporter reads packages from export data.
type exportImporter struct {
	files map[string]string         // by import path as resolved
	alias map[string]string         // import path as written, where vendoring changes it
	fset  *token.FileSet            // positions in dependencies are of no use: they have a set of their own
	known map[string]*types.Package // what was read, shared so that types are identical
}

// Import implements types.Importer.
func (imp *exportImporter) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if real := imp.alias[path]; real != "" {
		path = real
	}
	if p := imp.known[path]; p != nil && p.Complete() {
		return p, nil
	}
	file := imp.files[path]
	if file == "" {
		return nil, errors.New("the go command has no compiled form of it")
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := gcexportdata.NewReader(bufio.NewReader(f))
	if err != nil {
		return nil, err
	}
	return gcexportdata.Read(r, imp.fset, imp.known, path)
}

// check type-checks the packages. One that another imports comes first, and is what that
// one gets.
func (m *Model) check(cfg Config, l *packageList, exports map[string]string) ([]*types.Package, error) {
	fset, known := token.NewFileSet(), make(map[string]*types.Package)
	pkgs := make([]*types.Package, len(l.roots()))
	for _, at := range l.all {
		i := slices.Index(l.roots(), at)
		if i < 0 {
			continue
		}
		p := m.All()[i]
		p.importer = &exportImporter{files: exports, alias: at.ImportMap, fset: fset, known: known}
		pkg, err := p.checkOne(cfg, at)
		if err != nil {
			return nil, err
		}
		pkgs[i], known[p.ImportPath] = pkg, pkg
	}
	return pkgs, nil
}

func (m *Model) checkOne(cfg Config, at *listed) (*types.Package, error) {
	var diags []Diagnostic
	conf := types.Config{
		Importer: m.importer,
		// C's types are left unknown: they cannot cross the boundary anyway.
		FakeImportC: true,
		GoVersion:   languageFor(at.Module),
		Sizes:       types.SizesFor("gc", cfg.GOARCH),
		Error: func(err error) {
			var te types.Error
			if !errors.As(err, &te) {
				diags = append(diags, Diagnostic{Message: err.Error()})
				return
			}
			d := m.diagnostic(te.Pos, te.Msg)
			// A message that begins with a tab belongs to the one before.
			if note, ok := strings.CutPrefix(te.Msg, "\t"); ok && len(diags) > 0 {
				last := &diags[len(diags)-1]
				last.Message += fmt.Sprintf(" (%s:%d:%d: %s)", d.File, d.Line, d.Column, note)
				return
			}
			diags = append(diags, d)
		},
	}
	files := make([]*ast.File, len(m.Files))
	for i, f := range m.Files {
		files[i] = f.Syntax
	}
	info := &types.Info{
		Uses: make(map[*ast.Ident]types.Object), Defs: make(map[*ast.Ident]types.Object), Implicits: make(map[ast.Node]types.Object),
		Types: make(map[ast.Expr]types.TypeAndValue), Selections: make(map[*ast.SelectorExpr]*types.Selection),
	}
	pkg, err := conf.Check(m.ImportPath, m.Fset, files, info)
	if err != nil && len(diags) == 0 {
		diags = append(diags, Diagnostic{Message: err.Error()})
	}
	diags = append(diags, m.missingBodies()...)
	if len(diags) > 0 {
		return nil, &BuildError{Package: m.ImportPath, Diagnostics: SortDiagnostics(diags)}
	}
	m.Uses, m.info = info.Uses, info
	return pkg, nil
}

// missingBodies reports functions without a body for which there is no assembly. The compiler
// does so as well; go/types accepts them.
func (m *Model) missingBodies() []Diagnostic {
	if slices.ContainsFunc(m.OtherFiles, func(path string) bool { return strings.EqualFold(filepath.Ext(path), ".s") }) {
		return nil
	}
	var diags []Diagnostic
	for _, f := range m.Files {
		linked := make(map[string]bool)
		for _, group := range f.Syntax.Comments {
			for _, c := range group.List {
				if args := strings.Fields(c.Text); args[0] == "//go:linkname" && len(args) > 1 {
					linked[args[1]] = true
				}
			}
		}
		for _, decl := range f.Syntax.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Body == nil && !linked[fn.Name.Name] {
				diags = append(diags, m.diagnostic(fn.Name.Pos(), "missing function body"))
			}
		}
	}
	return diags
}

// languageFor returns the Go version that a module's source is written in. The
// result is empty for a version that this program's type checker does not know yet: it
// would refuse the package.
func languageFor(mod *module) string {
	if mod == nil {
		return ""
	}
	if mod.GoVersion == "" {
		return "go1.16" // what the go command takes a go.mod without a go line for
	}
	v := "go" + mod.GoVersion
	if version.Compare(version.Lang(v), Language(runtime.Version())) > 0 {
		return ""
	}
	return v
}
