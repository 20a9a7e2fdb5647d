package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Two errors of the plugin are compared as the plugin does it, by the method Is.
func TestErrorsByTheirMethodIs(t *testing.T) {
	p := openTypes(t)
	status := bound[func(int, string) error](t, p, "Status")
	missing, gone, broken := status(404, "missing"), status(404, "gone"), status(500, "broken")
	v, err := winplugin.Var[error](p, "ErrNotFound")
	if err != nil {
		t.Fatal(err)
	}
	notFound, err := v.Get()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name        string
		err, target error
		want        bool
	}{
		{"same code", missing, gone, true},
		{"other code", broken, gone, false},
		{"wrapped by the host", fmt.Errorf("host: %w", missing), gone, true},
		{"variable", gone, notFound, true},
		{"not the variable", broken, notFound, false},
		{"by a call", func() error { _, err := p.Call(t.Context(), "Status", 404, "x"); return err }(), notFound, true},
		{"of the host", missing, io.EOF, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := errors.Is(test.err, test.target); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

// namedError returns the error that the host has for a variable or a constant of the plugin.
func namedError(t *testing.T, p *winplugin.Plugin, name string) error {
	t.Helper()
	v, err := winplugin.Var[error](p, name)
	if err != nil {
		t.Fatal(err)
	}
	value, err := v.Get()
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// Errors arrive with message, type, chain, sentinels and fields, both ways.
func TestErrors(t *testing.T) {
	p := openTypes(t)
	fail := bound[func(string) error](t, p, "Fail")
	plain, other := namedError(t, p, "ErrPlain"), namedError(t, p, "ErrOther")
	if plain.Error() != "plain error" || errors.Is(plain, other) {
		t.Errorf("got sentinels %v and %v, want plain error and another", plain, other)
	}
	for _, test := range []struct {
		name, message string
		is            []error
		isNot         []error
	}{
		{"plain", "plain error", []error{plain}, []error{other, io.EOF}},
		{"other", "wrapped: other error", []error{other}, []error{plain}},
		{"EOF", "EOF", []error{io.EOF}, []error{plain}},
		{"canceled", "read: context canceled", []error{context.Canceled}, []error{context.DeadlineExceeded}},
		{"deadline", "context deadline exceeded", []error{context.DeadlineExceeded}, nil},
		{"path", "types: open /no/file: file does not exist", []error{fs.ErrNotExist}, []error{fs.ErrExist}},
		{"number", `strconv.Atoi: parsing "x": invalid syntax`, []error{strconv.ErrSyntax}, []error{strconv.ErrRange}},
		{"shortage", "order: 3 screws missing", nil, []error{plain}},
		{"code", "code 404", []error{fs.ErrNotExist}, []error{io.EOF}},
		{"join", "unexpected EOF\n1  missing\nplain error", []error{io.ErrUnexpectedEOF, plain}, []error{io.EOF}},
		{"rude", "(method Error of *types.Rude panicked: rude)", nil, nil},
		{"nil pointer", "<nil>", nil, nil},
		{"bytes", "\xff\x00 ü", nil, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, byCall := p.Call(context.Background(), "Fail", test.name)
			for _, err := range []error{fail(test.name), byCall} {
				if err == nil || err.Error() != test.message {
					t.Errorf("%s: got %v, want an error with %v", test.name, err, test.message)
				}
				for _, target := range test.is {
					if !errors.Is(err, target) {
						t.Errorf("%s: got an error that is not %v, want it to be", test.name, target)
					}
				}
				for _, target := range test.isNot {
					if errors.Is(err, target) {
						t.Errorf("%s: got an error that is %v, want it not to be", test.name, target)
					}
				}
				// Back in the plugin it is the original error.
				back, _ := bound[func(error) (error, bool)](t, p, "PassError")(err)
				if back == nil || back.Error() != test.message {
					t.Errorf("%s through the plugin: got %v, want %s", test.name, back, test.message)
				}
				for _, target := range test.is {
					if !errors.Is(back, target) {
						t.Errorf("%s through the plugin: got an error that is not %v, want it to be", test.name, target)
					}
				}
			}
		})
	}
	if err := fail(""); err != nil {
		t.Errorf("got %v, want no error", err)
	}
	if err := fail("deep"); !strings.HasPrefix(err.Error(), "199: 198: ") || !strings.HasSuffix(err.Error(), "0: plain error") {
		t.Errorf("a long chain: got %.100s…, want 200 errors", err.Error())
	}
	var path *fs.PathError
	if err := fail("path"); !errors.As(err, &path) || path.Op != "open" || path.Path != "/no/file" || path.Err != fs.ErrNotExist {
		t.Errorf("got %#v with %#v, want a *fs.PathError of open /no/file", err, path)
	}
	var number *strconv.NumError
	if err := fail("number"); !errors.As(err, &number) || number.Num != "x" || !errors.Is(number.Err, strconv.ErrSyntax) {
		t.Errorf("got %v with %+v, want a *strconv.NumError of x", err, number)
	}
	var shortage *Shortage
	if err := fail("shortage"); !errors.As(err, &shortage) || *shortage != (Shortage{3, "screws", time.Unix(1, 0).UTC()}) {
		t.Errorf("got %v with %+v, want a *Shortage of 3 screws", err, shortage)
	}
	if err := fail("join"); !errors.As(err, &shortage) || shortage.Missing != 1 {
		t.Errorf("got %v with %+v, want a *Shortage of 1", err, shortage)
	}
	var code Code
	if err := fail("code"); !errors.As(err, &code) || code != 404 {
		t.Errorf("got %v with %d, want the Code 404", err, code)
	}
	var result *winplugin.ErrorResult
	if err := fail("shortage"); !errors.As(err, &result) || result.Type != "*fmt.wrapError" || errors.As(err, &path) {
		t.Errorf("got %v with %+v, want an *ErrorResult of type *fmt.wrapError and no *fs.PathError", err, result)
	}

	// The host's errors in the plugin.
	is := bound[func(error, string) bool](t, p, "Is")
	for of, err := range map[string]error{
		"EOF": fmt.Errorf("host: %w", io.EOF), "not exist": &fs.PathError{Op: "stat", Path: "/host", Err: fs.ErrNotExist},
		"plain": errors.Join(io.EOF, plain), "path": fmt.Errorf("host: %w", &fs.PathError{Op: "stat", Path: "/host", Err: io.EOF}),
		"shortage": &Shortage{Missing: 5},
	} {
		t.Run(of, func(t *testing.T) {
			if !is(err, of) || is(errors.New(of), of) {
				t.Errorf("Is of %v and %s in the plugin: got false, or true for an error of the same text; want true and false", err, of)
			}
		})
	}
	if back, null := bound[func(error) (error, bool)](t, p, "PassError")(nil); back != nil || !null {
		t.Errorf("PassError(nil): got %v, %t, want nil, true", back, null)
	}
	list := bound[func([]error) []error](t, p, "PassErrors")([]error{nil, io.EOF, plain, errors.New("text")})
	if list[0] != nil || list[1] != io.EOF || list[2] != plain || list[3].Error() != "text" {
		t.Errorf("PassErrors: got %v, want nil, EOF, plain error and text", list)
	}
	if n, text, err := bound[func(bool) (int, string, error)](t, p, "Named")(true); n != 1 || text != "beside" || err != plain {
		t.Errorf("results beside an error: got %d, %s, error %v, want 1, beside, %v", n, text, err, plain)
	}
}

// The plugin's error crosses under the ErrorResult that errors.As has made of it in the
// host, with all that it wraps and without a layer of the host's.
func TestErrorResultPassedBack(t *testing.T) {
	p := openTypes(t)
	fail := bound[func(string) error](t, p, "Fail")
	pass := bound[func(error) (error, bool)](t, p, "PassError")
	for _, name := range []string{"shortage", "join", "path"} {
		t.Run(name, func(t *testing.T) {
			err := fail(name)
			var result, back *winplugin.ErrorResult
			if !errors.As(err, &result) {
				t.Fatalf("got a %T, want an ErrorResult in it", err)
			}
			returned, _ := pass(result)
			if !errors.As(returned, &back) {
				t.Fatalf("got a %T back, want an ErrorResult in it", returned)
			}
			if back.Type != result.Type || back.Message != result.Message {
				t.Errorf("got %s %q back, want %s %q", back.Type, back.Message, result.Type, result.Message)
			}
			if diff := cmp.Diff(errorTexts(result), errorTexts(back)); diff != "" {
				t.Errorf("the chain (-want +got):\n%s", diff)
			}
		})
	}
}

// errorTexts returns the texts of an error and of all that it wraps.
func errorTexts(err error) []string {
	texts := []string{err.Error()}
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		if inner := err.Unwrap(); inner != nil {
			texts = append(texts, errorTexts(inner)...)
		}
	case interface{ Unwrap() []error }:
		for _, inner := range err.Unwrap() {
			texts = append(texts, errorTexts(inner)...)
		}
	}
	return texts
}
