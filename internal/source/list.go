package source

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/manifest"
)

// A listed package is what go list says about it.
type listed struct {
	Dir, ImportPath, Name string
	Standard, DepOnly     bool
	Export                string
	Module                *module

	GoFiles, CgoFiles, IgnoredGoFiles            []string
	CFiles, CXXFiles, MFiles, HFiles, FFiles     []string
	SFiles, SwigFiles, SwigCXXFiles, SysoFiles   []string
	IgnoredOtherFiles, EmbedPatterns, EmbedFiles []string
	Imports                                      []string
	ImportMap                                    map[string]string
	Error                                        *listError
	DepsErrors                                   []*listError
}

type module struct {
	Path, Version, Dir, GoMod, GoVersion string
	Main                                 bool
	Replace                              *module
}

type listError struct {
	ImportStack []string
	Pos, Err    string
}

// listFields are the fields of listed that the first list needs. Asking for no
// others halves the time that go list takes.
const listFields = "Dir,ImportPath,Name,Standard,DepOnly,Module," +
	"GoFiles,CgoFiles,IgnoredGoFiles,CFiles,CXXFiles,MFiles,HFiles,FFiles,SFiles,SwigFiles,SwigCXXFiles,SysoFiles," +
	"IgnoredOtherFiles,EmbedPatterns,EmbedFiles,Imports,ImportMap,Error,DepsErrors"

// A packageList is the plugin's package and all that it depends on.
type packageList struct {
	root *listed
	all  []*listed
	ctxt matcher
}

// matcher reports whether a file's name and constraints fit the target.
type matcher interface {
	MatchFile(dir, name string) (bool, error)
}

// list lists the package and its dependencies. Nothing is compiled.
func (g *goCommand) list(ctx context.Context) (*packageList, error) {
	out, err := g.run(ctx, append(g.listArgs("-deps", "-json="+listFields), ".")...)
	if err != nil {
		return nil, err
	}
	all, err := decodeList(out)
	if err != nil {
		return nil, err
	}
	l := &packageList{all: all, ctxt: g.buildContext()}
	for _, p := range all {
		if !p.DepOnly {
			l.root = p
		}
	}
	if l.root == nil {
		return nil, fmt.Errorf("%w: go list found none in %s", ErrNoPackage, g.cfg.Dir)
	}
	return l, nil
}

func decodeList(data []byte) ([]*listed, error) {
	var all []*listed
	for dec := json.NewDecoder(bytes.NewReader(data)); ; {
		p := new(listed)
		switch err := dec.Decode(p); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, fmt.Errorf("go list gave no JSON: %w", err)
		}
		all = append(all, p)
	}
}

// goFiles returns the names of the package's Go files, sorted.
func (p *listed) goFiles() []string {
	names := slices.Concat(p.GoFiles, p.CgoFiles)
	slices.Sort(names)
	return names
}

// otherFiles returns the names of the files in other languages.
func (p *listed) otherFiles() []string {
	return slices.Concat(p.CFiles, p.CXXFiles, p.MFiles, p.HFiles, p.FFiles, p.SFiles,
		p.SwigFiles, p.SwigCXXFiles, p.SysoFiles)
}

// missing reports a folder in which there is no package for the target.
func (l *packageList) missing(cfg Config) error {
	if len(l.root.GoFiles)+len(l.root.CgoFiles) > 0 {
		return nil
	}
	e := l.root.Error
	switch {
	case e == nil:
		return fmt.Errorf("%w: %s holds only tests; put the plugin's functions into a Go file there", ErrNoPackage, cfg.Dir)
	case strings.HasPrefix(e.Err, "no Go files in"), strings.HasPrefix(e.Err, "no non-test Go files in"):
		return fmt.Errorf("%w: %s holds no Go files; give the folder that holds the plugin's", ErrNoPackage, cfg.Dir)
	case strings.HasPrefix(e.Err, "build constraints exclude all Go files"):
		return fmt.Errorf("%w: the Go files in %s (%s) are all excluded for %s/%s; check the target, the build tags, and whether they need cgo",
			ErrNoPackage, cfg.Dir, strings.Join(l.root.IgnoredGoFiles, ", "), cfg.GOOS, cfg.GOARCH)
	}
	d := l.diagnostic(cfg.Dir, e)
	return &BuildError{Package: cfg.Dir, Err: errors.New(d.String())}
}

