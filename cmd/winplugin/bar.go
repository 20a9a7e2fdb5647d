package main

import (
	"fmt"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/toolchain/install"
)

// A bar is a line that is written again and again while something goes on.
type bar struct {
	what string // "" if the line has ended
	line string
}

// bar shows how far something has come: as a bar if somebody watches, else by one
// message when it begins. total is 0 while it is unknown.
func (t *terminal) bar(what string, done, total int64) {
	if t.current.what != what {
		t.endBar()
		t.current.what = what
		if !t.live || t.verbose {
			t.say("%s", what)
			t.current.what = what // which say has ended
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

// endBar ends the line of a bar, so that something else can be written.
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
