package objects

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
)

// A QuotaError is an error that the host has, too.
type QuotaError struct{ Limit int }

func (e *QuotaError) Error() string { return fmt.Sprintf("more than %d", e.Limit) }

// A Bailout is what parsers panic with.
type Bailout struct {
	Line   int
	Reason string
}

// Recovered calls f and tells what it panics with, as the plugin sees it.
func Recovered(f func()) (text string) {
	defer func() { text = describe(recover()) }()
	f()
	return ""
}

func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case string:
		return "string " + v
	case int:
		return fmt.Sprint("int ", v)
	case Bailout:
		return fmt.Sprint("bailout at ", v.Line, ": ", v.Reason)
	case *Bailout:
		return fmt.Sprint("bailout at ", v.Line, ": ", v.Reason)
	case *Counter:
		return fmt.Sprint("counter ", v.Add(0))
	case func(int) int:
		return fmt.Sprint("func ", v(20))
	case error:
		return "error " + describeError(v)
	}
	return fmt.Sprintf("%+v", v)
}

func describeError(err error) string {
	var quota *QuotaError
	_, fault := err.(runtime.Error)
	switch {
	case err == http.ErrAbortHandler:
		return "http.ErrAbortHandler"
	case err == io.EOF:
		return "io.EOF"
	case err == errOwn:
		return "of the plugin's own"
	case errors.As(err, &quota):
		return fmt.Sprint("quota ", quota.Limit, ": ", err)
	case fault:
		return "runtime.Error: " + err.Error()
	case strings.HasSuffix(fmt.Sprintf("%T", err), "HostError"):
		return "HostError: " + err.Error()
	}
	return err.Error()
}

var errOwn = errors.New("own")

// OwnError returns an error of the plugin's own.
func OwnError() error { return errOwn }

// SameRecovered reports whether f panics with that very counter.
func SameRecovered(f func(), c *Counter) (same bool) {
	defer func() { same = recover() == any(c) }()
	f()
	return false
}

// RecoveredElsewhere is Recovered on another goroutine.
func RecoveredElsewhere(f func()) string {
	text := make(chan string)
	go func() { text <- Recovered(f) }()
	return <-text
}

// PanicsAgain recovers what f panics with, and panics with it again.
func PanicsAgain(f func()) {
	defer func() { panic(recover()) }()
	f()
}

// PanicsAfterwards recovers what f panics with, and panics with a value of its own.
func PanicsAfterwards(f func()) {
	Recovered(f)
	panic("afterwards")
}

// PassesPanicOn calls f on another goroutine, and panics with what that panics with.
func PassesPanicOn(f func()) {
	recovered := make(chan any)
	go func() {
		defer func() { recovered <- recover() }()
		f()
	}()
	panic(<-recovered)
}

// CallsIt calls f.
func CallsIt(f func()) { f() }

// RecoveredThrough passes a func that panics through the host, and tells what it recovers.
func RecoveredThrough(f func(func()), own bool) (text string) {
	defer func() { text = describe(recover()) }()
	f(func() {
		if own {
			panic(errOwn)
		}
		panic(Bailout{7, "through"})
	})
	return ""
}

// A Twicer has a method without an error.
type Twicer interface{ Twice(int) int }

// CallsTwice calls a method that may panic.
func CallsTwice(w Twicer) (text string) {
	defer func() { text = describe(recover()) }()
	return fmt.Sprint(w.Twice(2))
}
