package build

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// patience is how long an operation on a file is tried again where somebody
// else has the file open for a moment: on Windows a virus scanner opens every
// new library, and a compiler that was killed keeps its files until it is gone.
const patience = 2 * time.Second

// persist repeats op while its error may pass.
func persist(op func() error) error {
	pause := time.Millisecond
	for deadline := time.Now().Add(patience); ; pause = min(2*pause, 100*time.Millisecond) {
		err := op()
		if err == nil || !transient(err) || time.Now().After(deadline) {
			return err
		}
		time.Sleep(pause)
	}
}

func rename(from, to string) error {
	return persist(func() error { return os.Rename(from, to) })
}

func removeAll(path string) error {
	return persist(func() error { return os.RemoveAll(path) })
}

// writeAtomic writes a file so that readers see the old content or the new one,
// nothing between.
func writeAtomic(path string, content []byte) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*"+tempSuffix)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(file.Name())
		}
	}()
	_, err = file.Write(content)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return rename(file.Name(), path)
}

// tempSuffix ends the names of files that are being written.
const tempSuffix = ".new"

// cacheError says what the user can do about a cache folder that fails.
func cacheError(doing, dir string, err error) error {
	switch {
	case diskFull(err):
		return fmt.Errorf("%s: %w; the disk of the cache folder %s is full: free some space or choose another folder", doing, err, dir)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%s: %w; the cache folder %s cannot be written: choose another folder", doing, err, dir)
	}
	return fmt.Errorf("%s in the cache folder %s: %w", doing, dir, err)
}
