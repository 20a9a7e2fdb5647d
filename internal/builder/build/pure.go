package build

import (
	"fmt"
	"os"

	"github.com/RamanSharma100/go-winplugin/internal/builder/elfimage"
	"github.com/RamanSharma100/go-winplugin/internal/builder/peimage"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// finish makes the library of the pure bridge from the program that was linked. m
// gets the addresses that only the finished file has.
func finish(path string, m *manifest.Manifest) error {
	program, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("reading the linked plugin: %w", err)
	}
	finish := peimage.Finish
	if m.GOOS == "linux" {
		finish = elfimage.Finish
	}
	library, err := finish(program, m)
	if err != nil {
		return fmt.Errorf("plugin %s: %w", m.Package, err)
	}
	if err := os.WriteFile(path, library, 0o600); err != nil {
		return cacheError("writing the library", path, err)
	}
	return nil
}

// needsCGO reports files of the plugin that the pure bridge would leave out.
func needsCGO(m *source.Model) error {
	e := &source.BuildError{Package: m.ImportPath, Err: source.ErrNeedsCGO}
	for _, file := range m.CgoFiles {
		e.Diagnostics = append(e.Diagnostics, source.Diagnostic{
			File: source.RelPath(m.Dir, file.Path), Line: 1, Column: 1,
			Message: `file imports "C", and the pure bridge builds without a C compiler; install one and choose the cgo bridge, or leave the file out`,
		})
	}
	return e
}
