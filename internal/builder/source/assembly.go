package source

import (
	"errors"
	"io/fs"
	"regexp"
	"slices"
	"strconv"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// include matches an #include of Go's assembler, which takes quoted names only.
var include = regexp.MustCompile(`(?m)^[ \t]*#[ \t]*include[ \t]*("(?:[^"\\\n]|\\.)*")`)

// assemblyIncludes returns the files that the package's assembly includes, directly or not,
// but for those that come with Go. Go's assembler takes them from anywhere, and the go command
// does not know them. With cgo a C compiler takes the assembly.
//
// Names are relative to the package's folder, wherever they are included.
func (g *goCommand) assemblyIncludes(dir string, p *listed) ([]string, error) {
	if len(p.CgoFiles) > 0 {
		return nil, nil
	}
	files := absolute(dir, p.SFiles)
	var included []string
	for i := 0; i < len(files); i++ {
		data, err := g.frozen.read(files[i])
		if err != nil {
			return nil, err
		}
		for _, match := range include.FindAllSubmatch(data, -1) {
			name, err := strconv.Unquote(string(match[1]))
			if err != nil {
				continue // the assembler refuses it
			}
			path := inFolder(dir, name)
			if _, err := fsutil.Look(path); errors.Is(err, fs.ErrNotExist) || slices.Contains(files, path) {
				continue
			}
			files = append(files, path)
			included = append(included, path)
		}
	}
	slices.Sort(included)
	return included, nil
}
