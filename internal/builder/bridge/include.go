package bridge

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
)

// AllowedCPPFLAGS is the regular expression of the flags for the C preprocessor that
// generated files bring, for CGO_CPPFLAGS_ALLOW. The go command refuses them otherwise.
const AllowedCPPFLAGS = `^-idirafter.*$`

// searchLast makes the C compiler search the plugin's folder for headers after the
// system's folders. The go command puts it before them. Headers in folders such as sys
// and bits, which the policy does not look into, would then be compiled into the
// library. Of a folder that is named twice, compilers keep the later place:
// https://gcc.gnu.org/onlinedocs/gcc/Directory-Options.html
//
// The directive affects the plugin's package alone. The go command refuses directives
// with some characters; then the flag is for all packages, which are compiled again.
// A plugin with C of its own includes headers as it does without the bridge.
func searchLast(m *source.Model) (directive, flag string, err error) {
	const option, safe = "-idirafter", "+-.,/\\=:$@%! ~^_" // see safeString of package go/build
	hasC := len(m.CgoFiles) > 0 || slices.ContainsFunc(m.OtherFiles, func(path string) bool {
		return !strings.HasPrefix(filepath.Ext(path), ".h")
	})
	unsafe := func(r rune) bool {
		return r < 0x80 && !strings.ContainsRune(safe, r) && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}
	switch {
	case hasC:
		return "", "", nil
	case !strings.ContainsFunc(m.Dir, unsafe):
		return "#cgo CPPFLAGS: \"" + option + "${SRCDIR}\"\n", "", nil
	case !strings.Contains(m.Dir, `"`):
		return "", `"` + option + m.Dir + `"`, nil
	case !strings.Contains(m.Dir, "'"):
		return "", "'" + option + m.Dir + "'", nil
	}
	return "", "", errors.New("the path of the plugin's folder has both kinds of quotes, which the go command cannot pass to a C compiler; rename a folder")
}
