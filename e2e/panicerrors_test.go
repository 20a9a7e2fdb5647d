package e2e

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"runtime"
	"strings"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// panicOf returns the PanicError of a call that panics in the plugin.
func panicOf(t *testing.T, err error) *winplugin.PanicError {
	t.Helper()
	var panicked *winplugin.PanicError
	if !errors.As(err, &panicked) {
		t.Fatalf("got %v, want a %T", err, panicked)
	}
	return panicked
}

// An error with which the plugin panics is the error that it would be as a result.
func TestObjectsPanicWithErrors(t *testing.T) {
	p := objects(t)
	spent := namedError(t, p, "ErrSpent")
	panics := bound[func(string) error](t, p, "PanicsWith")
	quota := func(err error) bool {
		var quota *QuotaError
		return errors.As(err, &quota) && quota.Limit == 3
	}
	is := func(target error) func(error) bool {
		return func(err error) bool { return errors.Is(err, target) }
	}
	fault := func(err error) bool { return errors.As(err, new(runtime.Error)) }
	for _, test := range []struct {
		name  string
		holds func(error) bool
		value string
	}{
		{"sentinel", is(spent), "spent"},
		{"wrapped", is(spent), "load: spent"},
		{"joined", func(err error) bool { return errors.Is(err, spent) && quota(err) }, "spent\nmore than 3"},
		{"type", quota, "load: more than 3"},
		{"path", func(err error) bool {
			var path *fs.PathError
			return errors.As(err, &path) && path.Path == "/no/file" && errors.Is(err, fs.ErrNotExist)
		}, "open /no/file: file does not exist"},
		{"canceled", is(context.Canceled), "context canceled"},
		{"index", fault, "runtime error: index out of range [5] with length 0"},
		{"nil map", fault, "assignment to entry in nil map"},
		{"assertion", fault, "interface conversion: interface {} is string, not int"},
		{"nil", fault, new(runtime.PanicNilError).Error()},
		{"nil pointer", func(err error) bool { return !errors.Is(err, spent) }, "<nil>"},
		{"rude", func(err error) bool { return !errors.Is(err, spent) && !fault(err) }, "rude"},
		{"large", func(err error) bool { return !errors.Is(err, spent) }, strings.Repeat("x", 1<<20)},
		{"string", func(err error) bool { return errors.Unwrap(err) == nil }, "text"},
		{"struct", func(err error) bool { return errors.Unwrap(err) == nil }, "{7 here}"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, byCall := p.Call(t.Context(), "PanicsWith", test.name)
			for how, err := range map[string]error{"Func": panics(test.name), "Call": byCall} {
				panicked := panicOf(t, err)
				if panicked.Value != test.value || panicked.Err != nil || !strings.Contains(panicked.Stack, "objects.PanicsWith") {
					t.Errorf("by %s: got %.300v, want the value %.300s and the plugin's stack", how, panicked, test.value)
				}
				if !test.holds(err) {
					t.Errorf("by %s: got an error of %.300v that lacks what the plugin panicked with", how, err)
				}
			}
		})
	}
	t.Run("object", func(t *testing.T) {
		var o *winplugin.Object
		if err := panics("type"); !errors.As(err, &o) || o.Error() != "load: more than 3" {
			t.Errorf("got %v, want an object that stands for the error", o)
		}
	})
	t.Run("no ErrorResult", func(t *testing.T) {
		var result *winplugin.ErrorResult
		if err := panics("type"); errors.As(err, &result) {
			t.Errorf("got %+v, want none: no function has returned the error", result)
		}
	})
	t.Run("a panic of the host's func", func(t *testing.T) {
		err := recovered(func() { bound[func(string)](t, p, "PanicsWith")("wrapped") })
		if panicOf(t, err); !errors.Is(err, spent) {
			t.Errorf("got %v, want the plugin's error in it", err)
		}
	})
	t.Run("batch", func(t *testing.T) {
		done, err := bindBatch[func(got, n []int) (int, error)](t, p, "PanicsFrom")(make([]int, 5), []int{0, 1, 2, 3, 4})
		if panicked := panicOf(t, err); done != 3 || panicked.Value != "3: spent" || !errors.Is(err, spent) {
			t.Errorf("got %d calls and %v, want 3 and the plugin's error", done, err)
		}
	})
}

