package source

import (
	"path/filepath"
	"regexp"
	"strings"
)

// complaint is how C compilers begin what they say of a place in a file.
var complaint = regexp.MustCompile(`^(.+?):(\d+)(?::\d+)?: (?:fatal error|error|warning|note): `)

// cFiles are the extensions of files that C compilers are meant to read.
const cFiles = " .go .c .h .s .S .cc .cpp .cxx .hh .hpp .hxx .inc .inl .ipp .tcc .def .m .mm .f .F "

// withhold leaves out of a compiler's output what it quotes of files that are no source
// files: #include takes any file, and whoever checks a plugin must not see its text.
func withhold(output string) string {
	if !strings.Contains(output, "error: ") {
		return output
	}
	var b strings.Builder
	quoting := false // the lines that follow quote such a file
	for line := range strings.Lines(output) {
		m := complaint.FindStringSubmatch(line)
		switch {
		case m != nil && !strings.Contains(cFiles, " "+filepath.Ext(m[1])+" "):
			quoting = true
			b.WriteString(m[1] + ":" + m[2] + ": error: the file is no C; its text is not shown\n")
			continue
		case m != nil || !strings.HasPrefix(line, " "):
			quoting = false
		}
		if !quoting {
			b.WriteString(line)
		}
	}
	return b.String()
}
