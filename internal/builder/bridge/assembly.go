package bridge

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// withoutAssembly matches a build constraint with which a package can be built without its
// assembly.
var withoutAssembly = regexp.MustCompile(`(?m)^//go:build .*!(purego|noasm|appengine|generic|nosimd)\b`)

// checkAssembly refuses a package with Go assembly. The cgo bridge adds a file that
// imports "C" to the package, and the go command then gives all assembly to the C
// compiler: https://pkg.go.dev/cmd/cgo#hdr-Using_cgo_with_the_go_command.
func checkAssembly(m *source.Model) error {
	if len(m.CgoFiles) > 0 {
		return nil // the assembly is for the C compiler already
	}
	for _, f := range m.Files {
		for _, spec := range f.Syntax.Imports {
			if spec.Path.Value == `"C"` {
				return nil
			}
		}
	}
	const limit = 64 << 20
	remedy := "choose the pure bridge: WithBridge(Pure), on the command line --bridge pure"
	e := &source.BuildError{Package: m.ImportPath}
	for _, path := range m.OtherFiles {
		if !strings.EqualFold(filepath.Ext(path), ".s") {
			continue
		}
		e.Diagnostics = append(e.Diagnostics, source.Diagnostic{
			File: source.RelPath(m.Dir, path), Line: 1, Column: 1, Message: "Go assembly, in a package to which the cgo bridge adds cgo",
		})
		if text, err := fsutil.ReadRegular(path, limit); err == nil {
			if tag := withoutAssembly.FindSubmatch(text); tag != nil && !strings.Contains(remedy, "tag") {
				remedy += fmt.Sprintf("; or leave the assembly out by a build tag: WithTags(%q), on the command line --tags %[1]s", tag[1])
			}
		}
	}
	if e.Diagnostics == nil {
		return nil
	}
	e.Err = errors.New("the cgo bridge cannot build a package with Go assembly; " + remedy)
	return e
}
