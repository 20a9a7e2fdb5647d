package build

import (
	"errors"
	"fmt"
	"os"

	"github.com/RamanSharma100/go-winplugin/internal/builder/elfimage"
	"github.com/RamanSharma100/go-winplugin/internal/builder/peimage"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// finish makes the library of the pure bridge from the program that was linked. m
// gets the addresses that only the finished file has.
func finish(path string, m *manifest.Manifest) error {
	program, done, err := fsutil.View(path, source.FileSize)
	if err != nil {
		return fmt.Errorf("reading the linked plugin: %w", err)
	}
	end := int64(len(program))
	finish := peimage.Finish
	if m.GOOS == "linux" {
		finish = elfimage.Finish
	}
	head, tail, err := finish(program, m)
	err = errors.Join(err, done())
	if err != nil {
		return fmt.Errorf("plugin %s: %w", m.Package, err)
	}
	if err := patch(path, head, tail, end); err != nil {
		return cacheError("writing the library", path, err)
	}
	return nil
}

// patch replaces the beginning of a file, and writes tail from its end on.
func patch(path string, head, tail []byte, end int64) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteAt(head, 0)
	if err == nil {
		_, err = file.WriteAt(tail, end)
	}
	return errors.Join(err, file.Close())
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