// stdImports returns the root's imports from the standard library.
func (l *packageList) stdImports() []string {
	std := make(map[string]bool)
	for _, p := range l.all {
		std[p.ImportPath] = p.Standard
	}
	var paths []string
	for _, path := range l.root.Imports {
		if std[path] || path == "unsafe" {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// modules returns the modules that are built in, but for the package's own.
func (l *packageList) modules() []manifest.Module {
	var mods []manifest.Module
	for _, p := range l.all {
		m := p.Module
		if m == nil || l.root.Module != nil && m.Path == l.root.Module.Path {
			continue
		}
		dep := manifest.Module{Path: m.Path, Version: m.Version}
		if r := m.Replace; r != nil {
			// A replacement without a version is a folder.
			dep.Version = r.Version
			if r.Version != "" {
				dep.Path = r.Path
			}
		}
		mods = append(mods, dep)
	}
	slices.SortFunc(mods, func(a, b manifest.Module) int { return strings.Compare(a.Path, b.Path) })
	return slices.Compact(mods)
}

// diagnose reports what is wrong with the package's imports, embeds and
// dependencies.
func (l *packageList) diagnose(m *Model) error {
	var list []Diagnostic
	for _, p := range l.all {
		if p.Error == nil || l.tolerated(p) {
			continue
		}
		d := l.diagnostic(m.Dir, p.Error)
		if p.Standard && p != l.root && d.File == "" {
			continue // said better by the package that imports it
		}
		if d.File == "" && len(p.Error.ImportStack) > 1 {
			m.placeImport(&d, p.Error.ImportStack[1])
		}
		if m.Bare && strings.HasPrefix(d.Message, "no required module provides package") {
			path, _, _ := strings.Cut(strings.TrimPrefix(d.Message, "no required module provides package "), ";")
			d.Message = fmt.Sprintf("package %s is needed, but the folder has no go.mod to name its version; run there: go mod init %s && go get %s", path, m.Name, path)
		}
		list = append(list, d)
	}
	if len(list) == 0 {
		return nil
	}
	return &BuildError{Package: m.ImportPath, Diagnostics: SortDiagnostics(list)}
}

// tolerated reports errors of go list that are not for this stage to report.
func (l *packageList) tolerated(p *listed) bool {
	if p != l.root {
		return false
	}
	if strings.Contains(p.Error.Err, "source files not allowed when not using cgo") {
		return true // the bridge brings cgo; whether C may be there is a matter of policy
	}
	// An internal package of the standard library is for the policy to list;
	// without a policy go build refuses it.
	path, ok := strings.CutPrefix(p.Error.Err, "use of internal package ")
	path, _, _ = strings.Cut(path, " ")
	return ok && slices.ContainsFunc(l.all, func(p *listed) bool { return p.Standard && p.ImportPath == path })
}

// diagnostic turns an error of go list into one of ours.
func (l *packageList) diagnostic(dir string, e *listError) Diagnostic {
	msg := strings.TrimSpace(e.Err)
	if len(e.ImportStack) > 1 && msg == "import cycle not allowed" {
		msg += ": " + strings.Join(e.ImportStack, " imports ")
	}
	// Hints follow on lines of their own, indented.
	msg = strings.Join(strings.Fields(msg), " ")
	if d, ok := parseLine(dir, e.Pos+": "+msg); ok {
		return d
	}
	if d, ok := parseLine(dir, msg); ok {
		return d
	}
	return Diagnostic{Message: msg}
}

// local returns the packages outside GOROOT and the module cache: those whose
// files may change.
func (l *packageList) local(modCache string) []*listed {
	var list []*listed
	for _, p := range l.all {
		if p.Standard || p.Dir == "" || within(modCache, p.Dir) {
			continue
		}
		list = append(list, p)
	}
	return list
}

// within reports whether path is dir or below it.
func within(dir, path string) bool {
	if dir == "" {
		return false
	}
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}
