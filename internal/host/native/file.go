package native

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A File is the open file of a library, with its manifest. The library is loaded from this
// open file, and not by its path: the path may name another file by then.
//
// A file in the build cache is never written again once it has its name, so it is loaded
// itself. Any other file may be overwritten by its owner while the library runs. Linux
// would then change the code of the running library, and Windows would refuse to write.
// So OpenFile makes a private copy, and reads the manifest from the copy.
type File struct {
	*manifest.File
	path   string       // absolute; the name of a library in memory
	stored bool         // the file is in the build cache
	own    bool         // what is loaded is an instance of its own: see OpenFile
	memory []byte       // the library, if it is not in a file
	origin origin       // of the file at path, or of memory
	file   *os.File     // is loaded
	copied *privateCopy // file is this copy; nil: file is the file at path
}

// OpenFile opens the library at path and reads its manifest. stored says that the file
// is in the build cache. own says that Load makes an instance of the library for this caller
// alone, with package variables of its own, also if the file is loaded already. The error is a
// *manifest.LoadError. The caller must close the file, also after Load.
func OpenFile(path string, stored, own bool) (*File, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, unreadable(path, fmt.Errorf("failed to find its absolute path: %w", err))
	}
	f := &File{path: absolute, stored: stored, own: own}
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
		f.origin.info, err = f.file.Stat()
	}
	if err != nil {
		return unreadable(f.path, err)
	}
	// A library that is loaded already is not copied again.
	if f.own || !isLoaded(f.origin) {
		if err := f.copy(); err != nil {
			return err
		}
	}
	f.File, err = manifest.Read(f.file, f.origin.info.Size())
	return f.named(err)
}

// copy makes the private copy.
func (f *File) copy() error {
	if !f.needsCopy() {
		return nil
	}
	// Only libraries are copied. open reports any other file.
	var magic [4]byte
	if _, err := f.file.ReadAt(magic[:], 0); err != nil || string(magic[:]) != "\x7fELF" && string(magic[:2]) != "MZ" {
		return nil
	}
	copied, err := newPrivateCopy(f.file, filepath.Base(f.path))
	if err != nil {
		return f.notCopied(err)
	}
	source := f.file
	defer source.Close()
	f.file, f.copied = copied.file, copied
	now, err := source.Stat()
	if err == nil && !f.origin.same(origin{info: now}) {
		err = errors.New("it is being written; open it again when it is finished")
	}
	if err != nil {
		return unreadable(f.path, err)
	}
	return nil
}

// needsCopy reports whether a copy of the file must be loaded instead of the file.
func (f *File) needsCopy() bool {
	if f.memory != nil {
		return f.copied == nil
	}
	return copiesFiles && (f.own || !f.stored) && f.copied == nil && !loadsByPath(f.file)
}

// handOver moves what is open from f to the result. The caller must close the result.
func (f *File) handOver() *File {
	g := *f
	f.file, f.copied = nil, nil
	return &g
}

// reopen opens the file again, after its library has been unloaded. This makes the private
// copy that was not needed while the library was loaded.
func (f *File) reopen() error {
	open := func() (*File, error) { return OpenFile(f.path, f.stored, f.own) }
	if f.memory != nil {
		open = func() (*File, error) { return OpenMemory(f.path, f.memory, f.own) }
	}
	again, err := open()
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

// Close closes the file, and removes the copy unless it has been loaded.
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

// Content returns the open file, which is read by offset, and Path the absolute path that it was
// opened by. The file belongs to f.
func (f *File) Content() *os.File { return f.file }

// Path is described with Content.
func (f *File) Path() string { return f.path }

// Load loads the library and starts it; see Open.
func (f *File) Load(ctx context.Context, opt Options) (*Library, error) {
	return open(ctx, f, opt)
}