// recovered returns the error with which f panics.
func recovered(f func()) (err error) {
	defer func() { err, _ = recover().(error) }()
	f()
	return nil
}

// A PanicError that the host passes to the plugin wraps the plugin's very error.
func TestObjectsPanicErrorsComeBack(t *testing.T) {
	p := objects(t)
	panics := bound[func(string) error](t, p, "PanicsWith")
	isSpent, isOwn := bound[func(error) bool](t, p, "IsSpent"), bound[func(error) bool](t, p, "IsOwn")
	returnsSpent := bound[func(func() error) bool](t, p, "ReturnsSpent")
	for _, test := range []struct {
		name string
		is   func(error) bool
		want bool
	}{
		{"sentinel", isSpent, true},
		{"wrapped", isSpent, true},
		{"own", isOwn, true},
		{"own", isSpent, false},
		{"string", isSpent, false},
		{"wrapped", func(err error) bool { return isSpent(errors.Unwrap(err)) }, true},
		{"wrapped", func(err error) bool { return isSpent(fmt.Errorf("host: %w", err)) }, true},
		{"wrapped", func(err error) bool { return returnsSpent(func() error { return err }) }, true},
		{"wrapped", func(err error) bool { return returnsSpent(func() error { panic(err) }) }, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.is(panics(test.name)); got != test.want {
				t.Errorf("got %t in the plugin, want %t", got, test.want)
			}
		})
	}
}

// hostError is an error of a type that the plugin does not have.
type hostError struct {
	code int
	done chan bool
}

func (e *hostError) Error() string { return fmt.Sprint("host ", e.code) }

// An error with which a func of the host panics is that very error where the plugin returns it, or
// panics with it.
func TestObjectsPanicErrorsOfTheHost(t *testing.T) {
	p := objects(t)
	recovers := bound[func(func()) error](t, p, "RecoversError")
	returns := bound[func(func() error) error](t, p, "ReturnsError")
	calls := bound[func(func()) error](t, p, "CallsIt")
	again := bound[func(func()) error](t, p, "PanicsAgain")
	panicsReturned := bound[func(func() error) error](t, p, "PanicsWithReturned")
	plain := errors.New("plain")
	for _, test := range []struct {
		name string
		err  error
	}{
		{"plain", plain},
		{"wrapped", fmt.Errorf("host: %w", plain)},
		{"joined", errors.Join(plain, fs.ErrExist)},
		{"type of the host's", &hostError{code: 4, done: make(chan bool)}},
		{"type of both", &QuotaError{5}},
		{"sentinel", http.ErrAbortHandler},
		{"standard", &fs.PathError{Op: "open", Path: "x", Err: fs.ErrExist}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for how, err := range map[string]error{
				"recovered":                recovers(func() { panic(test.err) }),
				"not recovered":            calls(func() { panic(test.err) }),
				"panics again":             again(func() { panic(test.err) }),
				"returned":                 returns(func() error { panic(test.err) }),
				"panics with the returned": panicsReturned(func() error { panic(test.err) }),
			} {
				if !errors.Is(err, test.err) {
					t.Errorf("%s: got %v, want the host's error in it", how, err)
				}
				if own, ok := test.err.(*hostError); ok {
					var got *hostError
					if !errors.As(err, &got) || got != own {
						t.Errorf("%s: got %v by errors.As, want the host's error", how, got)
					}
				}
			}
		})
	}
	t.Run("no error", func(t *testing.T) {
		if err := returns(func() error { panic("text") }); err == nil || err.Error() != "returned: text" {
			t.Errorf("got %v, want the panic's text", err)
		}
	})
}

// What errors hold with which the plugin panics is collected like that of errors that it returns.
func TestObjectsPanicErrorsAreReleased(t *testing.T) {
	p := objects(t)
	live := bound[func() int](t, p, "Live")
	panics := bound[func() error](t, p, "PanicsHolding")
	before := live()
	const errs, kept = 1000, 128 // see ErrorResult
	for i := range errs {
		err := panics()
		if panicOf(t, err); i%10 == 0 {
			var o *winplugin.Object
			if !errors.As(err, &o) {
				t.Fatalf("got %v, want an object that stands for it", err)
			}
		}
	}
	until(t, p, "objects of the plugin's errors", func() (string, bool) {
		n := live() - before
		return fmt.Sprintf("%d are alive", n), n <= 2*kept
	})
}
