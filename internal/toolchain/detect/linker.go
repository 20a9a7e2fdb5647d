package detect

import (
	"context"
	"fmt"
	"go/version"
	"path/filepath"
	"regexp"
	"strconv"
)

// linker returns the text of the version of a compiler's linker, or "" if it is unknown.
func (f *finder) linker(ctx context.Context, c candidate) string {
	out, err := f.ask(ctx, c.args, "-print-prog-name=ld")
	name := firstLine(out)
	if err != nil || name == "" {
		return ""
	}
	path, ok := f.env.searching(filepath.Dir(c.path())).program(name)
	if !ok {
		return ""
	}
	if out, err = f.ask(ctx, []string{path}, "--version"); err != nil {
		return ""
	}
	return firstLine(out)
}

// Go 1.25 writes DWARF 5, which GNU ld reads since 2.37; older ones make broken
// programs for Windows (golang.org/issue/75077, go.dev/wiki/MinimumRequirements).
// Plugins are linked without DWARF, unless the user's flags ask for it. But Go does not
// promise that this makes older linkers suitable.
var gnuLinker = regexp.MustCompile(`^GNU ld .*?(\d+)\.(\d+)[\w.+-]*$`)

func (f *finder) checkLinker(compiler, linker, goVersion string) *Problem {
	m := gnuLinker.FindStringSubmatch(linker)
	if f.GOOS != "windows" || m == nil || version.Compare(language(goVersion), "go1.25") < 0 {
		return nil
	}
	major, _ := strconv.Atoi(m[1])
	minor, _ := strconv.Atoi(m[2])
	if major > 2 || major == 2 && minor >= 37 {
		return nil
	}
	return &Problem{Trap: TrapBinutils, Path: compiler, Remedy: f.remedy(TrapBinutils, compiler),
		Message: fmt.Sprintf("links with binutils %s.%s, and %s needs 2.37 or later", m[1], m[2], goVersion)}
}
