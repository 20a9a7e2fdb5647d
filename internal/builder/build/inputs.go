package build

import (
	"errors"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// ErrChanged is wrapped by the error of a build that was given up because files came and went.
var ErrChanged = errChanged

// Inputs are the files and folders that a build depended on, with the content that it used.
type Inputs struct {
	at         snapshot
	unreadable map[string]bool // files that could not be read
	links      map[string]bool // paths to which input files are links
}

func newInputs(s *snapshot) *Inputs {
	in := &Inputs{
		at:         snapshot{Files: make(map[string]*input, len(s.Files)), Dirs: maps.Clone(s.Dirs), EmbedDirs: maps.Clone(s.EmbedDirs), Absent: slices.Clone(s.Absent)},
		unreadable: make(map[string]bool), links: make(map[string]bool),
	}
	for path, file := range s.Files {
		copied := *file
		in.at.Files[path] = &copied
		if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
			if real, err := filepath.EvalSymlinks(path); err == nil {
				in.links[real] = true
			}
		}
	}
	return in
}

// FirstInputs returns what a build of a plugin's folder depends on at least, as it is now: its
// files and the modules and workspaces around it. For a plugin that is named by its import path
// these are those of the current folder.
func FirstInputs(dir string) *Inputs {
	s := &snapshot{Files: make(map[string]*input), Dirs: make(map[string]string)}
	named := func(path string) { s.Files[path] = new(input) }
	_, imported := ImportPath(dir)
	if imported {
		dir = "."
	}
	if absolute, err := filepath.Abs(dir); err == nil {
		dir = absolute
	}
	if !imported {
		entries, _ := os.ReadDir(dir) // a folder that cannot be read is found below
		for _, entry := range entries {
			if source.IsSourceName(entry.Name()) {
				named(filepath.Join(dir, entry.Name()))
			}
		}
		s.Dirs[dir] = ""
	}
	for up := range source.Parents(dir) {
		for _, name := range []string{"go.mod", "go.sum", "go.work", "go.work.sum"} {
			named(filepath.Join(up, name))
		}
	}
	return newInputs(s).Now()
}

// LibraryInputs returns the file of a finished library as inputs, as it is now.
func LibraryInputs(path string) *Inputs {
	return newInputs(&snapshot{Files: map[string]*input{path: {}}}).Now()
}

// IsLibraryName reports whether a file of this name is a library of this system.
func IsLibraryName(name string) bool { return filepath.Ext(name) == libraryExt(runtime.GOOS) }

// Changed returns what differs from the content that the build used, or "".
func (in *Inputs) Changed() string {
	for path := range in.unreadable {
		if _, _, err := fsutil.Hash(path, source.FileSize); err == nil || errors.Is(err, fs.ErrNotExist) {
			return path
		}
	}
	_, err := in.at.check()
	if err == nil {
		return ""
	}
	return strings.TrimPrefix(err.Error(), errChanged.Error()+": ")
}

// Now returns the same inputs with the content that they have now.
func (in *Inputs) Now() *Inputs {
	now := &snapshot{Files: make(map[string]*input), Dirs: make(map[string]string), EmbedDirs: make(map[string]string)}
	file := func(path string, before *input) error {
		if before.State.Same(path) {
			now.Files[path] = before
			return nil
		}
		sum, state, err := fsutil.Hash(path, source.FileSize)
		if err == nil {
			now.Files[path] = &input{sum, state.Settled(time.Now())}
		}
		return err
	}
	folder := func(path string, all bool, to map[string]string) error {
		names, err := source.HashNames(path, all)
		if err == nil {
			to[path] = names
		}
		return err
	}
	unreadable := make(map[string]bool)
	orAbsent := func(path string, err error) {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			now.Absent = append(now.Absent, path)
		case err != nil:
			unreadable[path] = true
		}
	}
	for path, before := range in.at.Files {
		orAbsent(path, file(path, before))
	}
	for path := range in.unreadable {
		orAbsent(path, file(path, new(input)))
	}
	for path := range in.at.Dirs {
		orAbsent(path, folder(path, false, now.Dirs))
	}
	for path := range in.at.EmbedDirs {
		orAbsent(path, folder(path, true, now.EmbedDirs))
	}
	for _, path := range in.at.Absent {
		if file(path, new(input)) != nil {
			orAbsent(path, folder(path, false, now.Dirs))
		}
	}
	next := newInputs(now)
	next.unreadable = unreadable
	return next
}

// Folders returns the folders that the inputs are in.
func (in *Inputs) Folders() []string {
	folders := make(map[string]bool)
	for _, paths := range []iter.Seq[string]{maps.Keys(in.at.Files), slices.Values(in.at.Absent), maps.Keys(in.unreadable), maps.Keys(in.links)} {
		for path := range paths {
			folders[filepath.Dir(path)] = true
		}
	}
	for _, dirs := range []map[string]string{in.at.Dirs, in.at.EmbedDirs} {
		for dir := range dirs {
			folders[dir] = true
		}
	}
	return slices.Collect(maps.Keys(folders))
}

// Concerns reports whether the entry of a folder at path is one of the inputs, or may become one.
func (in *Inputs) Concerns(path string) bool {
	dir, name := filepath.Split(path)
	dir = filepath.Clean(dir)
	_, isPackage := in.at.Dirs[dir]
	_, embedded := in.at.EmbedDirs[dir]
	return in.at.Files[path] != nil || in.unreadable[path] || in.links[path] || slices.Contains(in.at.Absent, path) ||
		embedded || isPackage && source.IsSourceName(name)
}
