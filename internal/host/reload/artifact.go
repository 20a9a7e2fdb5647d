package reload

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math"
	"path/filepath"

	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// An Artifact is a library from which generations of a plugin are made.
type Artifact struct {
	Path    string // of the library, or its name if it is in memory
	Stored  bool   // it is in the build cache, so it has another path if it changes
	Library []byte // its content, which must not change; nil: it is read from Path
}

// A Source returns the newest artifact of a plugin, and makes it first if it is not there yet.
// separate says that it is for a process of its own.
type Source func(ctx context.Context, separate bool) (Artifact, error)

// File returns a source that reads the library at path. The file can be replaced at any time: it
// is read, and not loaded.
func File(path string) Source {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute // the process may have another working directory later
	}
	return func(context.Context, bool) (Artifact, error) {
		library, err := readFile(path)
		if err != nil {
			return Artifact{}, &manifest.LoadError{Path: path, Reason: manifest.LoadUnreadable, Err: err}
		}
		return Artifact{Path: path, Library: library}, nil
	}
}

func readFile(path string) ([]byte, error) {
	file, err := fsutil.OpenRegular(path, math.MaxInt64)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	before, err := file.Stat()
	if err != nil {
		return nil, err
	}
	library, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	after, err := file.Stat()
	if err == nil && (after.Size() != int64(len(library)) || !after.ModTime().Equal(before.ModTime())) {
		err = errors.New("it is being written; reload it when it is finished")
	}
	return library, err
}

// open loads the library.
func (a Artifact) open(ctx context.Context, opt plugin.Options) (*plugin.Plugin, error) {
	opt.Stored = a.Stored
	if a.Library != nil {
		return plugin.OpenMemory(ctx, a.Path, a.Library, opt)
	}
	return plugin.Open(ctx, a.Path, opt)
}

// absolute returns the artifact with an absolute path, because the process may have another
// working directory when it is opened again.
func (a Artifact) absolute() Artifact {
	if path, err := filepath.Abs(a.Path); err == nil && a.Library == nil {
		a.Path = path
	}
	return a
}

// same reports whether both are the same library.
func (a Artifact) same(b Artifact) bool {
	if a.Library == nil || b.Library == nil {
		return a.Stored && b.Stored && a.Path == b.Path
	}
	return bytes.Equal(a.Library, b.Library)
}
