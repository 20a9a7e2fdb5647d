package bridge

import (
	"bytes"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
)

var (
	macroName = regexp.MustCompile(`^\w+`)
	static    = regexp.MustCompile(`\b(\w+)<>`)
)

// joinAssembly puts files in assembly into one, those with the same build constraint that include
// the same, because the go command starts an assembler for each file. The functions keep the order
// that they have in files sorted by name, which is that of the linker: the bridge relies on it.
// In one file, static symbols would come after those of the package: so they become the package's.
// Macros end with the text of the file that defines them.
func joinAssembly(files map[string][]byte) {
	first := make(map[string]string) // names, by what the file begins with
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Ext(name) != ".s" {
			continue
		}
		// Expressions look at few lines: looking through all of the text takes milliseconds.
		var head, body, ends []byte
		for line := range bytes.Lines(files[name]) {
			word, rest, _ := bytes.Cut(line, []byte(" "))
			switch string(word) {
			case "//go:build", "#include":
				head = append(append(head, line...), '\n')
				continue
			case "#define":
				ends = fmt.Appendf(ends, "#undef %s\n", macroName.Find(rest))
			}
			if bytes.Contains(line, []byte("<>")) {
				line = static.ReplaceAll(line, []byte("·winplugin_static_$1"))
			}
			body = append(body, line...)
		}
		to, ok := first[string(head)]
		if ok {
			delete(files, name)
			body = append(files[to], body...)
		} else {
			to = name
			first[string(head)] = to
			body = append(head, body...)
		}
		files[to] = append(body, ends...)
	}
}
