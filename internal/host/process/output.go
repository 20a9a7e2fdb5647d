//go:build linux || darwin || freebsd || netbsd || openbsd || (windows && amd64)

package process

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync/atomic"
)

// An output counts what a process writes.
type output struct {
	log      slog.Handler // for its lines; nil: none
	logged   []*lines
	limit    int64 // in bytes; 0: none
	exceeded func(error)
	written  atomic.Int64
}

// to returns where the process writes a stream: to w and the log, or to the host's own file if both
// are nil, and to tail if that is not nil. The process writes to a file by itself.
func (o *output) to(w io.Writer, own *os.File, stream string, tail io.Writer) io.Writer {
	switch {
	case o.log != nil:
		l := newLines(o.log, stream, w)
		o.logged = append(o.logged, l)
		w = l
	case w == nil:
		w = own
	}
	if f, ok := w.(*os.File); ok && o.limit == 0 && tail == nil {
		return f
	}
	return &counter{o, w, tail}
}

// end logs what is left when the process has ended.
func (o *output) end() {
	for _, l := range o.logged {
		l.end()
	}
}

// A counter never fails: a pipe that is read no more would end the process.
type counter struct {
	of      *output
	w, tail io.Writer
}

func (c *counter) Write(b []byte) (int, error) {
	if n := c.of.written.Add(int64(len(b))); c.of.limit > 0 && n > c.of.limit {
		c.of.exceeded(fmt.Errorf("it has written more than %d bytes, which is the limit of WithLimits", c.of.limit))
		return len(b), nil
	}
	if c.tail != nil {
		_, _ = c.tail.Write(b)
	}
	_, _ = c.w.Write(b)
	return len(b), nil
}
