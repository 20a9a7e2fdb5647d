package build

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Export copies the artifact's library to path, and its header, if it has one, beside
// it with the extension .h, and returns the copy. If path is a folder, the library
// gets the package's name: a program that is linked with a DLL looks for that name. Existing
// files are replaced atomically, and only if a build has made them.
func Export(a *Artifact, path string) (*Artifact, error) {
	path, err := CheckOutput(path)
	if err != nil {
		return nil, err
	}
	if isDir(path) {
		path = filepath.Join(path, linkName(filepath.Base(a.Path)))
	}
	copied := *a
	copied.Path = path
	if err := replaceable(path, isLibrary); err != nil {
		return nil, err
	}
	if a.Header != "" {
		copied.Header = headerPath(path)
		if err := replaceable(copied.Header, isHeader); err != nil {
			return nil, err
		}
		if err := export(a.Header, copied.Header, 0o666); err != nil {
			return nil, err
		}
	}
	return &copied, export(a.Path, copied.Path, 0o777)
}

// CheckOutput returns the absolute path that a library may be exported to. It is called
// before the build as well, which takes long.
func CheckOutput(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("failed to find where %s is: %w", path, err)
	}
	if isDir(abs) {
		return abs, nil
	}
	if path != "" && os.IsPathSeparator(path[len(path)-1]) {
		return "", fmt.Errorf("there is no folder %s; create it, or choose another place for the library", abs)
	}
	if dir := filepath.Dir(abs); !isDir(dir) {
		return "", fmt.Errorf("failed to write %s: there is no folder %s; create it, or choose another place for the library", abs, dir)
	}
	if headerPath(abs) == abs {
		return "", fmt.Errorf("%s cannot be the library's name: its C header gets that; choose one that ends in .dll or .so", abs)
	}
	if err := replaceable(abs, isLibrary); err != nil {
		return "", err
	}
	return abs, replaceable(headerPath(abs), isHeader)
}

func headerPath(library string) string {
	return strings.TrimSuffix(library, filepath.Ext(library)) + ".h"
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// replaceable returns an error if a file at path was not made by a build. It does not follow
// links.
func replaceable(path string, ours func(path string) bool) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("failed to look at what is to be replaced: %w; choose another name", err)
	case !info.Mode().IsRegular() || !ours(path):
		return fmt.Errorf("%s is there and was not made by a build of a plugin, so it is not replaced; remove it, or choose another name", path)
	}
	return nil
}

// isLibrary reports whether the file is a plugin's library, of any version.
func isLibrary(path string) bool {
	_, err := manifest.ReadFile(path)
	load := new(manifest.LoadError)
	return err == nil || errors.As(err, &load) && load.Reason == manifest.LoadWrongFormat
}

func isHeader(path string) bool {
	data, err := fsutil.ReadRegular(path, source.FileSize)
	line, _, _ := bytes.Cut(data, []byte("\n"))
	return err == nil && bytes.HasPrefix(line, []byte(bridge.HeaderStart)) && bytes.HasSuffix(line, []byte(bridge.HeaderEnd))
}

// export copies a file. The process's umask applies to its mode, as with go build.
func export(from, to string, mode os.FileMode) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("failed to read the finished library: %w; build again", err)
	}
	if err := fsutil.WriteAtomicMode(to, content, mode); err != nil {
		return fmt.Errorf("failed to write %s: %w; if the library is loaded, choose another name, else check the folder and the free space", to, err)
	}
	return nil
}
