package modfetch

import (
	"go/version"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Copy writes the module that builds the package into dir, which must exist and be
// empty: its go.mod and go.sum, and in [Folder] all of the package's module. The
// files can be written to and removed, as those in the module cache cannot.
func (p *Package) Copy(dir string) error {
	goMod, err := goModFor(p)
	if err != nil {
		return err
	}
	to := filepath.Join(dir, Folder)
	if err := copyFolder(to, p.Root); err != nil {
		return err
	}
	for name, content := range map[string][]byte{"go.mod": p.GoMod, "go.sum": p.GoSum, filepath.Join(Folder, "go.mod"): goMod} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// copyFolder copies regular files and folders; a module has nothing else.
func copyFolder(to, from string) error {
	return filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch {
		case e.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		case e.Type().IsRegular():
			return copyFile(filepath.Join(to, rel), path)
		}
		return nil
	})
}

func copyFile(to, from string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	return err
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func older(a, b string) bool { return version.Compare("go"+a, "go"+b) < 0 }
