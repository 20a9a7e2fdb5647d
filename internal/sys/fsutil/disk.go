// Package fsutil locks, writes, moves and checks the files of a cache that several processes
// share. On Windows it repeats operations that fail while another process has a file open.
package fsutil

import (
	"crypto/rand"
	"encoding/hex"
	"os"
	"time"
)

// patience is how long an operation is repeated that fails because another process has the
// file open. On Windows a virus scanner opens every new library, and a compiler that was
// killed keeps its files open until it has ended.
const patience = 2 * time.Second

// persist repeats op while its error is transient.
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

// Rename is os.Rename with patience.
func Rename(from, to string) error {
	return persist(func() error { return os.Rename(from, to) })
}

// RemoveAll is os.RemoveAll with patience.
func RemoveAll(path string) error {
	return persist(func() error { return os.RemoveAll(path) })
}

// WriteAtomic writes a private file. Readers see either the old content or the new content.
func WriteAtomic(path string, content []byte) error {
	return WriteAtomicMode(path, content, 0o600)
}

// WriteAtomicMode is WriteAtomic for a file with another mode, before the process's
// umask.
func WriteAtomicMode(path string, content []byte, mode os.FileMode) (err error) {
	var id [8]byte
	rand.Read(id[:]) // never fails
	temp := path + "." + hex.EncodeToString(id[:]) + TempSuffix
	file, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(temp)
		}
	}()
	_, err = file.Write(content)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return Rename(temp, path)
}

// TempSuffix ends the names of files that are being written.
const TempSuffix = ".new"
