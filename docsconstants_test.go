package winplugin_test

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
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

// The page on the command names the members of the doctor's JSON.
func TestDocumentsReport(t *testing.T) {
	var want []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[winplugin.Report]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		want = append(want, name)
	}
	_, text, found := strings.Cut(read(t, "docs/cli.md"), "as one object: ")
	if !found {
		t.Fatal("got no list of members in docs/cli.md, want one")
	}
	list, _, _ := strings.Cut(text, ". ")
	got := strings.Split(strings.ReplaceAll(list, "`", ""), ", ")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("members of the report in docs/cli.md (-want +got):\n%s", diff)
	}
}
