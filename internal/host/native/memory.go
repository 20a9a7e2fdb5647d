package native

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// An origin tells where a library was loaded from, so that it is not loaded twice: the
// state of a file, or the content of a library in memory.
type origin struct {
	info fs.FileInfo       // nil: in memory
	sum  [sha256.Size]byte // of a library in memory
}

// same reports whether a and b are of one library: the same file with the same size and
// time, or the same bytes in memory.
func (a origin) same(b origin) bool {
	if a.info == nil || b.info == nil {
		return a.info == nil && b.info == nil && a.sum == b.sum
	}
	return os.SameFile(a.info, b.info) && a.info.Size() == b.info.Size() && a.info.ModTime().Equal(b.info.ModTime())
}

// OpenMemory is OpenFile for a library in memory. The name is for messages. The bytes must
// not change until Load has returned.
func OpenMemory(name string, library []byte, own bool) (*File, error) {
	f := &File{path: name, memory: library, own: own, origin: origin{sum: sha256.Sum256(library)}}
	if err := f.openMemory(); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// openMemory reads the manifest. Unless the library is loaded already, it also makes the
// private copy that will be loaded.
func (f *File) openMemory() (err error) {
	f.File, err = manifest.Read(bytes.NewReader(f.memory), int64(len(f.memory)))
	if err != nil {
		return f.named(err)
	}
	if !f.own && isLoaded(f.origin) {
		return nil
	}
	extension := ".so"
	if runtime.GOOS == "windows" {
		extension = ".dll"
	}
	f.copied, err = newPrivateCopy(bytes.NewReader(f.memory), fmt.Sprintf("plugin_%x%s", f.origin.sum[:6], extension))
	if err != nil {
		return f.notCopied(err)
	}
	f.file = f.copied.file
	return nil
}

// named puts the path into a LoadError that has none.
func (f *File) named(err error) error {
	if load := new(manifest.LoadError); errors.As(err, &load) {
		load.Path = f.path
	}
	return err
}

func (f *File) notCopied(err error) error {
	return &manifest.LoadError{Path: f.path, Reason: manifest.LoadRefused, Err: fmt.Errorf("it cannot be copied for loading: %w", err)}
}
