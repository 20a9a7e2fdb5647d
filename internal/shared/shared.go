// Package shared holds the source of the packages below it. They run on both
// sides: the host imports them, and every plugin is built with a copy of its own.
//
// They are written for Go 1.22, the oldest Go with which plugins are built, and import only
// the standard library and each other. TestSharedPackages enforces both. A file that does
// not start with [Constraint] belongs to the host only.
package shared

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

// Constraint starts the first line of each file that is copied into plugins. It sets
// the language version in modules that name an older one.
const Constraint = "//go:build go1.22"

// Module is the prefix of the import paths of the shared packages.
const Module = "github.com/RamanSharma100/go-winplugin/internal/shared/"

// Log is the package that is copied only into plugins that log.
const Log = "pluginlog"

// Nolibc is the package whose source the pure bridge on Linux copies into the plugin's own
// package.
const Nolibc = "nolibc"

// Errors is the package of the standard library's errors. Plugins get those of its files whose
// imports they are built with.
const Errors = "stderrors"

// Lifeline is the package that is copied only into programs.
const Lifeline = "lifeline"

// Packages are the names of the packages that are copied into plugins.
var Packages = []string{Lifeline, "abi", "memory", "wire", "handle", "stream", "madetype", "codec", "merge", "coroutine", "environ", "exchange", "pluginrt", Log, Nolibc, "logvalue", "sqlvalue", "xmlvalue", Errors,
	"knowntime", "knownhttp", "knownnet", "knownfs", "knownslog", "knownimage", "knownsql"}

// Source is the source of the packages, tests included.
//
//go:embed lifeline abi memory wire handle stream madetype codec merge coroutine environ exchange pluginrt pluginlog nolibc logvalue sqlvalue xmlvalue
//go:embed stderrors knowntime knownhttp knownnet knownfs knownslog knownimage knownsql
var Source embed.FS

// Files returns the sources of a shared package by file name. The caller must not
// change the contents.
func Files(name string) (map[string][]byte, error) {
	entries, err := fs.ReadDir(Source, name)
	if err != nil {
		return nil, fmt.Errorf("shared package %s: %w", name, err)
	}
	files := make(map[string][]byte)
	for _, e := range entries {
		source := strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), ".s")
		if e.IsDir() || !source || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		b, err := fs.ReadFile(Source, name+"/"+e.Name())
		if err != nil {
			return nil, fmt.Errorf("shared package %s: %w", name, err)
		}
		if strings.HasPrefix(string(b), Constraint) {
			files[e.Name()] = b
		}
	}
	return files, nil
}
