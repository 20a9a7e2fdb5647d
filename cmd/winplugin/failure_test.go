package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
)

func TestExitCode(t *testing.T) {
	for _, test := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("other"), 1},
		{fmt.Errorf("folder: %w", fs.ErrNotExist), 1},
		{&usageError{}, 2},
		{&winplugin.SignatureError{}, 2},
		{fmt.Errorf("x: %w", winplugin.ErrNotFound), 2},
		{&winplugin.BuildError{}, 3},
		{&winplugin.BuildError{Err: winplugin.ErrNoFunctions}, 3},
		{fmt.Errorf("%w: empty", source.ErrNoPackage), 3},
		{fmt.Errorf("%w: %w", source.ErrNoPackage, fs.ErrNotExist), 1},
		{&winplugin.PolicyError{}, 4},
		{&winplugin.ToolchainError{}, 5},
		{&winplugin.BuildError{Err: source.ErrGoTooOld}, 5},
		{&winplugin.LoadError{}, 6},
		{fmt.Errorf("x: %w", winplugin.ErrTooManyLibraries), 6},
		{&winplugin.ErrorResult{}, 7},
		{&returnedError{fs.ErrNotExist}, 7},
		{&winplugin.PanicError{}, 8},
		{fmt.Errorf("x: %w", errInterrupted), 130},
	} {
		t.Run(fmt.Sprint(test.err), func(t *testing.T) {
			if got := exitCode(test.err); got != test.want {
				t.Errorf("exitCode(%T %v) = %d, want %d", test.err, test.err, got, test.want)
			}
			if test.err != nil {
				if got := exitCode(&pluginError{err: test.err}); got != test.want {
					t.Errorf("exitCode(pluginError of %T) = %d, want %d", test.err, got, test.want)
				}
			}
		})
	}
	// The help topic lists each.
	topic := newExitCodesTopic().Long
	for _, code := range []int{0, exitFailure, exitUsage, exitSource, exitPolicy, exitToolchain, exitLoad, exitResult, exitPanic, exitInterrupted} {
		if !strings.Contains(topic, fmt.Sprintf("\n  %-3d  ", code)) {
			t.Errorf("got a help topic without exit code %d, want it", code)
		}
	}
}

func TestExplain(t *testing.T) {
	dir := filepath.Join("some where", "plugin")
	absolute, err := filepath.Abs("elsewhere.go")
	if err != nil {
		t.Fatal(err)
	}
	build := &winplugin.BuildError{Package: "example.org/p", Output: "raw", Diagnostics: []winplugin.Diagnostic{
		{File: "a.go", Line: 3, Column: 8, Message: "first\n\thave ()"},
		{File: absolute, Line: 1, Message: "second"},
		{Message: "third"},
	}}
	lines := filepath.Join(dir, "a.go") + ":3:8: first\n\thave ()\n" + absolute + ":1: second\nthird"
	for _, test := range []struct {
		name    string
		err     error
		verbose bool
		want    string
	}{
		{"build", build, false, "plugin package example.org/p cannot be built\n" + lines},
		{"build, verbose", build, true, "plugin package example.org/p cannot be built\n" + lines + "\nraw"},
		{"build, output only", &winplugin.BuildError{Package: "p", Output: "raw", Err: errors.New("cause")}, false, "plugin package p cannot be built: cause\nraw"},
		{"policy", &winplugin.PolicyError{Package: "p", Violations: []winplugin.Violation{
			{File: "a.go", Line: 3, Column: 8, Subject: "os", Reason: "bad", Allow: "os"},
			{File: "b.go", Line: 3, Column: 8, Subject: "os", Reason: "bad", Allow: "os"},
		}}, false, "policy refuses plugin package p\n" + filepath.Join(dir, "a.go") + ":3:8: os: bad\n" + filepath.Join(dir, "b.go") + ":3:8: os: bad\n" +
			"hint: remove these from the plugin; if you trust it, let them pass with --allow os"},
		{"toolchain", &winplugin.ToolchainError{Missing: "C compiler", Looked: []string{"CC", "gcc in PATH"}, Remedy: "one\ntwo\n", Err: errors.New("gcc is broken")}, false,
			"no C compiler found: gcc is broken\nlooked for:\n\tCC\n\tgcc in PATH\nfix it with:\n\tone\n\ttwo"},
		{"toolchain, bare", &winplugin.ToolchainError{Missing: "Go"}, false, "no Go found"},
		{"load", &winplugin.LoadError{Path: "x.dll", Reason: winplugin.LoadNotPlugin, Err: errors.New("cause")}, false, "failed to load x.dll: not a plugin: cause"},
		{"standard error", &returnedError{&fs.PathError{Op: "open", Path: "x", Err: fs.ErrNotExist}}, false, "F: open x: file does not exist"},
		{"result", &winplugin.ErrorResult{Message: "text", Type: "*x.E"}, false, "F: text"},
		{"panic", &winplugin.PanicError{Plugin: "p", Function: "F", Value: "v", Stack: "goroutine 1"}, false, "plugin p: panic in F: v\n\ngoroutine 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := explain(&pluginError{path: dir, function: "F", err: test.err}, test.verbose)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.name, diff)
			}
		})
	}
}
