package source

import (
	"fmt"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// needsGo matches the go command's message for a module that needs a newer Go, if the go
// command may not or cannot fetch the newer toolchain.
var needsGo = regexp.MustCompile(`(?m)^go: (?:module )?(\S+) requires go >= (\S+) \(running (go \S+?)[;)]`)

// linePattern matches a message with a position. The file's name ends in an
// extension, so that "C:" and hints with colons are no positions.
var linePattern = regexp.MustCompile(`^(.+?\.[A-Za-z]+):(\d+)(?::(\d+))?:\s+(.*)$`)

// TooOld returns an error that wraps [ErrGoTooOld] if that is why the go command failed, else
// nil.
func TooOld(stderr string) error {
	m := needsGo.FindStringSubmatch(stderr)
	if m == nil {
		return nil
	}
	return fmt.Errorf("%w: %s needs Go %s or later, and the toolchain is %s; install a newer Go, let the go command download one by setting GOTOOLCHAIN=auto, or lower the go line in go.mod",
		ErrGoTooOld, m[1], m[2], m[3])
}

// parseLine reads "file.go:3:8: message", the file relative to root, where the go
// command ran. The diagnostic has it relative to dir.
func parseLine(root, dir, line string) (Diagnostic, bool) {
	m := linePattern.FindStringSubmatch(strings.TrimSpace(line))
	if m == nil {
		return Diagnostic{}, false
	}
	file := filepath.FromSlash(m[1])
	if !filepath.IsAbs(file) {
		file = filepath.Join(root, file)
	}
	d := Diagnostic{File: RelPath(dir, file), Message: m[4]}
	d.Line, _ = strconv.Atoi(m[2])
	d.Column, _ = strconv.Atoi(m[3])
	return d, true
}

// diagnostic makes one at a position of the package's own files. Line
// directives are passed over: they may name any file.
func (m *Model) diagnostic(pos token.Pos, msg string) Diagnostic {
	p := m.Fset.PositionFor(pos, false)
	return Diagnostic{File: RelPath(m.Dir, p.Filename), Line: p.Line, Column: p.Column, Message: msg}
}

// placeImport gives d the position of the import of path, which is where the go
// command has it: at the import's name, if it has one.
func (m *Model) placeImport(d *Diagnostic, path string) {
	for _, f := range m.Files {
		for _, spec := range f.Syntax.Imports {
			if p, err := strconv.Unquote(spec.Path.Value); err == nil && p == path {
				*d = m.diagnostic(spec.Pos(), d.Message)
				return
			}
		}
	}
}
