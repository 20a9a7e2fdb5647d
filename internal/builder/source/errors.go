package source

import (
	"cmp"
	"errors"
	"fmt"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

var (
	// ErrNoPackage means that the folder is missing, is no folder, or holds no
	// Go file for the target.
	ErrNoPackage = errors.New("no Go package")
	// ErrOutsideFolder means that Config.File leads out of Config.Dir.
	ErrOutsideFolder = errors.New("path leaves the plugin's folder")
	// ErrNotInPackage means that Config.File exists, but is not built as part
	// of the package: a test, a file for another system, a file in a subfolder.
	ErrNotInPackage = errors.New("file is not part of the package")
	// ErrNoFunctions means that the package exports no function.
	ErrNoFunctions = errors.New("package exports no function")
	// ErrGoTooOld means that the package or one of its dependencies needs a
	// newer Go than the toolchain's.
	ErrGoTooOld = errors.New("a newer Go is needed")
	// ErrNeedsCGO means that the package or one of its dependencies needs cgo,
	// which was off.
	ErrNeedsCGO = errors.New("cgo is needed, which is off without a C compiler")
)

// A BuildError reports that the user's source, or the compiler run on it,
// failed.
type BuildError struct {
	Package     string       // import path, or folder if that is not known
	Diagnostics []Diagnostic // sorted by position, each once
	Output      string       // what the go command said, if Diagnostics does not cover it
	Err         error        // the cause, may be nil
}

// A Diagnostic is one message and its position in the user's files.
type Diagnostic struct {
	File         string // relative to the plugin's folder if below it, else absolute; slashes as the system has them
	Line, Column int    // 0 if not known
	Message      string
}

func (e *BuildError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "plugin package %s cannot be built", e.Package)
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	for _, d := range e.Diagnostics {
		fmt.Fprintf(&b, "\n\t%v", d)
	}
	if len(e.Diagnostics) == 0 && e.Output != "" {
		b.WriteString("\n\t" + strings.ReplaceAll(strings.TrimSpace(e.Output), "\n", "\n\t"))
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *BuildError) Unwrap() error { return e.Err }

// String returns the diagnostic as compilers print it: "file.go:3:8: message".
func (d Diagnostic) String() string {
	switch {
	case d.File == "":
		return d.Message
	case d.Line == 0:
		return d.File + ": " + d.Message
	case d.Column == 0:
		return fmt.Sprintf("%s:%d: %s", d.File, d.Line, d.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", d.File, d.Line, d.Column, d.Message)
}

// SortDiagnostics sorts by place and removes duplicates.
func SortDiagnostics(list []Diagnostic) []Diagnostic {
	slices.SortStableFunc(list, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column, cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(list)
}

// RelPath returns path as the user of the plugin folder dir knows it: relative
// to dir if it is below, else absolute. A relative path is taken to be relative
// to dir, as the go command prints paths relative to where it runs.
func RelPath(dir, path string) string {
	if path == "" {
		return ""
	}
	path = filepath.FromSlash(path)
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// noFunctions is the error of a package without anything that a host can call.
func (m *Model) noFunctions(file string, pkg *types.Package) error {
	at := m.Files[0]
	for _, f := range m.Files {
		if f.Path == file {
			at = f
		}
	}
	advice := "begin the name of each function that the host may call with a capital letter"
	instance := proposeType(pkg)
	switch {
	case instance != "":
		advice = fmt.Sprintf("ask for instances of its generic types by WithInstantiate(%q), on the command line --instantiate %[1]q", instance)
	case m.Root == m.Dir: // the user's own
	case m.Name == "main":
		advice = "it is a program: run it by go run, or name a package that programs import"
	default:
		advice = "name another package of its module"
	}
	d := m.diagnostic(at.Syntax.Name.Pos(), fmt.Sprintf("package %s exports no function; %s", m.Name, advice))
	return &BuildError{Package: m.ImportPath, Diagnostics: []Diagnostic{d}, Err: ErrNoFunctions}
}
