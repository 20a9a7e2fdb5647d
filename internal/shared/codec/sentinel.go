//go:build go1.22

package codec

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strconv"
	"syscall"
)

// errno is an error number of the system, which means the same on both sides.
type errno = syscall.Errno

// A namedError is an error value that both sides have.
type namedError struct {
	name string
	err  error
}

// wellKnown are the error values that both sides have, by name. A scope may have others.
var wellKnown = []namedError{
	{"io.EOF", io.EOF},
	{"io.ErrUnexpectedEOF", io.ErrUnexpectedEOF},
	{"io.ErrClosedPipe", io.ErrClosedPipe},
	{"io.ErrNoProgress", io.ErrNoProgress},
	{"io.ErrShortBuffer", io.ErrShortBuffer},
	{"io.ErrShortWrite", io.ErrShortWrite},
	{"context.Canceled", context.Canceled},
	{"context.DeadlineExceeded", context.DeadlineExceeded},
	{"errors.ErrUnsupported", errors.ErrUnsupported},
	{"io/fs.ErrInvalid", fs.ErrInvalid},
	{"io/fs.ErrPermission", fs.ErrPermission},
	{"io/fs.ErrExist", fs.ErrExist},
	{"io/fs.ErrNotExist", fs.ErrNotExist},
	{"io/fs.ErrClosed", fs.ErrClosed},
	{"io/fs.SkipDir", fs.SkipDir},
	{"io/fs.SkipAll", fs.SkipAll},
	{"os.ErrDeadlineExceeded", os.ErrDeadlineExceeded},
	{"os.ErrNoDeadline", os.ErrNoDeadline},
	{"os.ErrProcessDone", os.ErrProcessDone},
	{"strconv.ErrRange", strconv.ErrRange},
	{"strconv.ErrSyntax", strconv.ErrSyntax},
}

// sentinelList has wellKnown, and what was registered.
var (
	sentinelList   = slices.Clone(wellKnown)
	sentinelNames  = make(map[error]string)
	sentinelValues = make(map[string]error)
)

func init() {
	for _, s := range wellKnown {
		sentinelNames[s.err], sentinelValues[s.name] = s.name, s.err
	}
}

// RegisterSentinel adds an error value to those that both sides have. The packages of known
// types and of errors call it in their init functions, on both sides: see [Known].
func RegisterSentinel(name string, err error) {
	if sentinelValues[name] == nil {
		sentinelList = append(sentinelList, namedError{name, err})
		sentinelNames[err], sentinelValues[name] = name, err
	}
}

// sentinelName returns the name of an error value that has one on the other side.
func sentinelName(err error, scope Scope) string {
	// A map look-up panics with a value that cannot be compared. Pointers, and structs without
	// fields, can.
	if t := reflect.TypeOf(err); t.Kind() == reflect.Pointer || t.Kind() == reflect.Struct && t.NumField() == 0 {
		if name := sentinelNames[err]; name != "" {
			return name
		}
	}
	if scope != nil {
		return scope.SentinelName(err)
	}
	return ""
}

func sentinel(name string, scope Scope) error {
	if err := sentinelValues[name]; err != nil {
		return err
	}
	if scope != nil {
		return scope.Sentinel(name)
	}
	return nil
}
