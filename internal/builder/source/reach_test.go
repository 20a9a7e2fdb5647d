package source

import (
	"slices"
	"strings"
	"testing"
)

// The methods of other packages' types are listed as far as values of these can come,
// and what is too far is listed by its type.
func TestMethodsOfOtherPackages(t *testing.T) {
	const archive = `
-- p.go --
package p

import ("database/sql"; "go/types")

type Table struct { *sql.Rows; n int }

func Open(driver, name string) (*sql.DB, error) { return sql.Open(driver, name) }
func Query() *Table                             { return nil }
func Checked() *types.Package                   { return nil }
`
	methods := func(m *Model) (list []string) {
		for _, f := range m.Methods {
			list = append(list, f.Receiver+"."+f.Name)
		}
		return list
	}
	left := func(m *Model) (list []string) {
		for _, l := range m.LeftOut {
			list = append(list, l.Type)
		}
		return list
	}
	m, _, err := loadArchive(t, archive, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"database/sql.DB.Query", "database/sql.Rows.Scan", "database/sql.Tx.Commit", "database/sql.ColumnType.Name", "p.Table.Scan",
	} {
		if got := methods(m); !slices.ContainsFunc(got, func(name string) bool { return strings.HasSuffix(name, want) }) {
			t.Errorf("got methods %q, want %s among them", got, want)
		}
	}
	if got, want := left(m), "go/types.Type"; !slices.Contains(got, want) {
		t.Errorf("left out are %q, want %s among them", got, want)
	}
	for _, l := range m.LeftOut {
		if l.Methods == 0 || l.Reason == "" {
			t.Errorf("got %+v left out, want methods and a reason", l)
		}
	}

	include := func(cfg *Config) {
		cfg.Methods = []string{"go/types.Type", "go/types.Object"}
	}
	m, _, err = loadArchive(t, archive, "", include)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"go/types.Type.Underlying", "go/types.Object.Name"} {
		if got := methods(m); !slices.Contains(got, want) {
			t.Errorf("got methods %q, want %s, which was asked for", got, want)
		}
	}

	for name, want := range map[string]string{
		"image.Image":      "not among those that package p is built with",
		"database/sql.Not": "exports no type Not",
		"Rows":             "is not the full name of a type",
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := loadArchive(t, archive, "", func(cfg *Config) { cfg.Methods = []string{name} })
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("methods of %s: got error %v, want one that says %q", name, err, want)
			}
		})
	}
}
