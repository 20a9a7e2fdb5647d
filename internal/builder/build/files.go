package build

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// writeFiles writes files, by their names with slashes, to dir.
func writeFiles(dir string, files map[string][]byte) error {
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// cacheError wraps an error of the cache folder, and says what the user can do.
func cacheError(doing, dir string, err error) error {
	switch {
	case fsutil.Full(err):
		return fmt.Errorf("%s: %w; the disk of the cache folder %s is full: free some space or choose another folder", doing, err, dir)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%s: %w; the cache folder %s cannot be written: choose another folder", doing, err, dir)
	}
	return fmt.Errorf("%s in the cache folder %s: %w", doing, dir, err)
}
