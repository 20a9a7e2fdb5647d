package main

import (
	"bytes"
	"context"
	"errors"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"plain\tünï 日本\n":  "plain\tünï 日本\n",
		"a\r\nb\rc":        "a\nb\\u000dc",
		"\x1b[31m\x00\x9b": "\\u001b[31m\\u0000\ufffd",
		"\u202egnp.exe":    "\\u202egnp.exe",
	} {
		if got := printable(text); got != want {
			t.Errorf("printable(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestProgress(t *testing.T) {
	compile := winplugin.Event{Stage: "compile", Package: "example.org/p"}
	for _, test := range []struct {
		live, verbose bool
		want          string
	}{
		{true, false, "winplugin: compiling example.org/p\n"},
		{true, true, ""}, // the log tells of it
		{false, false, ""},
	} {
		var out, err bytes.Buffer
		term := &terminal{out: &out, err: &err, live: test.live, verbose: test.verbose}
		term.progress(winplugin.Event{Stage: "store", Package: "example.org/p"})
		term.progress(compile)
		if err.String() != test.want || out.Len() > 0 {
			t.Errorf("%+v: %q and %q, want %q", test, &out, &err, test.want)
		}
	}
}

func TestWarnings(t *testing.T) {
	var out, err bytes.Buffer
	log := newTerminal(&out, &err).logger()
	log.Info("not of interest")
	log.With("target", "linux/riscv64").Warn("not tested", "n", 1)
	if want := "winplugin: warning: not tested, target: linux/riscv64, n: 1\n"; err.String() != want || out.Len() > 0 {
		t.Errorf("got %q and %q, want %q", &out, &err, want)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestOutputFails(t *testing.T) {
	var err bytes.Buffer
	if code := run(context.Background(), []string{"version"}, nil, full{}, &err); code != exitFailure {
		t.Errorf("exit code %d", code)
	}
	if want := "winplugin: failed to write the output: no space left\n"; err.String() != want {
		t.Errorf("got %q, want %q", &err, want)
	}
}

func TestInterruptedBefore(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errInterrupted)
	var out, err bytes.Buffer
	if code := run(ctx, []string{"check", "--cache-dir", t.TempDir(), t.TempDir()}, nil, &out, &err); code != exitInterrupted {
		t.Errorf("exit code %d, %s", code, &err)
	}
	if err.String() != "winplugin: interrupted\n" || out.Len() > 0 {
		t.Errorf("got %q and %q", &out, &err)
	}
}
