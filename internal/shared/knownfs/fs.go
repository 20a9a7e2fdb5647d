//go:build go1.22

// Package knownfs registers the known types for file systems and files: see package codec.
package knownfs

import (
	"errors"
	"io"
	"io/fs"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterKnown(packFS, unpackFS)
	codec.RegisterKnown(packFile, unpackFile)
	codec.RegisterCopied(packInfo, func(s info) fs.FileInfo { return remoteInfo{s} })
	codec.RegisterCopied(packEntry, func(s entry) fs.DirEntry { return remoteEntry{s} })
}

// An info is the surrogate of a fs.FileInfo, without the value of Sys.
type info struct {
	Name    string
	Size    int64
	Mode    uint32
	ModTime time.Time
}

func packInfo(i fs.FileInfo) info { return info{i.Name(), i.Size(), uint32(i.Mode()), i.ModTime()} }

// packStat packs what a func such as Stat returns.
func packStat(i fs.FileInfo, err error) (info, error) {
	if err != nil {
		return info{}, err
	}
	return packInfo(i), nil
}

func unpackStat(i info, err error) (fs.FileInfo, error) {
	if err != nil {
		return nil, restore(err)
	}
	return remoteInfo{i}, nil
}

type remoteInfo struct{ info info }

func (i remoteInfo) Name() string       { return i.info.Name }
func (i remoteInfo) Size() int64        { return i.info.Size }
func (i remoteInfo) Mode() fs.FileMode  { return fs.FileMode(i.info.Mode) }
func (i remoteInfo) ModTime() time.Time { return i.info.ModTime }
func (i remoteInfo) IsDir() bool        { return i.Mode().IsDir() }
func (i remoteInfo) Sys() any           { return nil }
func (i remoteInfo) String() string     { return fs.FormatFileInfo(i) }

// An entry is the surrogate of a fs.DirEntry.
type entry struct {
	Name string
	Mode uint32 // the type's bits
	Info func() (info, error)
}

func packEntry(e fs.DirEntry) entry {
	return entry{e.Name(), uint32(e.Type()), func() (info, error) { return packStat(e.Info()) }}
}

func packEntries(list []fs.DirEntry) []entry {
	var s []entry
	for _, e := range list {
		s = append(s, packEntry(e))
	}
	return s
}

type remoteEntry struct{ entry entry }

func (e remoteEntry) Name() string      { return e.entry.Name }
func (e remoteEntry) Type() fs.FileMode { return fs.FileMode(e.entry.Mode) }
func (e remoteEntry) IsDir() bool       { return e.Type().IsDir() }
func (e remoteEntry) String() string    { return fs.FormatDirEntry(e) }

func (e remoteEntry) Info() (fs.FileInfo, error) {
	return unpackStat(e.entry.Info())
}

func unpackEntries(list []entry) []fs.DirEntry {
	var entries []fs.DirEntry
	for _, e := range list {
		entries = append(entries, remoteEntry{e})
	}
	return entries
}

// restore returns the *fs.PathError in an error of the other side, if there is one. Callers then
// also find it by a type assertion.
func restore(err error) error {
	var e *fs.PathError
	if err != nil && errors.As(err, &e) {
		return e
	}
	return err
}

// A file is the surrogate of a fs.File. The func of an operation that the file lacks is nil.
type file struct {
	Stat    func() (info, error)
	Read    func(n int) ([]byte, error)
	Close   func() error
	ReadDir func(n int) ([]entry, error)
	Seek    func(offset int64, whence int) (int64, error)
	ReadAt  func(n int, at int64) ([]byte, error)
	Write   func(b []byte) (int, error)
}

func packFile(f fs.File) file {
	s := file{
		Stat:  func() (info, error) { return packStat(f.Stat()) },
		Read:  func(n int) ([]byte, error) { return codec.ReadUpTo(n, f.Read) },
		Close: f.Close,
	}
	if d, ok := f.(fs.ReadDirFile); ok {
		s.ReadDir = func(n int) ([]entry, error) {
			list, err := d.ReadDir(n)
			return packEntries(list), err
		}
	}
	if k, ok := f.(io.Seeker); ok {
		s.Seek = k.Seek
	}
	if r, ok := f.(io.ReaderAt); ok {
		s.ReadAt = func(n int, at int64) ([]byte, error) {
			return codec.ReadUpTo(n, func(b []byte) (int, error) { return r.ReadAt(b, at) })
		}
	}
	if w, ok := f.(io.Writer); ok {
		s.Write = w.Write
	}
	return s
}

