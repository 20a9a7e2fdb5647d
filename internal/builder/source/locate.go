package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A pathError is an error with a text of its own that wraps other errors.
type pathError struct {
	text string
	is   []error
}

func (e *pathError) Error() string   { return e.text }
func (e *pathError) Unwrap() []error { return e.is }

// folder checks that dir can be a plugin's folder and makes it absolute.
func folder(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("plugin folder %s: %w", dir, err)
	}
	info, err := os.Stat(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", &pathError{fmt.Sprintf("folder %s does not exist; give the folder that holds the plugin's Go files", abs), []error{ErrNoPackage, fs.ErrNotExist}}
	case err != nil:
		return "", fmt.Errorf("%w: %w", ErrNoPackage, err)
	case !info.IsDir():
		return "", fmt.Errorf("%w: %s is a file; give the folder that holds it", ErrNoPackage, abs)
	}
	return abs, nil
}

// namedFile checks the path of a file that must be one of the package's, as far
// as that is possible without the go command, and returns it absolute.
func namedFile(dir, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	rel := filepath.FromSlash(name)
	if filepath.IsAbs(rel) {
		if r, err := filepath.Rel(dir, rel); err == nil {
			rel = r
		}
	}
	// IsLocal also refuses what only Windows knows: drive letters without a
	// root, device names.
	if !filepath.IsLocal(rel) {
		return "", fmt.Errorf("%w: %s is not in %s; name a file of that folder", ErrOutsideFolder, name, dir)
	}
	path := filepath.Join(dir, rel)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", &pathError{fmt.Sprintf("file %s does not exist in %s; name one of the package's Go files", name, dir), []error{fs.ErrNotExist}}
	case err != nil:
		return "", err
	case info.IsDir():
		return "", fmt.Errorf("%w: %s is a folder; name one of the package's Go files", ErrNotInPackage, name)
	}
	return path, nil
}

// checkNamedFile reports why the file is not one of the package's, if it is
// not. Files are compared by identity: file systems may ignore case.
func (m *Model) checkNamedFile(cfg Config, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	for _, f := range m.Files {
		// Two names of the package may be links to one file, so the folder counts.
		if filepath.Dir(path) != m.Dir {
			break
		}
		if other, err := os.Stat(f.Path); err == nil && os.SameFile(info, other) {
			return nil
		}
	}
	base := filepath.Base(path)
	var why string
	switch {
	case filepath.Dir(path) != m.Dir:
		why = "it lies in a subfolder, which is a package of its own"
	case filepath.Ext(base) != ".go":
		why = "it is not a Go file"
	case strings.HasSuffix(base, "_test.go"):
		why = "it is a test file"
	case ignoredName(base):
		why = "the go command passes over names that begin with _ or ."
	default:
		why = fmt.Sprintf("its build constraints or its name exclude it for %s/%s", cfg.GOOS, cfg.GOARCH)
	}
	return fmt.Errorf("%w: %s: %s; name a file of package %s, such as %s",
		ErrNotInPackage, cfg.File, why, m.Name, filepath.Base(m.Files[0].Path))
}
