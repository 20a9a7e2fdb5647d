package codec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

type (
	CodeError struct {
		Code   int
		When   time.Time
		Inner  error
		Others []error
	}
	TextError  string
	ListError  []string
	panicError struct{ s *string }
	isError    struct{ error }
	loopError  struct{ self error }
	badUnwrap  struct{}
)

func (e *CodeError) Error() string     { return "code " + strconv.Itoa(e.Code) }
func (e *CodeError) Unwrap() error     { return e.Inner }
func (e TextError) Error() string      { return string(e) }
func (e ListError) Error() string      { return strings.Join(e, ", ") }
func (e *panicError) Error() string    { return *e.s }
func (e isError) Is(target error) bool { return target == fs.ErrExist || target == io.EOF }
func (e *loopError) Error() string     { return "loop" }
func (e *loopError) Unwrap() error     { return e.self }
func (badUnwrap) Error() string        { return "bad" }
func (badUnwrap) Unwrap() []error      { panic("unwrap") }
func (badUnwrap) Is(target error) bool { panic("is") }

func TestErrorSentinels(t *testing.T) {
	for _, s := range wellKnown {
		t.Run(s.name, func(t *testing.T) {
			if got := trip(t, s.err); got != s.err {
				t.Errorf("%s: got %v, want the same error", s.name, got)
			}
		})
	}
	if got := trip[error](t, nil); got != nil {
		t.Errorf("got %v, want nil", got)
	}
	if got := trip[error](t, syscall.ENOENT); got != error(syscall.ENOENT) || !errors.Is(got, fs.ErrNotExist) {
		t.Errorf("got %v, want %v", got, syscall.ENOENT)
	}
	scope := named(t)
	err := errMine
	b := encode(t, &err, scope)
	if got, _ := decode[error](b, scope); got != errMine {
		t.Errorf("got %v, want %v", got, errMine)
	}
	// Who does not know the name still gets the text, and can send it back.
	got, _ := decode[error](b, nil)
	var e *Error
	if !errors.As(got, &e) || e.Message != "mine" || e.Type != "*errors.errorString" {
		t.Errorf("got %#v, want an *Error mine", got)
	}
	got.(*Error).scope = scope
	if !errors.Is(got, errMine) || errors.Is(got, io.EOF) || errors.Is(got, errors.New("x")) {
		t.Errorf("Is of %v: got another match than by its name, want errMine alone", got)
	}
}

func TestErrorChains(t *testing.T) {
	text := "böse\x00\xff"
	chain := fmt.Errorf("a: %w", fmt.Errorf("b: %w", errors.Join(io.EOF, errors.New(text), fmt.Errorf("%w, %w", context.Canceled, fs.ErrExist))))
	got := trip(t, chain)
	if got.Error() != chain.Error() {
		t.Errorf("got %q, want %q", got, chain)
	}
	for _, target := range []error{io.EOF, context.Canceled, fs.ErrExist} {
		t.Run(target.Error(), func(t *testing.T) {
			if !errors.Is(got, target) {
				t.Errorf("got an error that is not %v, want it to be", target)
			}
		})
	}
	if errors.Is(got, fs.ErrNotExist) {
		t.Errorf("errors.Is(%v, fs.ErrNotExist) = true, want false", got)
	}
	var e *Error
	if !errors.As(got, &e) || e.Type != "*fmt.wrapError" || e.Message != chain.Error() {
		t.Errorf("got %#v, want an *Error of a *fmt.wrapError", e)
	}
	join := errors.Unwrap(errors.Unwrap(got))
	if s, ok := join.(interface{ Unwrap() []error }); !ok || len(s.Unwrap()) != 3 || s.Unwrap()[1].Error() != text {
		t.Errorf("got %#v, want three joined errors", join)
	}
	if !errors.As(join, &e) || e.Type != "*errors.joinError" {
		t.Errorf("got %#v, want an *Error of a *errors.joinError", e)
	}
	again := trip(t, got)
	if !errors.As(again, &e) || e.Type != "*fmt.wrapError" || !errors.Is(again, context.Canceled) || again.Error() != got.Error() {
		t.Errorf("got %#v, want the chain as it was", again)
	}
	if is := trip[error](t, isError{errors.New("x")}); !errors.Is(is, fs.ErrExist) || !errors.Is(is, io.EOF) || errors.Is(is, fs.ErrNotExist) {
		t.Errorf("errors.Is of %v: want fs.ErrExist and io.EOF, as its method Is says, and not fs.ErrNotExist", is)
	}
}

