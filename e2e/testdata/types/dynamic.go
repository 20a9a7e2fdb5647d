package types

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"time"
	"unsafe"
)

// Errors of the package.
var (
	ErrPlain = errors.New("plain error")
	ErrOther = errors.New("other error")
)

// Shortage is an error with fields.
type Shortage struct {
	Missing int
	Of      string
	When    time.Time
}

func (e *Shortage) Error() string { return fmt.Sprintf("%d %s missing", e.Missing, e.Of) }

// Code is an error that is a number.
type Code int

func (c Code) Error() string { return "code " + strconv.Itoa(int(c)) }

// Is makes some codes what they stand for.
func (c Code) Is(target error) bool { return c == 404 && target == fs.ErrNotExist }

// Rude has an Error method that panics.
type Rude struct{}

func (*Rude) Error() string { panic("rude") }

// Fail returns the error of that name.
func Fail(name string) error {
	switch name {
	case "plain":
		return ErrPlain
	case "other":
		return fmt.Errorf("wrapped: %w", ErrOther)
	case "EOF":
		return io.EOF
	case "canceled":
		return fmt.Errorf("read: %w", context.Canceled)
	case "deadline":
		return context.DeadlineExceeded
	case "path":
		return fmt.Errorf("types: %w", &fs.PathError{Op: "open", Path: "/no/file", Err: fs.ErrNotExist})
	case "number":
		_, err := strconv.Atoi("x")
		return err
	case "shortage":
		return fmt.Errorf("order: %w", &Shortage{3, "screws", time.Unix(1, 0).UTC()})
	case "code":
		return Code(404)
	case "join":
		return errors.Join(io.ErrUnexpectedEOF, &Shortage{Missing: 1}, ErrPlain)
	case "deep":
		err := ErrPlain
		for i := 0; i < 200; i++ {
			err = fmt.Errorf("%d: %w", i, err)
		}
		return err
	case "rude":
		return &Rude{}
	case "nil pointer":
		var e *Shortage
		return e
	case "bytes":
		return errors.New("\xff\x00 ü")
	}
	return nil
}

// PassError returns its argument as a value.
func PassError(v error) (error, bool) { return v, v == nil }

// PassErrors returns its argument.
func PassErrors(v []error) []error { return v }

// Is reports what the plugin thinks of an error of the host's.
func Is(v error, of string) bool {
	switch of {
	case "EOF":
		return errors.Is(v, io.EOF)
	case "not exist":
		return errors.Is(v, fs.ErrNotExist)
	case "plain":
		return errors.Is(v, ErrPlain)
	case "path":
		var e *fs.PathError
		return errors.As(v, &e) && e.Path == "/host"
	case "shortage":
		var e *Shortage
		return errors.As(v, &e) && e.Missing == 5
	}
	return false
}

// Text is an error's text.
func Text(v error) string { return v.Error() }

// Any returns its argument.
func Any(v any) any { return v }

// Anys returns its argument.
func Anys(v map[string]any) map[string]any { return v }

// Type says what type a value has here.
func Type(v any) string { return fmt.Sprintf("%T", v) }

// Make returns values of dynamic type.
func Make(name string) any {
	n := 5
	switch name {
	case "order":
		return Order{ID: 7, Lines: []Line{{"a", 1, 2.5}}}
	case "pointer":
		return &n
	case "named":
		return Celsius(36.6)
	case "table":
		return Table{"a": {1, 2}}
	case "error":
		return ErrPlain
	case "node":
		return Chain(3, true)
	case "money":
		return Money{5, "EUR"}
	case "anonymous":
		return struct{ X, Y int }{1, 2}
	case "address":
		return unsafe.Pointer(&n)
	case "feed":
		return func(chan int) {}
	case "feeds":
		return []any{1, func(chan int) {}}
	}
	return nil
}

type private struct{ n int }

// Functions over what crosses by reference.
func Watch(c chan int)             {}
func Run(f func())                 {}
func Hidden(v private) private     { return v }
func Read(r io.Reader) error       { return nil }
func Stream(v ...io.Closer) int    { return len(v) }
func Deep(v []map[string]chan int) {}

// Functions that cannot cross.
func Generic[T any](v T) T                          { return v }
func Zip[K comparable, V any](k []K, v []V) map[K]V { return nil }
func Bare(v unsafe.Pointer)                         {}
func DeepBare(v []map[string]unsafe.Pointer)        {}

// Place is a variable that cannot cross.
var Place unsafe.Pointer

// A status is an error that is another one if the codes are the same.
type status struct {
	code int
	text string
}

func (s status) Error() string { return s.text }

func (s status) Is(target error) bool {
	t, ok := target.(status)
	return ok && t.code == s.code
}

// ErrNotFound is of a type that is not exported.
var ErrNotFound = status{404, "not found"}

// Status returns an error.
func Status(code int, text string) error { return status{code, text} }
