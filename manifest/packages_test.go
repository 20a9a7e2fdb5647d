package manifest

import "testing"

func TestOwnName(t *testing.T) {
	m := &Manifest{ImportPath: "x.org/paper", Packages: []Package{{Qualifier: "ext", ImportPath: "x.org/paper/ext"}}}
	for full, want := range map[string]string{
		"x.org/paper.Sheet":     "Sheet",
		"x.org/paper/ext.Table": "ext.Table",
		"x.org/other.Table":     "",
		"error":                 "",
	} {
		t.Run(full, func(t *testing.T) {
			if got := m.OwnName(full); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
