package winplugin_test

import (
	"io"
	"log/slog"
	"runtime"
	"strings"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// An option for parameters that names none would do nothing, or what nobody asked for.
func TestParameterOptionsNeedNames(t *testing.T) {
	for _, test := range []struct {
		name string
		opt  winplugin.Option
		want string
	}{
		{"borrow without function", winplugin.WithBorrow("", "v"), `borrowing for function "" names 1 parameters`},
		{"borrow without parameters", winplugin.WithBorrow("Scale"), `borrowing for function "Scale" names 0 parameters`},
		{"in-out without function", winplugin.WithInOut("", "v"), `writing for function "" names 1 parameters`},
		{"in-out without parameters", winplugin.WithInOut("Scale"), `writing for function "Scale" names 0 parameters`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := winplugin.Open(t.TempDir(), test.opt)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
}

// What does not fit the memory that is shared with a process of the plugin's own is refused.
func TestIsolationLimits(t *testing.T) {
	for _, test := range []struct {
		name string
		opt  winplugin.Option
		want string
	}{
		{"calls", winplugin.WithMaxCalls(2049), "WithMaxCalls(2049): with WithIsolation at most 2048 calls"},
		{"callbacks", winplugin.WithMaxCallbacks(2001), "WithMaxCallbacks(2001): with WithIsolation at most 2000 goroutines"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := winplugin.Open(t.TempDir(), test.opt, winplugin.WithIsolation(winplugin.Process))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
}

// An option for a process of the plugin's own would do nothing without one.
func TestProcessOptionsNeedIsolation(t *testing.T) {
	for name, opt := range map[string]winplugin.Option{
		"WithLimits":        winplugin.WithLimits(winplugin.Limits{Memory: 1 << 30}),
		"WithEnvironment":   winplugin.WithEnvironment("A=1"),
		"WithFolder":        winplugin.WithFolder(t.TempDir()),
		"WithProcessOutput": winplugin.WithProcessOutput(io.Discard, nil),
		"WithProcessLog":    winplugin.WithProcessLog(slog.DiscardHandler),
		"WithDebugger":      winplugin.WithDebugger(func(int) {}),
	} {
		t.Run(name, func(t *testing.T) {
			want := name + " is for a process of its own: give WithIsolation(Process)"
			_, err := winplugin.Open(t.TempDir(), opt)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got error %v, want one with %q", err, want)
			}
		})
	}
}

// What another system has alone is refused.
func TestLowIntegrityElsewhere(t *testing.T) {
	_, err := winplugin.Open(t.TempDir(), winplugin.WithLowIntegrity(), winplugin.WithIsolation(winplugin.Process))
	want := "WithLowIntegrity: this system has no levels of integrity"
	if runtime.GOOS == "windows" {
		_, err = winplugin.Open(t.TempDir(), winplugin.WithLowIntegrity())
		want = "WithLowIntegrity is for a process of its own: give WithIsolation(Process)"
	}
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got error %v, want one with %q", err, want)
	}
}

// Nothing of a process that somebody else starts is the host's to set.
func TestReattachOptions(t *testing.T) {
	reattach := winplugin.WithReattach(t.TempDir())
	separate := winplugin.WithIsolation(winplugin.Process)
	for _, test := range []struct {
		name string
		opts []winplugin.Option
		want string
	}{
		{"no isolation", []winplugin.Option{reattach}, "WithReattach is for a process of its own: give WithIsolation(Process)"},
		{"limits", []winplugin.Option{reattach, separate, winplugin.WithLimits(winplugin.Limits{Files: 100})}, "leave WithLimits out"},
		{"debugger", []winplugin.Option{reattach, separate, winplugin.WithDebugger(func(int) {})}, "leave WithDebugger out"},
		{"restart", []winplugin.Option{reattach, separate, winplugin.WithRestart(winplugin.RestartPolicy{})}, "leave WithRestart, WithReload and WithWatch out"},
		{"reload", []winplugin.Option{reattach, separate, winplugin.WithReload(winplugin.ReloadPolicy{})}, "leave WithRestart, WithReload and WithWatch out"},
		{"move", []winplugin.Option{reattach, winplugin.WithReload(winplugin.ReloadPolicy{MaxResident: 1, MoveToProcess: true})}, "give WithIsolation(Process)"},
		{"no folder", []winplugin.Option{separate, winplugin.WithReattach("")}, "name a folder"},
		{"long path", []winplugin.Option{separate, winplugin.WithReattach("/" + strings.Repeat("x", 90))}, "at most 90 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := winplugin.Open(t.TempDir(), test.opts...)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one with %q", err, test.want)
			}
		})
	}
}
