package fetch

import (
	"fmt"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// A Reason says why a file was not fetched.
type Reason string

const (
	Offline  Reason = "offline"   // the server cannot be reached, or the connection breaks repeatedly
	Refused  Reason = "refused"   // the server refuses the request, or the URL may not be used
	Mismatch Reason = "mismatch"  // the file does not have the sum
	DiskFull Reason = "disk full" // no room for the file
	Unstored Reason = "unstored"  // the file cannot be written for another cause
)

// An Error reports a file that was not fetched.
type Error struct {
	URL    string // without a password
	Reason Reason

	Want, Got string // SHA-256, with Mismatch
	Path      string // where the file should go, with DiskFull and Unstored
	Err       error  // the cause; nil with Mismatch
}

func (e *Error) Error() string {
	switch e.Reason {
	case Offline:
		return fmt.Sprintf("fetching %s: %v; check the connection and the proxy settings (HTTPS_PROXY) and try again, what has come is kept; or name a mirror or a folder that holds the file", e.URL, e.Err)
	case Mismatch:
		return fmt.Sprintf("fetching %s: its SHA-256 is %s, not %s, so it is not the file that was meant, and it was thrown away; try again, and if that fails use another mirror", e.URL, e.Got, e.Want)
	case DiskFull:
		return fmt.Sprintf("fetching %s: %v; the disk of %s is full: free some space or choose another cache folder", e.URL, e.Err, e.Path)
	case Unstored:
		return fmt.Sprintf("fetching %s: %v; choose a cache folder that can be written", e.URL, e.Err)
	}
	return fmt.Sprintf("fetching %s: %v; name a mirror or a folder that holds the file", e.URL, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// cut is the loss of a connection. The content before it is valid.
type cut struct{ error }

func (c *cut) Unwrap() error { return c.error }

func (r *Request) storing(err error) error {
	reason := Unstored
	if fsutil.Full(err) {
		reason = DiskFull
	}
	return &Error{URL: r.shown(), Reason: reason, Path: r.Path, Err: err}
}

func (r *Request) wrongSize(got int64) error {
	if r.Size > 0 {
		return fmt.Errorf("it has %d bytes or more and should have %d", got, r.Size)
	}
	return fmt.Errorf("it has %d bytes or more, and %d are the limit", got, r.Limit)
}
