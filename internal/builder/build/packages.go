package build

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/modfetch"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
)

// furtherPackages resolves the further packages of a library: a folder is absolute then. A
// relative folder is one of the current folder, else one of the first package's.
func furtherPackages(names []string, dir string) ([]string, error) {
	var list []string
	for _, name := range names {
		q, imported := ImportPath(name)
		switch {
		case imported && q.Version != "":
			return nil, fmt.Errorf("package %s: the first package's module decides on the versions of further packages; leave @%s out", name, q.Version)
		case imported:
			list = append(list, q.Path)
			continue
		}
		path, err := folderOf(name, dir)
		if err != nil {
			return nil, err
		}
		list = append(list, path)
	}
	return list, nil
}

func folderOf(name, dir string) (string, error) {
	for _, base := range []string{".", dir} {
		path := filepath.FromSlash(name)
		if !filepath.IsAbs(path) {
			path = filepath.Join(base, path)
		}
		info, err := os.Stat(path)
		switch {
		case err == nil && !info.IsDir():
			return "", fmt.Errorf("%w: %s is a file; name the folder of a further package, or its import path", source.ErrNoPackage, name)
		case err == nil:
			return filepath.Abs(path)
		case !errors.Is(err, fs.ErrNotExist):
			return "", fmt.Errorf("%w: %w", source.ErrNoPackage, err)
		}
	}
	return "", &missingError{name}
}

// queries are the further packages that are named by their import paths.
func (b *builder) queries() (paths []string) {
	for _, name := range b.Packages {
		if q, ok := modfetch.Parse(name); ok && !filepath.IsAbs(name) && !strings.HasPrefix(name, ".") {
			paths = append(paths, q.Path)
		}
	}
	return paths
}