func TestErrorValues(t *testing.T) {
	_, open := os.Open(t.TempDir() + "/no such file")
	_, parse := strconv.Atoi("x1")
	for range 2 {
		open, parse = trip(t, fmt.Errorf("wrapped: %w", open)), trip(t, parse)
		var path *fs.PathError
		if !errors.As(open, &path) || path.Op != "open" || !errors.Is(path.Err, fs.ErrNotExist) || !errors.Is(open, fs.ErrNotExist) {
			t.Errorf("%v: got %+v, want a *fs.PathError of open", open, path)
		}
		var num *strconv.NumError
		if !errors.As(parse, &num) || num.Num != "x1" || num.Err != strconv.ErrSyntax {
			t.Errorf("%v: got %+v, want a *strconv.NumError of x1", parse, num)
		}
		var link *os.LinkError
		if errors.As(open, &link) {
			t.Errorf("errors.As(%v, *os.LinkError) = true, want false", open)
		}
	}
	inner := fmt.Errorf("inner: %w", io.EOF)
	got := trip[error](t, &CodeError{5, time.Unix(7, 0), inner, []error{inner, TextError("other"), nil}})
	var code *CodeError
	if !errors.As(got, &code) || code.Code != 5 || !code.When.Equal(time.Unix(7, 0)) || code.Inner != errors.Unwrap(got) ||
		code.Others[0] != code.Inner || code.Others[1].Error() != "other" || code.Others[2] != nil {
		t.Errorf("got %+v, want code 5 with its errors", code)
	}
	var text TextError
	if !errors.As(code.Others[1], &text) || text != "other" {
		t.Errorf("got %q, want other", text)
	}
	var list ListError
	if !errors.As(trip[error](t, ListError{"a", "b"}), &list) || len(list) != 2 {
		t.Errorf("got %q, want two errors", list)
	}
	var e *Error
	if got := trip[any](t, fs.ErrExist); got != fs.ErrExist {
		t.Errorf("got %v, want %v", got, fs.ErrExist)
	}
	if got := trip[any](t, &CodeError{}).(error); !errors.As(got, &e) || e.Type != "*codec.CodeError" {
		t.Errorf("got %#v, want an *Error of a *codec.CodeError", got)
	}
	type CodeError struct{ Code int }
	if other := new(*CodeError); !errors.As(got, &e) || e.As(other) || e.As(*other) || e.As(nil) {
		t.Error("As filled a type of the same name and another structure: got true, want false")
	}
}

// A detailedError formats itself.
type detailedError struct{ size int }

func (detailedError) Error() string { return "failed" }

func (e detailedError) Format(s fmt.State, verb rune) {
	if verb == 'v' && s.Flag('+') {
		_, _ = io.WriteString(s, strings.Repeat("x", e.size))
		return
	}
	fmt.Fprintf(s, "%s by %c", e.Error(), verb)
}

func TestErrorsAreFormatted(t *testing.T) {
	for _, test := range []struct{ name, format, want string }{
		{"plain", "%v", "failed by v"},
		{"detailed", "%+v", "xxx"},
		{"string", "%s", "failed by s"},
		{"quoted", "%q", "failed by q"},
		{"with a width", "%8s", "  failed"},
		{"hexadecimal", "%x", "6661696c6564"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for how, err := range map[string]error{"once": trip[error](t, detailedError{3}), "twice": trip(t, trip[error](t, detailedError{3}))} {
				if got := fmt.Sprintf(test.format, err); got != test.want {
					t.Errorf("%s %s: got %q, want %q", test.format, how, got, test.want)
				}
			}
		})
	}
	t.Run("too long", func(t *testing.T) {
		if got := fmt.Sprintf("%+v", trip[error](t, detailedError{maxErrorFormats})); got != "failed" {
			t.Errorf("got %d bytes, want the message", len(got))
		}
	})
	t.Run("no formatter", func(t *testing.T) {
		if got := fmt.Sprintf("%+v", trip(t, errors.New("failed"))); got != "failed" {
			t.Errorf("got %q, want the message", got)
		}
	})
}

func TestErrorsThatMisbehave(t *testing.T) {
	for want, err := range map[string]error{
		"<nil>": (*panicError)(nil),
		"(method Error of *codec.panicError panicked: runtime error: invalid memory address or nil pointer dereference)": &panicError{},
		"bad": badUnwrap{},
	} {
		t.Run(want, func(t *testing.T) {
			if got := trip(t, err); got.Error() != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
	loop := &loopError{}
	loop.self = loop
	depth := 0
	for err := trip[error](t, loop); err != nil; err = errors.Unwrap(err) {
		depth++
	}
	if depth != maxErrorDepth+1 {
		t.Errorf("got %d errors, want %d", depth, maxErrorDepth+1)
	}
	wide := errors.Join(loop, loop, loop)
	for range 12 {
		wide = errors.Join(wide, wide)
	}
	if b := encode(t, &wide, nil); len(b) > 1<<26 {
		t.Errorf("got %d bytes, want at most %d", len(b), 1<<26)
	}
	// The value of each holds the next, which the chain has as well.
	var deep error = io.EOF
	for i := range 30 {
		deep = &CodeError{Code: i, Inner: deep, Others: []error{deep, deep}}
	}
	if b := encode(t, &deep, nil); len(b) > 1<<14 {
		t.Errorf("got %d bytes, want at most %d", len(b), 1<<14)
	}
	if !errors.Is(trip(t, deep), io.EOF) {
		t.Error("errors.Is(end of the chain, io.EOF) = false, want true")
	}
	c, _ := For(errorType)
	long := strings.Repeat("\x01\x01*\x01x\x00\x00\x00\x00\x01", wire.MaxDepth+1)
	if err := Unmarshal(c, []byte(long), nil, unsafe.Pointer(new(error))); err == nil {
		t.Error("a chain without end: got no error, want one")
	}
	if !reflect.TypeOf(trip[error](t, errors.Join(io.EOF))).Comparable() {
		t.Error("a joined error: got a type that cannot be compared, want one that can")
	}
}
