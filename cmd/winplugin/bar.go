package main

import (
	"fmt"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/toolchain/install"
)

// A bar is the line that shows the progress of one task, and is rewritten in place.
type bar struct {
	what string // "" if the line has ended
	line string
}

// bar shows the progress of a task: as a bar on a terminal, else by one message when the
// task begins. total is 0 while it is unknown.
func (t *terminal) bar(what string, done, total int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.current.what != what {
		t.endBar()
		t.current.what = what
		if !t.live || t.verbose {
			t.message("%s", what)
			t.current.what = what // which message has reset
		}
	}
	if !t.live || t.verbose {
		return
	}
	line := "winplugin: " + printable(what)
	if done > 0 || total > 0 {
		line += " " + gauge(done, total)
	}
	if line != t.current.line {
		fmt.Fprint(t.err, "\r"+line)
		if shorter := len(t.current.line) - len(line); shorter > 0 {
			fmt.Fprint(t.err, strings.Repeat(" ", shorter))
		}
		t.current.line = line
	}
}

// endBar ends the line of a bar, so that something else can be written. The caller holds
// t.mu.
func (t *terminal) endBar() {
	if t.current.line != "" {
		fmt.Fprintln(t.err)
	}
	t.current = bar{}
}

// gauge draws done of total.
func gauge(done, total int64) string {
	if total <= 0 {
		return install.Megabytes(done)
	}
	const width = 15
	filled := int(min(done, total) * width / total)
	return fmt.Sprintf("[%s%s] %d%% of %s", strings.Repeat("#", filled), strings.Repeat(".", width-filled), min(done, total)*100/total, install.Megabytes(total))
}
