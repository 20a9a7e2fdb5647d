package source

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"hash"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// parse reads the package's files: it fills Files, CgoFiles, OtherFiles, Doc,
// Name and SourceHash.
func (m *Model) parse(at *listed, l *packageList) error {
	var diags []Diagnostic
	sum := sha256.New()
	for _, name := range at.goFiles() {
		data, err := m.read(filepath.Join(m.Dir, name))
		if err != nil {
			return fmt.Errorf("plugin package %s: %w", m.ImportPath, err)
		}
		addToHash(sum, name, data)
		f, errs := m.parseFile(name, data)
		diags = append(diags, errs...)
		m.Files = append(m.Files, f)
	}
	if len(diags) > 0 {
		return &BuildError{Package: m.ImportPath, Diagnostics: SortDiagnostics(diags)}
	}
	if err := m.onePackage(); err != nil {
		return err
	}
	if err := m.parseIgnored(at, l); err != nil {
		return fmt.Errorf("plugin package %s: %w", m.ImportPath, err)
	}

	var docs []string
	for _, f := range m.Files {
		if doc := strings.TrimSpace(f.Syntax.Doc.Text()); doc != "" {
			docs = append(docs, doc)
		}
	}
	m.Doc = strings.Join(docs, "\n\n")

	for _, path := range slices.Concat(m.OtherFiles, absolute(m.Dir, at.EmbedFiles)) {
		data, err := m.read(path)
		if err != nil {
			return fmt.Errorf("plugin package %s: %w", m.ImportPath, err)
		}
		addToHash(sum, filepath.ToSlash(RelPath(m.Dir, path)), data)
	}
	m.SourceHash = hex.EncodeToString(sum.Sum(nil))
	return nil
}

func (m *Model) parseFile(name string, data []byte) (File, []Diagnostic) {
	path := filepath.Join(m.Dir, name)
	syntax, err := parser.ParseFile(m.Fset, path, data, parser.ParseComments|parser.SkipObjectResolution)
	var list scanner.ErrorList
	switch {
	case errors.As(err, &list):
		diags := make([]Diagnostic, len(list))
		for i, e := range list {
			diags[i] = Diagnostic{File: RelPath(m.Dir, e.Pos.Filename), Line: e.Pos.Line, Column: e.Pos.Column, Message: e.Msg}
		}
		return File{}, diags
	case err != nil:
		return File{}, []Diagnostic{{File: name, Message: err.Error()}}
	}
	return File{path, syntax, data}, nil
}

// onePackage reports files with another package clause than the first one's.
func (m *Model) onePackage() error {
	first := m.Files[0]
	m.Name = first.Syntax.Name.Name
	var diags []Diagnostic
	for _, f := range m.Files[1:] {
		if name := f.Syntax.Name.Name; name != m.Name {
			diags = append(diags, m.diagnostic(f.Syntax.Name.Pos(),
				fmt.Sprintf("package %s in the same folder as package %s (%s); keep one package in a folder", name, m.Name, filepath.Base(first.Path))))
		}
	}
	if diags == nil {
		return nil
	}
	first0 := m.diagnostic(first.Syntax.Name.Pos(), fmt.Sprintf("package %s is here", m.Name))
	return &BuildError{Package: m.ImportPath, Diagnostics: SortDiagnostics(append(diags, first0)),
		Err: errors.New("two packages in one folder")}
}

// parseIgnored reads the files that go list left out: with CGO_ENABLED=0 it drops Go
// files that import "C" and does not mention C files, and without a file that
// imports "C" it drops assembly for the C compiler. The bridge brings cgo into
// the package, so all of them count.
func (m *Model) parseIgnored(at *listed, l *packageList) error {
	entries, err := os.ReadDir(m.Dir)
	if err != nil {
		return err
	}
	others := append(at.otherFiles(), otherFiles(entries, m.Dir, l.ctxt)...)
	slices.Sort(others)
	m.OtherFiles = absolute(m.Dir, slices.Compact(others))

	for _, name := range at.IgnoredGoFiles {
		if ok, err := l.ctxt.MatchFile(m.Dir, name); !ok || err != nil {
			continue
		}
		data, err := m.read(filepath.Join(m.Dir, name))
		if err != nil {
			continue
		}
		f, errs := m.parseFile(name, data)
		if len(errs) == 0 && importsC(f.Syntax) {
			m.CgoFiles = append(m.CgoFiles, f)
		}
	}
	return nil
}

func importsC(f *ast.File) bool {
	return slices.ContainsFunc(f.Imports, func(s *ast.ImportSpec) bool { return s.Path.Value == `"C"` || s.Path.Value == "`C`" })
}

// addToHash adds a file so that no two sets of files give the same bytes.
func addToHash(h hash.Hash, name string, data []byte) {
	var n [16]byte
	binary.BigEndian.PutUint64(n[:8], uint64(len(name)))
	binary.BigEndian.PutUint64(n[8:], uint64(len(data)))
	h.Write(n[:])
	h.Write([]byte(name))
	h.Write(data)
}

// absolute joins slash-separated names to a folder.
func absolute(dir string, names []string) []string {
	var paths []string
	for _, name := range names {
		paths = append(paths, filepath.Join(dir, filepath.FromSlash(name)))
	}
	return paths
}

// at returns a position in the form of the manifest: file.go:12:6. Files of a further package
// are below its import path.
func (m *Model) at(pos token.Pos) string {
	p := m.Fset.PositionFor(pos, false)
	file := filepath.ToSlash(RelPath(m.Dir, p.Filename))
	if m.Qualifier != "" {
		file = path.Join(m.ImportPath, file)
	}
	return fmt.Sprintf("%s:%d:%d", file, p.Line, p.Column)
}
