package manifest

import "strings"

// A Package is a further package of a library of several. What a host can use of it has
// names that begin with the qualifier and a dot.
type Package struct {
	Name       string `json:"name"` // the package clause's name
	Qualifier  string `json:"qualifier"`
	ImportPath string `json:"import_path"`
	Doc        string `json:"doc,omitempty"`
}

// OwnName returns the name that a host uses for what a package of the library declares,
// "Sheet" or "ext.Table", from its full name. It is "" for a name of another package.
func (m *Manifest) OwnName(full string) string {
	if own, ok := strings.CutPrefix(full, m.ImportPath+"."); ok {
		return own
	}
	for _, p := range m.Packages {
		if own, ok := strings.CutPrefix(full, p.ImportPath+"."); ok {
			return p.Qualifier + "." + own
		}
	}
	return ""
}
