package native

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A File is a library's file that is open and whose manifest has been read. The file that
// is loaded is this very file, or a private copy that was made before the manifest was
// read from it: what a path names may change between two looks at it.
//
// A file of the build cache is never written again once it has its name, so it is loaded
// itself. Any other file is its owner's, who may write over it while the library runs.
// The system would then change the code of the running library (Linux) or refuse to
// write (Windows). So a private copy is loaded, and the path stays free.
type File struct {
	*manifest.File
	path   string       // absolute
	stored bool         // the file is in the build cache
	source fs.FileInfo  // of the file at path
	file   *os.File     // what is loaded
	copied *privateCopy // file is this copy; nil: it is the file at path
}

// OpenFile opens the library at path and reads its manifest. stored says that the file
// is in the build cache. The error is a *manifest.LoadError. The caller closes the file,
// also after Load.
func OpenFile(path string, stored bool) (*File, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, unreadable(path, fmt.Errorf("failed to find its absolute path: %w", err))
	}
	f := &File{path: absolute, stored: stored}
	if err := f.open(); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func unreadable(path string, err error) error {
	return &manifest.LoadError{Path: path, Reason: manifest.LoadUnreadable, Err: err}
}

func (f *File) open() (err error) {
	if f.stored {
		f.file, err = fsutil.OpenUnchanging(f.path)
	} else {
		f.file, err = fsutil.OpenRegular(f.path, math.MaxInt64)
	}
	if irregular := new(fsutil.NotRegularError); errors.As(err, &irregular) {
		err = errors.New("it is not a regular file; name a library, or a plugin's folder")
	}
	if err == nil {
		f.source, err = f.file.Stat()
	}
	if err != nil {
		return unreadable(f.path, err)
	}
	// A library that is loaded already is not copied again.
	if !isLoaded(f.source) {
		if err := f.copy(); err != nil {
			return err
		}
	}
	f.File, err = manifest.Read(f.file, f.source.Size())
	if load := new(manifest.LoadError); errors.As(err, &load) {
		load.Path = f.path
	}
	return err
}

// copy makes the private copy.
func (f *File) copy() error {
	if !f.needsCopy() {
		return nil
	}
	// Whatever a path may name is not copied: open reports what is no library.
	var magic [4]byte
	if _, err := f.file.ReadAt(magic[:], 0); err != nil || string(magic[:]) != "\x7fELF" && string(magic[:2]) != "MZ" {
		return nil
	}
	copied, err := newPrivateCopy(f.file, filepath.Base(f.path))
	if err != nil {
		return &manifest.LoadError{Path: f.path, Reason: manifest.LoadRefused, Err: fmt.Errorf("it cannot be copied for loading: %w", err)}
	}
	source := f.file
	defer source.Close()
	f.file, f.copied = copied.file, copied
	now, err := source.Stat()
	if err == nil && !sameVersion(now, f.source) {
		err = errors.New("it is being written; open it again when it is finished")
	}
	if err != nil {
		return unreadable(f.path, err)
	}
	return nil
}

// needsCopy reports whether the file must not be loaded itself.
func (f *File) needsCopy() bool {
	return copiesFiles && !f.stored && f.copied == nil && !loadsByPath(f.file)
}

// handOver returns the open file, which is the caller's to close from now on. f has
// nothing that is open any more.
func (f *File) handOver() *File {
	g := *f
	f.file, f.copied = nil, nil
	return &g
}

// reopen opens the file once more, which has been found loaded and is so no longer.
func (f *File) reopen() error {
	again, err := OpenFile(f.path, f.stored)
	if err != nil {
		return err
	}
	if !bytes.Equal(f.Raw, again.Raw) {
		again.Close()
		return errReplaced(f.path)
	}
	f.Close()
	*f = *again
	return nil
}

func errReplaced(path string) error {
	return &manifest.LoadError{Path: path, Reason: manifest.LoadMismatch, Err: errors.New("the file was replaced while it was opened; open it again")}
}

// Close closes the file. The copy stays as long as a library needs it.
func (f *File) Close() {
	if f.file != nil {
		f.file.Close()
		f.file = nil
	}
	if f.copied != nil {
		f.copied.remove()
		f.copied = nil
	}
}

// Load loads the library and starts it; see Open.
func (f *File) Load(ctx context.Context, opt Options) (*Library, error) {
	return open(ctx, f, opt)
}

// sameVersion reports whether two looks at a file saw the same file with the same
// content, as far as the file system tells.
func sameVersion(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}
