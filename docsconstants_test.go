package winplugin_test

import (
	"regexp"
	"strings"
	"testing"
)

// Each constant of these types is in the table of the page that explains them.
func TestDocumentsConstants(t *testing.T) {
	for _, test := range []struct{ name, file, typ, document string }{
		{"reasons of a LoadError", "errors.go", "LoadReason", "docs/library.md"},
		{"traps", "builderrors.go", "Trap", "docs/toolchain.md"},
	} {
		t.Run(test.name, func(t *testing.T) {
			names := regexp.MustCompile(`(?m)^\t(\w+) +`+test.typ+` += "`).FindAllStringSubmatch(read(t, test.file), -1)
			if len(names) == 0 {
				t.Fatalf("got no constants of type %s in %s, want some", test.typ, test.file)
			}
			var rows strings.Builder
			for line := range strings.Lines(read(t, test.document)) {
				if cells := strings.Split(line, "|"); len(cells) > 2 {
					rows.WriteString(cells[1])
				}
			}
			for _, name := range names {
				if !strings.Contains(rows.String(), "`"+name[1]+"`") {
					t.Errorf("%s: got no row for %s, want one", test.document, name[1])
				}
			}
		})
	}
}
