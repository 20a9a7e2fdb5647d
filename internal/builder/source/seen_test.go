package source

import (
	"path/filepath"
	"slices"
	"testing"
)

// What must change before a package that is wrong can be right is among its inputs.
func TestSeenInputsOfWrongPackages(t *testing.T) {
	const module = "-- go.mod --\nmodule example.com/m\ngo 1.22\n"
	for _, test := range []struct {
		name, archive string
		want          string // among files, folders and what is absent
	}{
		{"syntax error", module + "-- a.go --\npackage m\nfunc F( {}\n", "a.go"},
		{"type error", module + "-- a.go --\npackage m\nfunc F() int { return x }\n", "a.go"},
		{"error in an imported package", module + "-- a.go --\npackage m\nimport \"example.com/m/sub\"\nfunc F(sub.T) {}\n-- sub/s.go --\npackage sub\ntype T x\n", "sub/s.go"},
		{"syntax error in both", module + "-- a.go --\npackage m\nimport \"example.com/m/sub\"\nfunc F( {}\n-- sub/s.go --\npackage sub\ntype T (\n", "sub/s.go"},
		{"imported package is missing", module + "-- a.go --\npackage m\nimport \"example.com/m/sub\"\nfunc F(sub.T) {}\n", "sub"},
		{"imported package has no files", module + "-- a.go --\npackage m\nimport \"example.com/m/sub\"\nfunc F(sub.T) {}\n-- sub/readme.txt --\n", "sub"},
		{"embedded file is missing", module + "-- a.go --\npackage m\nimport _ \"embed\"\n//go:embed text/*.txt\nvar S string\nfunc F() {}\n-- text/readme.md --\n", "text"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := write(t, test.archive)
			var got []string
			cfg := config(t, dir)
			cfg.Seen = func(m *Model) {
				got = slices.Concat(m.Inputs.Files, m.Inputs.Dirs, m.Inputs.Absent)
			}
			_, err := Load(t.Context(), cfg)
			if err == nil {
				t.Fatal("error is nil, want one of the package")
			}
			if want := filepath.Join(dir, filepath.FromSlash(test.want)); !slices.Contains(got, want) {
				t.Errorf("after %v: got inputs %v, want %s among them", err, got, want)
			}
		})
	}
}
