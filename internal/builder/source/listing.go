package source

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Listing is what the go command said in the analysis of a package: its settings, the
// files of the packages, and where the export data of imports is. A later analysis can
// use it in place of the go command; see [Config.Listing].
type Listing struct {
	Settings goSettings
	Bare     bool
	GoMod    []byte   // of a bare folder
	Env      []string // Model.Env
	Packages []*listed
	Root     int               // index of the plugin's package
	Exports  map[string]string // files with export data, by import path
	Headers  map[string]string // Header of the package's Go files, by name
}

// errHeader means that a Go file has another header than when the package was listed.
var errHeader = errors.New("imports, constraints or embedded files of a Go file may be others")

// Header identifies the part of a Go file that decides what the go command does with it:
// everything up to the last import, and the directives that embed files.
func Header(content []byte) (string, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	return header(fset, File{Syntax: file, Data: content}), nil
}

func header(fset *token.FileSet, f File) string {
	end := f.Syntax.Name.End()
	for _, decl := range f.Syntax.Decls {
		if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.IMPORT {
			end = d.End()
		}
	}
	h := sha256.New()
	h.Write(f.Data[:fset.PositionFor(end, false).Offset])
	for _, group := range f.Syntax.Comments {
		for _, c := range group.List {
			if strings.HasPrefix(c.Text, "//go:embed") {
				fmt.Fprintf(h, "\n%q", c.Text)
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// newListing returns the listing of a package that was analysed, or nil for several packages.
// Of the standard library it has only the names.
func (g *goCommand) newListing(m *Model, l *packageList, exports map[string]string) *Listing {
	if len(m.Packages) > 0 {
		return nil
	}
	k := &Listing{Settings: g.settings, Bare: g.bare, GoMod: g.goMod, Env: g.extraEnv, Exports: exports, Headers: make(map[string]string)}
	for i, p := range l.all {
		if p == l.root {
			k.Root = i
		} else if p.Standard && p.Error == nil && p.DepsErrors == nil {
			p = &listed{ImportPath: p.ImportPath, Standard: true, DepOnly: true}
		}
		k.Packages = append(k.Packages, p)
	}
	for _, f := range m.Files {
		k.Headers[filepath.Base(f.Path)] = header(m.Fset, f)
	}
	return k
}

// Variables returns the settings of the go command that compilers read from the environment.
func (k *Listing) Variables() []string {
	s := k.Settings
	return []string{"GOAMD64=" + s.GOAMD64, "GOARM64=" + s.GOARM64, "GOEXPERIMENT=" + s.GOEXPERIMENT}
}

// loadListed is load with the listing in place of the go command. The package's Go files
// are read, everything else is as it was.
func loadListed(cfg Config, file string) (*Model, error) {
	k := cfg.Listing
	if k.Root < 0 || k.Root >= len(k.Packages) || slices.Contains(k.Packages, nil) || len(cfg.Packages) > 0 || cfg.CopyDir == "" {
		return nil, errors.New("the listing does not fit")
	}
	g := &goCommand{cfg: cfg, file: file, settings: k.Settings, bare: k.Bare, goMod: k.GoMod, extraEnv: k.Env}
	l := &packageList{root: k.Packages[k.Root], all: k.Packages, ctxt: g.buildContext()}
	w := &walk{dir: cfg.Dir}
	for _, name := range l.root.goFiles() {
		w.file(filepath.Join(cfg.Dir, name), maxGoFile)
	}
	if w.diags != nil {
		return nil, &BuildError{Package: cfg.Dir, Diagnostics: w.diags}
	}
	if err := os.MkdirAll(cfg.CopyDir, 0o700); err != nil {
		return nil, err
	}
	var err error
	if g.frozen, err = newFrozen(cfg.CopyDir); err != nil {
		return nil, err
	}
	m, err := g.readModel(l)
	if err != nil {
		return nil, err
	}
	m.Copies = g.frozen.copies
	now := make(map[string]string)
	for _, f := range m.Files {
		now[filepath.Base(f.Path)] = header(m.Fset, f)
	}
	if !maps.Equal(now, k.Headers) {
		return nil, errHeader
	}
	if file != "" {
		if err := m.checkNamedFile(cfg, file); err != nil {
			return nil, err
		}
	}
	return m, g.analyze(m, l, k.Exports)
}
