// Package archive unpacks zip archives, and tar archives that are compressed by gzip, xz or
// zstd. It writes nothing outside of the folder that it unpacks into, also if an archive is
// malicious.
package archive

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// The reasons why an archive is not unpacked. An *Error wraps them.
var (
	ErrFormat   = errors.New("it is no archive of a known kind")
	ErrName     = errors.New("the name is not allowed")
	ErrLink     = errors.New("the link is not allowed")
	ErrType     = errors.New("it is neither a file nor a folder nor a link")
	ErrTwice    = errors.New("the name comes twice")
	ErrTooLarge = errors.New("it is larger than it should be")
)

// An Error reports an archive that was not unpacked.
type Error struct {
	Archive string // file name
	Entry   string // name in the archive; "" if it is about the archive as a whole
	Err     error
}

func (e *Error) Error() string {
	where := e.Archive
	if e.Entry != "" {
		where = fmt.Sprintf("%s, entry %q", e.Archive, e.Entry)
	}
	todo := "remove the archive, so that it is fetched again"
	if fsutil.Full(e.Err) {
		todo = "the disk is full: free some space or choose another cache folder"
	} else if errors.Is(e.Err, fs.ErrPermission) {
		todo = "choose a folder that can be written"
	}
	return fmt.Sprintf("unpacking %s: %v; %s", where, e.Err, todo)
}

func (e *Error) Unwrap() error { return e.Err }

// Options says how to unpack.
type Options struct {
	// Top is the outermost folder of the archive, which is not unpacked itself. An entry
	// outside of it is an error. "" means that there is no such folder.
	Top string

	Limit   int64 // bounds the size of all files, in bytes; 0 means no limit
	Entries int   // bounds the number of entries; 0 means 200,000

	// Progress is called with the work done and the total work. Only their ratio has a
	// meaning: for zip they count bytes of the files, for tar bytes of the archive. It may
	// be nil.
	Progress func(done, total int64)
}

// Unpack unpacks the archive into dir, which must not exist, and removes dir if it
// fails. The error is an *Error, or ctx's cause if ctx ended.
//
// A link becomes a copy of its target, because few users may make links on Windows. The
// target must be a file of the archive. Of a file's mode only the right to execute is kept,
// and times and owners are not.
//
// Decoding xz may take up to 4 GB of memory, as the archive says. So check the archive's sum
// before.
func Unpack(ctx context.Context, path, dir string, opt Options) (err error) {
	if opt.Entries == 0 {
		opt.Entries = 200_000
	}
	if opt.Progress == nil {
		opt.Progress = func(int64, int64) {}
	}
	u := &unpacker{ctx: ctx, opt: opt}
	defer func() {
		if cause := context.Cause(ctx); err != nil && cause != nil {
			err = cause
		} else if err != nil {
			err = &Error{Archive: filepath.Base(path), Entry: u.entry, Err: err}
		}
	}()
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, fsutil.RemoveAll(dir))
		}
	}()
	if u.root, err = os.OpenRoot(dir); err != nil {
		return err
	}
	defer u.root.Close() // before dir is removed: Windows keeps a folder that is open
	return u.unpack(file)
}

func (u *unpacker) unpack(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	magic := make([]byte, 6)
	n, err := file.ReadAt(magic, 0)
	if err != nil && err != io.EOF {
		return err
	}
	magic = magic[:n]
	in := bufio.NewReaderSize(&counter{file, 0, func(done int64) { u.opt.Progress(done, info.Size()) }}, 1<<16)
	switch {
	case bytes.HasPrefix(magic, []byte("PK\x03\x04")), bytes.HasPrefix(magic, []byte("PK\x05\x06")):
		err = u.zip(file, info.Size())
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		err = u.gzip(in)
	case bytes.HasPrefix(magic, []byte("\xfd7zXZ\x00")):
		err = u.xz(in)
	case bytes.HasPrefix(magic, []byte("\x28\xb5\x2f\xfd")):
		err = u.zstd(in)
	default:
		return ErrFormat
	}
	if err != nil {
		return err
	}
	return u.copyLinks()
}

// A counter tells how much of the archive was read.
type counter struct {
	io.Reader
	done     int64
	progress func(int64)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.done += int64(n)
	c.progress(c.done)
	return n, err
}
