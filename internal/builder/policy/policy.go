// Package policy decides whether a plugin's source may be built.
//
// By default a plugin may not import packages that reach around Go's types or into the
// system: os and what is below it, syscall, unsafe, cgo's "C", the standard library's
// internal packages, and some more. It may import packages with other uses, but not use
// their functions of this kind, such as log.Fatal. It must not contain code that is not Go
// (assembly, C, objects), or directives that link names to such code or to private names of
// other packages.
//
// The policy is a check against mistakes, and not a sandbox. It checks the files of the
// plugin's own package. The packages that it imports, also those of its own module, may do
// all of this, and there are other ways to the same effects. The policy does not protect
// from an author who means harm.
package policy

import (
	"cmp"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
)

// A Policy is the set of rules for a plugin's source. The zero value refuses
// everything that the package comment lists.
type Policy struct {
	Off bool // check nothing

	// AnyImport leaves out the rule on imports, and on functions of what is imported.
	// Other packages' C code is still refused, and so are files that are not Go.
	AnyImport bool

	// Allow lists imports to let pass: paths, or patterns with "..." as go list
	// has them: "os/..." is os and all below it. "C" lets cgo pass, and C files
	// and cgo's directives with it.
	Allow []string
}

// Allows reports whether a plugin may import the package.
func (p Policy) Allows(path string) bool { return p.Off || matcher(p.Allow)(path) }

// Check returns nil if the package may be built, else an [*Error] with every
// violation.
func (p Policy) Check(m *source.Model) error {
	if p.Off {
		return nil
	}
	c := &check{model: m, anyImport: p.AnyImport, allowed: matcher(p.Allow), std: make(map[string]bool)}
	for _, path := range m.StdImports {
		c.std[path] = true
	}
	for _, f := range slices.Concat(m.Files, m.CgoFiles) {
		c.imports(f.Syntax)
		c.directives(f.Syntax)
	}
	if !p.AnyImport {
		c.uses()
	}
	for _, path := range m.OtherFiles {
		c.otherFile(path)
	}
	if len(c.found) == 0 {
		return nil
	}
	slices.SortFunc(c.found, compare)
	return &Error{Package: m.ImportPath, Violations: slices.Compact(c.found)}
}

// An Error lists what in a package the policy refuses, sorted by place.
type Error struct {
	Package    string
	Violations []Violation
}

// A Violation is one refused import, function, directive or file, and its place.
type Violation struct {
	File         string // relative to the plugin's folder
	Line, Column int
	Subject      string // import path, function, directive or file name
	Reason       string
	Allow        string // the entry of [Policy.Allow] that would let it pass, if there is one
}

// String returns "file.go:3:8: subject: reason".
func (v Violation) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s", v.File, v.Line, v.Column, v.Subject, v.Reason)
}

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "policy refuses plugin package %s:", e.Package)
	var imports []string
	rest := false
	for _, v := range e.Violations {
		fmt.Fprintf(&b, "\n\t%v", v)
		if v.Allow == "" {
			rest = true
		} else if !slices.Contains(imports, v.Allow) {
			imports = append(imports, v.Allow)
		}
	}
	slices.Sort(imports)
	b.WriteString("\nremove these from the plugin")
	if len(imports) > 0 && !rest {
		fmt.Fprintf(&b, ", or allow them with the option WithAllowedImports(%s), on the command line %s",
			quoted(imports), "--allow "+strings.Join(imports, " --allow "))
	}
	b.WriteString(", or switch the policy off with WithoutPolicy(), on the command line --no-policy")
	return b.String()
}

func quoted(list []string) string {
	q := make([]string, len(list))
	for i, s := range list {
		q[i] = fmt.Sprintf("%q", s)
	}
	return strings.Join(q, ", ")
}

func compare(a, b Violation) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Subject, b.Subject))
}

// matcher returns a function that reports whether one of the patterns matches.
func matcher(patterns []string) func(path string) bool {
	var list []*regexp.Regexp
	for _, p := range patterns {
		re := strings.ReplaceAll(regexp.QuoteMeta(filepath.ToSlash(strings.TrimSpace(p))), `\.\.\.`, `.*`)
		// As for go list, "os/..." matches os too.
		if below, ok := strings.CutSuffix(re, `/.*`); ok {
			re = below + `(/.*)?`
		}
		list = append(list, regexp.MustCompile(`^`+re+`$`))
	}
	return func(path string) bool {
		return slices.ContainsFunc(list, func(re *regexp.Regexp) bool { return re.MatchString(path) })
	}
}
