package build

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
)

// position matches "path:line: message" and "path:line:column: message". The
// path must end as a source file does: URLs with a port look like positions too.
// The shortest path is taken, which still spans the colon of a drive letter.
var position = regexp.MustCompile(`^(\S.*?\.(?:go|c|h|s|S|cc|cpp|cxx|hh|hpp|hxx|m|mm|f|mod|sum|work)):(\d+)(?::(\d+))?:\s?(.*)$`)

// An outputParser turns what go build printed into positions in the user's own
// files.
type outputParser struct {
	cwd     string // where go build ran
	dir     string // the plugin's folder
	overlay string // the folder whose files appear in dir
	module  string // path of the plugin's module, and its folder, for which
	root    string // -trimpath puts that path in what the compiler's back end says
}

// parse returns the messages that have a position, sorted. The lines that follow one and are
// indented by a tab ("have (int)", "want (string)") belong to it.
func (p outputParser) parse(output string) []source.Diagnostic {
	var list []source.Diagnostic
	open := false // whether an indented line belongs to the last diagnostic
	for line := range strings.Lines(output) {
		line = strings.TrimRight(line, "\r\n")
		if open && strings.HasPrefix(line, "\t") {
			last := &list[len(list)-1]
			last.Message += "\n" + line
			continue
		}
		d, ok := p.line(line)
		if open = ok; ok {
			list = append(list, d)
		}
	}
	return source.SortDiagnostics(list)
}

func (p outputParser) line(line string) (d source.Diagnostic, ok bool) {
	line = strings.TrimPrefix(line, "go: ") // "go: go.mod:3: unknown directive"
	m := position.FindStringSubmatch(line)
	if m == nil || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "In file included from ") {
		return d, false
	}
	message := m[4]
	// C compilers print warnings too; only errors end a build.
	switch rank, rest, _ := strings.Cut(message, ": "); rank {
	case "error", "fatal error":
		message = rest
	case "warning", "note":
		return d, false
	}
	if message == "too many errors" {
		return d, false
	}
	d.File = p.file(m[1])
	d.Line, _ = strconv.Atoi(m[2])   // digits; too many of them give the largest int
	d.Column, _ = strconv.Atoi(m[3]) // "" gives 0
	d.Message = message
	return d, true
}

// file returns the path as the user knows it.
func (p outputParser) file(path string) string {
	if rest, ok := strings.CutPrefix(path, p.module+"/"); ok && p.module != "" {
		path = filepath.Join(p.root, filepath.FromSlash(rest))
	}
	path = filepath.FromSlash(path)
	if !filepath.IsAbs(path) {
		path = filepath.Join(p.cwd, path)
	}
	if rel, err := filepath.Rel(p.overlay, path); err == nil && filepath.IsLocal(rel) {
		path = filepath.Join(p.dir, rel)
	}
	return source.RelPath(p.dir, path)
}

// text returns the output with the overlay's paths replaced, for errors that
// have no position.
func (p outputParser) text(output string) string {
	return strings.TrimSpace(strings.ReplaceAll(output, p.overlay, p.dir))
}
