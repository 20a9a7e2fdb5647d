package main

// The rules of what the command prints:
//
//   - Results, and nothing else, go to standard output, in one piece when they are
//     complete: a failure leaves it empty. Its form does not depend on whether it is
//     a terminal.
//   - All else goes to standard error, each message after "winplugin: ".
//   - Progress is shown for stages that make one wait: at once when standard error is
//     a terminal, else once a stage has lasted ten seconds. With -v the log tells of all
//     stages.
//   - There are no colours and no cursor movements, but for the line of a download,
//     which is written again and again at a terminal. Only "setup" asks a question.
//   - Messages, and what a library's manifest says, are shown without control
//     characters: a library may come from anywhere. Only what a function returned is
//     printed as it is.
//
// No other file of the command prints. cobra prints help to standard output, as it
// was asked for.

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"
	"unicode"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

type terminal struct {
	out, err io.Writer
	live     bool // someone watches standard error
	verbose  bool
	current  bar // the line being rewritten

	stop func() // ends the time of --timeout

	mu     sync.Mutex  // guards what follows, and say's line
	waited *time.Timer // tells of a stage that lasts, where nobody watches
}

func newTerminal(out, err io.Writer) *terminal {
	t := &terminal{out: out, err: err, stop: func() {}}
	if f, ok := err.(*os.File); ok {
		info, err := f.Stat()
		// The null device passes as well. It does not mind.
		t.live = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return t
}

// detach makes standard error of what a plugin prints to standard output, so that this
// has the results alone.
func (t *terminal) detach() error {
	if t.out != io.Writer(os.Stdout) {
		return nil
	}
	out, err := detachOutput()
	if err != nil {
		return fmt.Errorf("failed to separate the plugin's output from the results: %w", err)
	}
	t.out = out
	return nil
}

// print writes results to standard output.
func (t *terminal) print(text string) error {
	t.arrive()
	t.endBar()
	if _, err := io.WriteString(t.out, text); err != nil {
		return fmt.Errorf("failed to write the output: %w", err)
	}
	return nil
}

// printJSON prints v, which an error calls by the name what.
func (t *terminal) printJSON(what string, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("failed to write the %s as JSON: %w", what, err)
	}
	return t.print(b.String())
}

// say writes one message to standard error.
func (t *terminal) say(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.endBar()
	text := strings.TrimRight(fmt.Sprintf(format, args...), "\n")
	fmt.Fprintf(t.err, "winplugin: %s\n", printable(text))
}

// failure tells of an error.
func (t *terminal) failure(err error) { t.arrive(); t.say("%s", explain(err, t.verbose)) }

// progress tells of the stages of a build that take time.
func (t *terminal) progress(e winplugin.Event) {
	if e.Stage == winplugin.StageInstall {
		t.bar(e.Detail, e.Done, e.Total)
		return
	}
	t.arrive()
	if t.verbose {
		return
	}
	var text string
	switch e.Stage {
	case winplugin.StageResolve:
		text = "looking for " + e.Package
	case winplugin.StageWait:
		text = "waiting for another build of " + e.Package
	case winplugin.StageAnalyze:
		text = "analyzing " + e.Package
	case winplugin.StageTry:
		text = "trying the C compiler " + e.Detail
	case winplugin.StageCompile:
		text = "compiling " + e.Package
	default:
		return
	}
	if t.live {
		t.say("%s", text)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waited = time.AfterFunc(patience, func() { t.say("%s", text) })
}

// patience is how long a stage may last before a log is told of it.
const patience = 10 * time.Second

// arrive ends the waiting for the end of a stage.
func (t *terminal) arrive() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waited != nil {
		t.waited.Stop()
	}
}

// logger returns the log for the library: all of it with -v, else the warnings.
func (t *terminal) logger() *slog.Logger {
	if t.verbose {
		return slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	return slog.New(&warnings{t: t})
}

// warnings is a slog handler that shows warnings as messages like any other.
type warnings struct {
	t     *terminal
	attrs []slog.Attr
}

func (*warnings) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (w *warnings) Handle(_ context.Context, r slog.Record) error {
	var b bytes.Buffer
	add := func(a slog.Attr) bool { fmt.Fprintf(&b, ", %s: %v", a.Key, a.Value); return true }
	for _, a := range w.attrs {
		add(a)
	}
	r.Attrs(add)
	w.t.say("warning: %s%s", r.Message, b.Bytes())
	return nil
}

func (w *warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &warnings{w.t, append(w.attrs[:len(w.attrs):len(w.attrs)], attrs...)}
}

func (w *warnings) WithGroup(string) slog.Handler { return w }

// printable returns text with all but spaces, tabs, line ends and what has a glyph
// written as escapes: no text may steer the terminal or turn its writing around.
func printable(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	harmless := func(r rune) bool { return r == '\n' || r == '\t' || unicode.IsPrint(r) }
	if strings.IndexFunc(text, func(r rune) bool { return !harmless(r) }) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if harmless(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