// A remoteFile is a file of the other side.
type remoteFile struct {
	codec.Stand
	file file
}

// unpackFile returns a directory, a file that can do more, or any other. A file that is
// both is asked by its funcs alone.
func unpackFile(s file) fs.File {
	f := &remoteFile{file: s}
	switch {
	case s.Seek == nil || s.ReadAt == nil:
		if s.ReadDir != nil {
			return &remoteDir{f}
		}
		return f
	case s.ReadDir != nil:
		return &remoteRandomDir{remoteRandom{f}}
	}
	return &remoteRandom{f}
}

func (f *remoteFile) Stat() (fs.FileInfo, error) {
	return unpackStat(f.file.Stat())
}

func (f *remoteFile) Read(b []byte) (int, error) {
	data, err := f.file.Read(len(b))
	return copy(b, data), restore(err)
}

func (f *remoteFile) Close() error { return restore(f.file.Close()) }

func (f *remoteFile) readDir(n int) ([]fs.DirEntry, error) {
	list, err := f.file.ReadDir(n)
	return unpackEntries(list), restore(err)
}

type remoteDir struct{ *remoteFile }

func (f *remoteDir) ReadDir(n int) ([]fs.DirEntry, error) { return f.readDir(n) }

// A remoteRandom is a file that can be read at any offset.
type remoteRandom struct{ *remoteFile }

func (f *remoteRandom) Seek(offset int64, whence int) (int64, error) {
	at, err := f.file.Seek(offset, whence)
	return at, restore(err)
}

func (f *remoteRandom) ReadAt(b []byte, at int64) (n int, err error) {
	for n < len(b) && err == nil {
		var data []byte
		data, err = f.file.ReadAt(len(b)-n, at+int64(n))
		n += copy(b[n:], data)
		if len(data) == 0 && err == nil {
			err = io.ErrNoProgress
		}
	}
	if n == len(b) && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, restore(err)
}

type remoteRandomDir struct{ remoteRandom }

func (f *remoteRandomDir) ReadDir(n int) ([]fs.DirEntry, error) { return f.readDir(n) }

// A fileSystem is the surrogate of a fs.FS. Its owner decides how each of the functions is
// done, as those of package io/fs do.
type fileSystem struct {
	Open     func(name string) (codec.Known[fs.File], error)
	ReadDir  func(name string) ([]entry, error)
	ReadFile func(name string) ([]byte, error)
	Stat     func(name string) (info, error)
	Glob     func(pattern string) ([]string, error)
}

func packFS(f fs.FS) fileSystem {
	return fileSystem{
		Open: func(name string) (codec.Known[fs.File], error) {
			file, err := f.Open(name)
			return codec.Known[fs.File]{Value: file}, err
		},
		ReadDir: func(name string) ([]entry, error) {
			list, err := fs.ReadDir(f, name)
			return packEntries(list), err
		},
		ReadFile: func(name string) ([]byte, error) { return fs.ReadFile(f, name) },
		Stat:     func(name string) (info, error) { return packStat(fs.Stat(f, name)) },
		Glob:     func(pattern string) ([]string, error) { return fs.Glob(f, pattern) },
	}
}

// A remoteFS is a file system of the other side.
type remoteFS struct {
	codec.Stand
	fs fileSystem
}

var _ interface {
	fs.ReadDirFS
	fs.ReadFileFS
	fs.StatFS
	fs.GlobFS
} = (*remoteFS)(nil)

func unpackFS(s fileSystem) fs.FS { return &remoteFS{fs: s} }

func (f *remoteFS) Open(name string) (fs.File, error) {
	file, err := f.fs.Open(name)
	return file.Value, restore(err)
}

func (f *remoteFS) ReadDir(name string) ([]fs.DirEntry, error) {
	list, err := f.fs.ReadDir(name)
	return unpackEntries(list), restore(err)
}

func (f *remoteFS) ReadFile(name string) ([]byte, error) {
	b, err := f.fs.ReadFile(name)
	return b, restore(err)
}

func (f *remoteFS) Stat(name string) (fs.FileInfo, error) {
	return unpackStat(f.fs.Stat(name))
}

func (f *remoteFS) Glob(pattern string) ([]string, error) {
	list, err := f.fs.Glob(pattern)
	return list, restore(err)
}
