package main

// The rules of what the command prints:
//
//   - Results, and nothing else, go to standard output, in one piece when they are
//     complete: a failure leaves it empty. Its form does not depend on whether it is
//     a terminal.
//   - All else goes to standard error, each message after "winplugin: ".
//   - Progress is shown for stages that take time: at once when standard error is a
//     terminal, else once a stage has lasted ten seconds. With -v the log has all stages.
//   - There are no colours and no cursor movements, except that a terminal shows a
//     download in one line, which is rewritten, and that "dev" clears it before it
//     shows new results. Only "setup" asks a question.
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
	out     io.Writer
	live    bool // standard error is a terminal
	screen  bool // so is standard output, and both can be cleared
	verbose bool

	stop func() // ends the time of --timeout

	mu      sync.Mutex  // guards what follows: a timer writes from a goroutine of its own
	err     io.Writer   // standard error
	current bar         // the line being rewritten
	waited  *time.Timer // reports a stage that lasts, where standard error is no terminal
}

func newTerminal(out, err io.Writer) *terminal {
	t := &terminal{out: out, err: err, stop: func() {}}
	if f, ok := err.(*os.File); ok {
		info, err := f.Stat()
		// The null device is a character device as well, which does not matter here.
		t.live = err == nil && info.Mode()&os.ModeCharDevice != 0
		o, ok := out.(*os.File)
		t.screen = t.live && ok && isScreen(o) && isScreen(f)
	}
	return t
}

// detach sends what a plugin prints to standard output to standard error instead.
// Standard output then has the results alone.
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

// clear clears the screen, if there is one, and writes a title.
func (t *terminal) clear(title string) {
	if !t.screen || t.verbose {
		return
	}
	t.endStage()
	t.mu.Lock()
	defer t.mu.Unlock()
	// The cursor to the first line; erase the display and what was scrolled out of it.
	fmt.Fprintf(t.err, "\x1b[H\x1b[2J\x1b[3J%s\n\n", printable(title))
}

// print writes results to standard output.
func (t *terminal) print(text string) error {
	t.endStage()
	if _, err := io.WriteString(t.out, text); err != nil {
		return fmt.Errorf("failed to write the output: %w", err)
	}
	return nil
}

// printJSON prints v as JSON. what names it in errors.
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
	t.message(format, args...)
}

// message is say for callers that hold t.mu.
func (t *terminal) message(format string, args ...any) {
	t.endBar()
	text := strings.TrimRight(fmt.Sprintf(format, args...), "\n")
	fmt.Fprintf(t.err, "winplugin: %s\n", printable(text))
}

// question writes a question to standard error, and leaves the cursor behind it.
func (t *terminal) question(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.endBar()
	fmt.Fprintf(t.err, "winplugin: %s ", printable(text))
}

// Write writes lines of the log to standard error.
func (t *terminal) Write(lines []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.endBar()
	return t.err.Write(lines)
}

// failure reports an error.
func (t *terminal) failure(err error) { t.endStage(); t.say("%s", explain(err, t.verbose)) }

// progress reports the stages of a build that take time.
func (t *terminal) progress(e winplugin.Event) {
	if e.Stage == winplugin.StageInstall {
		t.bar(e.Detail, e.Done, e.Total)
		return
	}
	t.endStage()
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
		if text = "trying the pure bridge"; e.Detail != "" {
			text = "trying the C compiler " + e.Detail
		}
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
	var timer *time.Timer
	timer = time.AfterFunc(patience, func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.waited == timer { // else the stage has ended as the timer fired
			t.message("%s", text)
		}
	})
	t.waited = timer
}

// patience is how long a stage may last before it is reported to a log.
const patience = 10 * time.Second

// endStage ends what is shown of a stage: the timer that would report it, and its bar.
func (t *terminal) endStage() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.endBar()
	if t.waited != nil {
		t.waited.Stop()
		t.waited = nil
	}
}

// logger returns the log for the library: all of it with -v, else the warnings.
func (t *terminal) logger() *slog.Logger {
	if t.verbose {
		return slog.New(slog.NewTextHandler(t, &slog.HandlerOptions{Level: slog.LevelDebug}))
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

// printable returns text with control and format characters written as escapes, except
// for tabs and line ends: no text may move the terminal's cursor or reverse its writing.
func printable(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	shown := func(r rune) bool { return r == '\n' || r == '\t' || unicode.IsPrint(r) }
	if strings.IndexFunc(text, func(r rune) bool { return !shown(r) }) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if shown(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
