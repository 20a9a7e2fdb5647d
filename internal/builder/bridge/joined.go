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
	headLine  = regexp.MustCompile(`(?m)^(//go:build|#include) .*\n`) // build constraints and included files
	macroName = regexp.MustCompile(`(?m)^#define (\w+)`)
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
		text := files[name]
		head := string(bytes.Join(headLine.FindAll(text, -1), []byte("\n")))
		joined := bytes.NewBuffer(files[first[head]])
		if first[head] == "" {
			first[head] = name
			fmt.Fprintf(joined, "%s\n", head)
		} else {
			delete(files, name)
		}
		joined.Write(static.ReplaceAll(headLine.ReplaceAll(text, nil), []byte("·winplugin_static_$1")))
		for _, macro := range macroName.FindAllSubmatch(text, -1) {
			fmt.Fprintf(joined, "#undef %s\n", macro[1])
		}
		files[first[head]] = joined.Bytes()
	}
}
