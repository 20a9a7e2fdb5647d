package policy

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
)

// A check gathers the violations of one package.
type check struct {
	model     *source.Model
	anyImport bool
	allowed   func(path string) bool
	std       map[string]bool // the package's imports that are the standard library's
	found     []Violation
}

// refusedImport returns why an import is refused, or "".
func (c *check) refusedImport(path string) string {
	if path == "C" {
		return "brings in C code, which cannot be checked"
	}
	if c.anyImport {
		return ""
	}
	if reason := refusedPackages[path]; reason != "" {
		return reason
	}
	switch {
	case path == "os", strings.HasPrefix(path, "os/"):
		return "reaches files, the environment and the process itself"
	case c.std[path] && strings.Contains("/"+path+"/", "/internal/"):
		return "is internal to the standard library"
	}
	return ""
}

func (c *check) imports(f *ast.File) {
	for _, spec := range f.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue // the parser has refused it
		}
		if reason := c.refusedImport(path); reason != "" && !c.allowed(path) {
			c.add(spec.Path.Pos(), path, reason, path)
		}
	}
}

// directives looks for comments that the compiler or cgo obeys. The compiler
// reads them wherever a line comment begins, at the start of a line or not.
func (c *check) directives(f *ast.File) {
	for _, group := range f.Comments {
		for _, comment := range group.List {
			word, _, _ := strings.Cut(comment.Text, " ")
			word, _, _ = strings.Cut(word, "\t")
			switch {
			case word == "//go:linkname":
				c.add(comment.Pos(), word, "reaches names that another package keeps to itself", "")
			case strings.HasPrefix(word, "//go:cgo_"):
				c.add(comment.Pos(), word, "directs the linker", "")
			case word == "//export" && !c.allowed("C"):
				c.add(comment.Pos(), word, "adds a C symbol to the library", "C")
			}
		}
	}
}

func (c *check) otherFile(path string) {
	name := source.RelPath(c.model.Dir, path)
	allow := ""
	var reason string
	switch ext := filepath.Ext(path); ext {
	case ".s", ".S", ".sx":
		reason = "assembly, which cannot be checked"
	case ".syso":
		reason = "a compiled object, which cannot be checked"
	case ".h", ".hh", ".hpp", ".hxx":
		reason, allow = "a C header, which could take the place of a system's header", "C"
	default:
		reason, allow = "source that is not Go, which cannot be checked", "C"
	}
	if allow != "" && c.allowed(allow) {
		return
	}
	c.found = append(c.found, Violation{File: name, Line: 1, Column: 1, Subject: filepath.Base(path), Reason: reason, Allow: allow})
}

// add notes a violation. Its place is the real one: a line directive may say
// anything.
func (c *check) add(pos token.Pos, subject, reason, allow string) {
	p := c.model.Fset.PositionFor(pos, false)
	c.found = append(c.found, Violation{
		File: source.RelPath(c.model.Dir, p.Filename), Line: p.Line, Column: p.Column,
		Subject: subject, Reason: reason, Allow: allow,
	})
}
