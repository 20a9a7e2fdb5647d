package e2e

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/e2e/testdata/faults"
)

// A program sees the same of an error of the standard library whether it calls the package or the
// plugin: its value or type, its fields, its text, and what it wraps. So does the plugin of an
// error of the host.
func TestErrorsOfTheStandardLibrary(t *testing.T) {
	p := open(t, built(t, "faults"))
	made := bound[func(string) error](t, p, "Make")
	called := bound[func(func() error) string](t, p, "Called")
	pass := bound[func(error) error](t, p, "Pass")
	for _, name := range faults.Names() {
		t.Run(name, func(t *testing.T) {
			err := faults.Make(name)
			want := faults.Report(err)
			_, byCall := p.Call(context.Background(), "Make", name)
			for how, got := range map[string]string{
				"by Func":              faults.Report(made(name)),
				"by Call":              faults.Report(byCall),
				"in the plugin":        called(func() error { return err }),
				"there and back":       faults.Report(pass(err)),
				"back and there again": called(func() error { return made(name) }),
			} {
				if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
					t.Errorf("%s (-want +got):\n%s", how, diff)
				}
			}
		})
	}
}

// An error of the standard library that comes back is the very error that was sent, and one whose
// fields were changed is not.
func TestErrorOfTheStandardLibraryComesBack(t *testing.T) {
	p := open(t, built(t, "faults"))
	keep, isKept := bound[func(string) error](t, p, "Keep"), bound[func(error) bool](t, p, "IsKept")
	through := bound[func(func() error, string) error](t, p, "Through")
	for _, name := range []string{"open", "wrapped open", "dial", "json type", "private"} {
		t.Run(name, func(t *testing.T) {
			if err := keep(name); !isKept(err) {
				t.Errorf("%v in the plugin: got another error, want the one that it has returned", err)
			}
			mine := faults.Make(name)
			if got := through(func() error { return mine }, ""); got != mine {
				t.Errorf("%v in the host: got %#v, want the error that its func has returned", mine, got)
			}
			if got := through(func() error { return mine }, "wrapped"); !errors.Is(got, mine) || got.Error() != "wrapped: "+mine.Error() {
				t.Errorf("%v wrapped by the plugin: got %v, want an error that wraps it", mine, got)
			}
		})
	}
	t.Run("changed", func(t *testing.T) {
		path, ok := keep("open").(*fs.PathError)
		if !ok {
			t.Fatal("got no *fs.PathError")
		}
		path.Path = "another file"
		if isKept(path) {
			t.Error("got the error as it was, want the changed one")
		}
		if got, want := bound[func(error) error](t, p, "Pass")(path), fmt.Sprint(path); got.Error() != want {
			t.Errorf("got %v, want %s", got, want)
		}
	})
}
