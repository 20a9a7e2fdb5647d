package main

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"plain\tünï 日本\n":  "plain\tünï 日本\n",
		"a\r\nb\rc":        "a\nb\\u000dc",
		"\x1b[31m\x00\x9b": "\\u001b[31m\\u0000\ufffd",
		"\u202egnp.exe":    "\\u202egnp.exe",
	} {
		t.Run(text, func(t *testing.T) {
			if got := printable(text); got != want {
				t.Errorf("printable(%q) = %q, want %q", text, got, want)
			}
		})
	}
}

func TestProgress(t *testing.T) {
	compile := winplugin.Event{Stage: winplugin.StageCompile, Package: "example.org/p"}
	const line = "winplugin: compiling example.org/p\n"
	for _, test := range []struct {
		name          string
		live, verbose bool
		lasts         time.Duration
		want          string
	}{
		{"terminal", true, false, 0, line},
		{"verbose terminal", true, true, patience + 1, ""}, // the log reports it
		{"short stage on a pipe", false, false, patience - 1, ""},
		{"long stage on a pipe", false, false, patience + 1, line},
		{"verbose pipe", false, true, patience + 1, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var out, err bytes.Buffer
				term := &terminal{out: &out, err: &err, live: test.live, verbose: test.verbose}
				term.progress(winplugin.Event{Stage: winplugin.StageStore, Package: "example.org/p"})
				term.progress(compile)
				time.Sleep(test.lasts)
				term.endStage()
				time.Sleep(2 * patience)
				if err.String() != test.want || out.Len() > 0 {
					t.Errorf("got %q and %q, want %q", &out, &err, test.want)
				}
			})
		})
	}
}

// The timer of a stage, the log and the bar of a download write to one terminal. The race
// detector reports a write without the lock.
func TestTerminalWritesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out, err bytes.Buffer
		term := &terminal{out: &out, err: &err}
		term.progress(winplugin.Event{Stage: winplugin.StageCompile, Package: "example.org/p"})
		var writers sync.WaitGroup
		for _, write := range []func(){
			func() { term.bar("fetching Go", 1, 2) },
			func() { term.bar("fetching GCC", 1, 2) },
			func() { term.logger().Warn("attention") },
			func() { term.Write([]byte("time=now level=INFO\n")) },
			func() { term.say("message") },
		} {
			writers.Go(func() {
				time.Sleep(patience) // the instant at which the stage's timer fires
				write()
			})
		}
		writers.Wait()
		synctest.Wait()
		if got := bytes.Count(err.Bytes(), []byte("\n")); got != 6 {
			t.Errorf("got %d lines, want 6:\n%s", got, &err)
		}
	})
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
		t.Errorf("exit code: got %d, want %v", code, exitFailure)
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
		t.Errorf("exit code: got %d, %s, want %v", code, &err, exitInterrupted)
	}
	if err.String() != "winplugin: interrupted\n" || out.Len() > 0 {
		t.Errorf("got %q and %q, want no output and winplugin: interrupted", &out, &err)
	}
}

// A path that does not exist is an operational failure, whatever it looks like and
// whichever command takes it.
func TestExitCodeMissingPath(t *testing.T) {
	t.Setenv("WINPLUGIN_NO_INSTALL", "1")
	dir := t.TempDir()
	t.Chdir(dir)
	for _, command := range []string{"call", "build", "inspect", "check"} {
		for _, path := range []string{"missing", "./missing", "missing/plugin.go", "missing.so", "./missing.dll", filepath.Join(dir, "missing")} {
			t.Run(command+" "+filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path), func(t *testing.T) {
				args := []string{command, "--cache-dir", filepath.Join(dir, "cache"), path}
				if command == "call" {
					args = append(args, "F")
				}
				var out, err bytes.Buffer
				if got := run(t.Context(), args, nil, &out, &err); got != exitFailure {
					t.Errorf("got exit code %d, want %d: %s", got, exitFailure, &err)
				}
				if !bytes.Contains(err.Bytes(), []byte("missing")) || out.Len() > 0 {
					t.Errorf("got %q and %q, want an error that names the path", &out, &err)
				}
			})
		}
	}
}
