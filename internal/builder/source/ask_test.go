package source

import (
	"fmt"
	"strings"
	"testing"
)

// Methods of interfaces beyond the limits are listed.
func TestUnasked(t *testing.T) {
	var text strings.Builder
	text.WriteString("-- go.mod --\nmodule example.com/p\n\ngo 1.22\n-- p.go --\npackage p\n\n// Do does.\nfunc Do(any) {}\n\ntype T struct{}\n\ntype Wide interface {\n")
	for i := range maxAsked + 1 {
		fmt.Fprintf(&text, "\tW%d(T)\n", i)
	}
	text.WriteString("}\n")
	for i := range maxAsks + 2 {
		fmt.Fprintf(&text, "type I%d interface{ M%[1]d(*T) }\n", i)
	}
	m, _, err := loadArchive(t, text.String(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := len(m.Asks); got != maxAsks {
		t.Errorf("got %d asks, want %d", got, maxAsks)
	}
	want := []struct {
		methods int
		advice  string
	}{{2, "WithPackages"}, {maxAsked + 1, "parameter of the interface's type"}}
	if len(m.Unasked) != len(want) {
		t.Fatalf("got %+v, want %d entries", m.Unasked, len(want))
	}
	for i, w := range want {
		if got := m.Unasked[i]; got.Package != m.ImportPath || got.Methods != w.methods || !strings.Contains(got.Reason, w.advice) {
			t.Errorf("got %+v, want %d methods and %q in the reason", got, w.methods, w.advice)
		}
	}
}
