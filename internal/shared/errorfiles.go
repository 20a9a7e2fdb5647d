package shared

import (
	"fmt"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"sync"
)

// errorImports has the packages of the standard library that each file of [Errors] imports.
var errorImports = sync.OnceValues(func() (map[string][]string, error) {
	files, err := Files(Errors)
	if err != nil {
		return nil, err
	}
	imports := make(map[string][]string, len(files))
	for name, text := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly)
		if err != nil {
			return nil, fmt.Errorf("shared package %s: %w", Errors, err)
		}
		for _, spec := range f.Imports {
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return nil, fmt.Errorf("shared package %s: %w", Errors, err)
			}
			if !strings.HasPrefix(path, Module) {
				imports[name] = append(imports[name], path)
			}
		}
	}
	return imports, nil
})

// ErrorFiles returns the files of [Errors] whose imports a plugin is built with, by name. It
// returns none if there is nothing to register.
func ErrorFiles(builtWith func(path string) bool) (map[string][]byte, error) {
	imports, err := errorImports()
	if err != nil {
		return nil, err
	}
	all, err := Files(Errors)
	if err != nil {
		return nil, err
	}
	files := make(map[string][]byte)
	for name, paths := range imports {
		has := true
		for _, path := range paths {
			has = has && (builtWith(path) || path == "reflect")
		}
		if has {
			files[name] = all[name]
		}
	}
	return files, nil
}
