//go:build linux || darwin || freebsd || netbsd || openbsd || (windows && amd64)

package process

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

// mostLine is how long a line is logged as one record.
const mostLine = 64 << 10

// levels are those of lines that begin with a word in brackets, as many loggers write it.
var levels = map[string]slog.Level{
	"[TRACE]": slog.LevelDebug - 4, "[DEBUG]": slog.LevelDebug, "[INFO]": slog.LevelInfo,
	"[WARN]": slog.LevelWarn, "[ERROR]": slog.LevelError, "[ERR]": slog.LevelError,
}

// lines logs each line that is written to it.
type lines struct {
	to slog.Handler
	w  io.Writer // gets the same; nil: nobody does

	mu   sync.Mutex // the end may be logged while a process that was left behind writes
	rest []byte     // of the last line
}

func newLines(h slog.Handler, stream string, w io.Writer) *lines {
	return &lines{to: h.WithAttrs([]slog.Attr{slog.String("stream", stream)}), w: w}
}

// Write implements io.Writer. It never fails: see counter.
func (l *lines) Write(b []byte) (int, error) {
	if l.w != nil {
		_, _ = l.w.Write(b)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, b...)
	rest := l.rest
	for {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		if !whole && len(line) < mostLine {
			break
		}
		if len(line) > mostLine {
			line, after = rest[:mostLine], rest[mostLine:]
		}
		l.log(line)
		rest = after
	}
	l.rest = append(l.rest[:0], rest...)
	return len(b), nil
}

// end logs what comes after the last whole line.
func (l *lines) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.rest) > 0 {
		l.log(l.rest)
	}
	l.rest = nil
}

func (l *lines) log(line []byte) {
	line = bytes.TrimSuffix(line, []byte("\r"))
	word, _, _ := bytes.Cut(line, []byte(" "))
	level := levels[string(word)] // LevelInfo is 0
	ctx := context.Background()
	if l.to.Enabled(ctx, level) {
		_ = l.to.Handle(ctx, slog.NewRecord(time.Now(), level, string(line), 0))
	}
}
