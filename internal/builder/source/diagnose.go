package source

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// missing reports a folder in which there is no package for the target.
func (l *packageList) missing(cfg Config) error {
	if err := l.lacks(cfg, l.root); err != nil {
		return err
	}
	for i, p := range l.more {
		cfg.Dir = cfg.Packages[i]
		if err := l.lacks(cfg, p); err != nil {
			return err
		}
	}
	return nil
}

// lacks reports a package without files for the target, in cfg.Dir.
func (l *packageList) lacks(cfg Config, at *listed) error {
	if len(at.GoFiles)+len(at.CgoFiles) > 0 {
		return nil
	}
	e := at.Error
	switch {
	case e == nil:
		return fmt.Errorf("%w: %s holds only tests; put the plugin's functions into a Go file there", ErrNoPackage, cfg.Dir)
	case strings.HasPrefix(e.Err, "no Go files in"), strings.HasPrefix(e.Err, "no non-test Go files in"):
		return fmt.Errorf("%w: %s holds no Go files; give the folder that holds the plugin's", ErrNoPackage, cfg.Dir)
	case l.needsCGO(at):
		return fmt.Errorf("%w: %w by the Go files in %s (%s); install a C compiler and choose the cgo bridge",
			ErrNoPackage, ErrNeedsCGO, cfg.Dir, strings.Join(at.IgnoredGoFiles, ", "))
	case strings.HasPrefix(e.Err, "build constraints exclude all Go files"):
		return fmt.Errorf("%w: the Go files in %s (%s) are all excluded for %s/%s; check the target, the build tags, and whether they need cgo",
			ErrNoPackage, cfg.Dir, strings.Join(at.IgnoredGoFiles, ", "), cfg.GOOS, cfg.GOARCH)
	}
	d := l.diagnostic(cfg.Root, cfg.Dir, e)
	return &BuildError{Package: cfg.Dir, Err: errors.New(d.String())}
}

// diagnose reports what is wrong with the package's imports, embeds and
// dependencies.
func (l *packageList) diagnose(m *Model) error {
	var list []Diagnostic
	var cause error
	for _, p := range l.all {
		if p.Error == nil || l.tolerated(p) {
			continue
		}
		d := l.diagnostic(m.Root, m.Dir, p.Error)
		if p.Standard && !l.isRoot(p) && d.File == "" {
			continue // said better by the package that imports it
		}
		if d.File == "" && len(p.Error.ImportStack) > 1 {
			m.placeImport(&d, p.Error.ImportStack[1])
		}
		if m.Bare && strings.HasPrefix(d.Message, "no required module provides package") {
			path, _, _ := strings.Cut(strings.TrimPrefix(d.Message, "no required module provides package "), ";")
			d.Message = fmt.Sprintf("package %s is needed, but the folder has no go.mod to name its version; run there: go mod init %s && go get %s", path, m.Name, path)
		}
		if l.needsCGO(p) {
			cause = ErrNeedsCGO
			d.Message = fmt.Sprintf("package %s needs cgo, which is off; install a C compiler and choose the cgo bridge, or do without the package", p.ImportPath)
		}
		list = append(list, d)
	}
	if len(list) == 0 {
		return nil
	}
	return &BuildError{Package: m.ImportPath, Diagnostics: SortDiagnostics(list), Err: cause}
}

// needsCGO reports whether a package has no files left because cgo is off.
func (l *packageList) needsCGO(p *listed) bool {
	return strings.HasPrefix(p.Error.Err, "build constraints exclude all Go files") && slices.ContainsFunc(p.IgnoredGoFiles, func(name string) bool {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.ImportsOnly)
		return err == nil && importsC(f)
	})
}

// tolerated reports errors of go list that are not for this stage to report.
func (l *packageList) tolerated(p *listed) bool {
	if !l.isRoot(p) {
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
func (l *packageList) diagnostic(root, dir string, e *listError) Diagnostic {
	msg := strings.TrimSpace(e.Err)
	if len(e.ImportStack) > 1 && msg == "import cycle not allowed" {
		msg += ": " + strings.Join(e.ImportStack, " imports ")
	}
	// Hints follow on lines of their own, indented.
	msg = strings.Join(strings.Fields(msg), " ")
	if d, ok := parseLine(root, dir, e.Pos+": "+msg); ok {
		return d
	}
	if d, ok := parseLine(root, dir, msg); ok {
		return d
	}
	return Diagnostic{Message: msg}
}
