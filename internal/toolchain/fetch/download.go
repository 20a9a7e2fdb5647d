// Package fetch downloads files with a known SHA-256. An interrupted
// download is resumed, in the same call or in a later one. A file without the right sum never
// gets its name.
package fetch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// A Request names a file and where it goes. The caller makes sure, by a
// lock, that there is one call at a time for a Path.
type Request struct {
	// URL is an https URL; an http URL of this machine; or a file: its URL, or its
	// path.
	URL string

	SHA256 string // of the whole file, in hexadecimal
	Size   int64  // in bytes; 0 if unknown, and Limit must be set
	Limit  int64  // in bytes; a larger file is refused; 0 means Size

	// Path is where the file goes. While it is fetched it is Path with PartSuffix
	// and, beside it, TagSuffix.
	Path string

	Client   *http.Client              // nil means a client of this package
	Log      *slog.Logger              // nil discards
	Progress func(done, total int64)   // in bytes; total is 0 until it is known; may be nil
	pause    func(int) time.Duration   // the wait before the nth retry; nil means pause
	stall    time.Duration             // a try without a byte for this time ends; 0 means stall
	writer   func(io.Writer) io.Writer // wraps the file; tests make it fail; may be nil
}

// PartSuffix and TagSuffix end the names of the files that an interrupted download leaves
// beside Path: the content so far, and the server's tag for its version.
const (
	PartSuffix = ".part"
	TagSuffix  = ".part.tag"
)

const (
	tries = 4           // how many tries in a row may bring no byte
	stall = time.Minute // after this time without a byte, a try ends
	chunk = 256 << 10   // how many bytes are read at once
)

func pause(n int) time.Duration { return 500 * time.Millisecond << n }

// Get fetches the file unless it is there already.
//
// The error is an *Error, or ctx's cause if ctx ended. In that case, and if the
// connection was lost for good, the content so far is kept for the next call. After any other
// error nothing is left.
func Get(ctx context.Context, r Request) error {
	if r.Limit == 0 {
		r.Limit = r.Size
	}
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	if r.Progress == nil {
		r.Progress = func(int64, int64) {}
	}
	if r.pause == nil {
		r.pause = pause
	}
	if r.stall == 0 {
		r.stall = stall
	}
	r.SHA256 = strings.ToLower(r.SHA256)
	if sum, size, err := hashFile(r.Path); err == nil && sum == r.SHA256 {
		r.Progress(size, size)
		return nil
	}
	err := r.get(ctx)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		return cause
	}
	if failed := new(Error); err != nil && !(errors.As(err, &failed) && failed.Reason == Offline) {
		r.discard()
	}
	return err
}

func (r *Request) get(ctx context.Context) error {
	from, err := r.source()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(r.Path), 0o700); err != nil {
		return r.storing(err)
	}
	if path, ok := from.(string); ok {
		return r.copy(ctx, path)
	}
	for restarted := false; ; restarted = true {
		resumed, err := r.transfer(ctx)
		if err != nil {
			return err
		}
		err = r.finish()
		if wrong := new(Error); restarted || !resumed || !errors.As(err, &wrong) || wrong.Reason != Mismatch {
			return err
		}
		// The content is of two versions, or it was damaged. It is fetched again from
		// the beginning.
		r.Log.Info("what was resumed does not have the sum; starting again", "url", r.shown())
		r.discard()
	}
}

// finish checks the whole file and gives it its name.
func (r *Request) finish() error {
	sum, size, err := hashFile(r.part())
	if err != nil {
		return r.storing(err)
	}
	if sum != r.SHA256 {
		return &Error{URL: r.shown(), Reason: Mismatch, Want: r.SHA256, Got: sum}
	}
	if err := fsutil.Rename(r.part(), r.Path); err != nil {
		return r.storing(err)
	}
	os.Remove(r.Path + TagSuffix)
	r.Progress(size, size)
	return nil
}

// copy takes the file from this machine.
func (r *Request) copy(ctx context.Context, path string) error {
	from, err := os.Open(path)
	if err != nil {
		return &Error{URL: r.shown(), Reason: Refused, Err: err}
	}
	defer from.Close()
	info, err := from.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = errors.New("it is not a file")
	case info.Size() > r.Limit, r.Size > 0 && info.Size() != r.Size:
		err = r.wrongSize(info.Size())
	}
	if err != nil {
		return &Error{URL: r.shown(), Reason: Refused, Err: err}
	}
	part, err := os.Create(r.part())
	if err != nil {
		return r.storing(err)
	}
	err = r.pour(ctx, part, from, 0, info.Size())
	if closeErr := part.Close(); err == nil && closeErr != nil {
		err = r.storing(closeErr)
	}
	if err != nil {
		return err
	}
	return r.finish()
}

// pour appends the response to the part, which has done bytes.
func (r *Request) pour(ctx context.Context, part *os.File, from io.Reader, done, total int64) error {
	var to io.Writer = part
	if r.writer != nil {
		to = r.writer(part)
	}
	r.Progress(done, total)
	buf := make([]byte, chunk)
	for {
		n, err := from.Read(buf)
		if done += int64(n); done > r.Limit {
			return &Error{URL: r.shown(), Reason: Refused, Err: r.wrongSize(done)}
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return r.storing(err)
		}
		if n > 0 {
			r.Progress(done, max(total, 0))
		}
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return &cut{err}
		case ctx.Err() != nil:
			return context.Cause(ctx)
		}
	}
}

func (r *Request) part() string { return r.Path + PartSuffix }

// discard removes the content so far.
func (r *Request) discard() {
	os.Remove(r.part())
	os.Remove(r.Path + TagSuffix)
}

// hashFile returns a file's SHA-256 and size.
func hashFile(path string) (sum string, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return "", 0, errors.Join(err, &fs.PathError{Op: "read", Path: path, Err: fs.ErrInvalid})
	}
	h := sha256.New()
	if size, err = io.Copy(h, file); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}
