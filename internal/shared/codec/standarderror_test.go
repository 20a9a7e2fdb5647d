package codec

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

type timeoutOnly struct{}

func (timeoutOnly) Error() string { return "late" }
func (timeoutOnly) Timeout() bool { return true }

type temporaryOnly struct{}

func (temporaryOnly) Error() string   { return "busy" }
func (temporaryOnly) Temporary() bool { return true }

// A several wraps several errors and has further methods.
type several struct {
	error
	inner []error
}

func (e several) Unwrap() []error { return e.inner }

type (
	severalTimed struct {
		several
		timeoutOnly
	}
	severalTemporary struct {
		several
		temporaryOnly
	}
	severalNet struct {
		several
		late, busy bool
	}
	severalFault struct{ severalNet }
	timedFault   struct{ timeoutOnly }
)

func (e severalTimed) Error() string     { return "several and " + e.timeoutOnly.Error() }
func (e severalTemporary) Error() string { return "several and " + e.temporaryOnly.Error() }
func (e severalNet) Timeout() bool       { return e.late }
func (e severalNet) Temporary() bool     { return e.busy }
func (severalFault) RuntimeError()       {}
func (timedFault) RuntimeError()         {}

// Errors of types of the standard library arrive as values of these types.
func TestStandardErrors(t *testing.T) {
	for _, err := range []error{
		&fs.PathError{Op: "open", Path: "x", Err: syscall.ENOENT},
		&fs.PathError{Op: "open", Path: "x", Err: &os.SyscallError{Syscall: "open", Err: fs.ErrExist}},
		&os.LinkError{Op: "link", Old: "a", New: "b", Err: io.EOF},
		&time.ParseError{Layout: "a", Value: "b", Message: ": no time"},
	} {
		t.Run(fmt.Sprintf("%T", err), func(t *testing.T) {
			if got := trip(t, err); !reflect.DeepEqual(got, err) {
				t.Errorf("got %#v, want %#v", got, err)
			}
			if got := errors.Unwrap(trip(t, fmt.Errorf("wrapped: %w", err))); !reflect.DeepEqual(got, err) {
				t.Errorf("wrapped: got %#v, want %#v", got, err)
			}
		})
	}
	t.Run("nil pointer", func(t *testing.T) {
		if got := trip[error](t, (*fs.PathError)(nil)); got == nil || remote(got) == nil || got.Error() != "<nil>" {
			t.Errorf("got %#v, want an *Error <nil>", got)
		}
	})
}

// An error that would have another text or structure than on the other side is an *Error.
func TestStandardErrorsOfAnotherVersion(t *testing.T) {
	var err error = &fs.PathError{Op: "open", Path: "x", Err: io.EOF}
	b := string(encode(t, &err, nil))
	for name, replace := range map[string][2]string{
		"text":      {"open x: EOF", "open y: EOF"},
		"structure": {"Path string", "Pfad string"},
		"name":      {"*io/fs.PathError", "*io/fs.PathErros"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(b, replace[0], replace[1], 1)
			if changed == b {
				t.Fatalf("got no %q in the message", replace[0])
			}
			got, fail := decode[error]([]byte(changed), nil)
			if fail != nil || remote(got) == nil || !errors.Is(got, io.EOF) {
				t.Errorf("got %#v, error %v, want an *Error that wraps io.EOF", got, fail)
			}
			if again := trip(t, got); remote(again) == nil && name != "text" || again.Error() != got.Error() {
				t.Errorf("passed on: got %#v, want an *Error with the text %v", again, got)
			}
		})
	}
}

// The methods by which the standard library tells errors apart are there if the error has them.
func TestErrorTraits(t *testing.T) {
	fault := func() (err error) {
		defer func() { err = recover().(error) }()
		return errors.New([]string{}[len(os.Args)-len(os.Args)])
	}()
	list := several{errors.New("list"), []error{io.EOF, &fs.PathError{Op: "open", Path: "x", Err: syscall.ETIMEDOUT}}}
	for _, err := range []error{
		list, severalTimed{several: list}, severalTemporary{several: list}, severalNet{list, true, false}, severalNet{list, false, true},
		severalFault{severalNet{list, true, true}}, timedFault{}, errors.Join(io.EOF, severalNet{list, true, true}), errors.Join(timeoutOnly{}),
		fmt.Errorf("%w, %w", temporaryOnly{}, severalTimed{several: list}), errors.New("plain"), timeoutOnly{}, temporaryOnly{}, syscall.ETIMEDOUT, fault,
		fmt.Errorf("wrapped: %w", timeoutOnly{}), os.ErrDeadlineExceeded,
	} {
		t.Run(err.Error(), func(t *testing.T) {
			for range 2 {
				got := trip(t, err)
				if diff := traitsOf(got) + " " + got.Error(); diff != traitsOf(err)+" "+err.Error() {
					t.Errorf("got %s, want %s %v", diff, traitsOf(err), err)
				}
				if remote(err) == nil && remote(got) != nil {
					var e *Error
					if !errors.As(got, &e) || traitsOf(e.Whole()) != traitsOf(err) {
						t.Errorf("got %#v, want an *Error that is whole", got)
					}
				}
				err = got
			}
		})
	}
}

// traitsOf names the methods of an error, and what they return.
func traitsOf(err error) (s string) {
	if e, ok := err.(interface{ Timeout() bool }); ok {
		s += fmt.Sprint("timeout ", e.Timeout())
	}
	if e, ok := err.(interface{ Temporary() bool }); ok {
		s += fmt.Sprint("temporary ", e.Temporary())
	}
	if _, ok := err.(runtime.Error); ok {
		s += "runtime"
	}
	if e, ok := err.(interface{ Unwrap() []error }); ok {
		for _, inner := range e.Unwrap() {
			s += " (" + traitsOf(inner) + ")"
		}
	}
	return s
}

// What is made of errors does not depend on what a hostile sender says of them.
func TestStandardErrorsOfHostileMessages(t *testing.T) {
	var err error = &fs.PathError{Op: "open", Path: "x", Err: io.EOF}
	b := encode(t, &err, nil)
	c, _ := For(errorType)
	for i := range b {
		for _, bit := range []byte{1, 8, 128} {
			changed := append([]byte{}, b...)
			changed[i] ^= bit
			var got error
			if Unmarshal(c, changed, nil, unsafe.Pointer(&got)) == nil && got != nil {
				_ = message(got)
			}
		}
	}
}

func BenchmarkStandardError(b *testing.B) {
	c, _ := For(errorType)
	for name, err := range map[string]error{"path": &fs.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}, "plain": errors.New("plain"), "value": io.EOF} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				var e wire.Encoder
				var got error
				if Marshal(c, &e, unsafe.Pointer(&err)) != nil || Unmarshal(c, e.Bytes(), nil, unsafe.Pointer(&got)) != nil {
					b.Fatal("got an error, want nil")
				}
			}
		})
	}
}
