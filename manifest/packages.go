package manifest

import "strings"

// A Package is a further package of a library of several packages. The names of its functions,
// variables, constants and types begin with the qualifier and a dot.
type Package struct {
	Name       string `json:"name"` // the package clause's name
	Qualifier  string `json:"qualifier"`
	ImportPath string `json:"import_path"`
	Doc        string `json:"doc,omitempty"`
}

// OwnName returns the name by which a host refers to a declaration of the library, "Sheet" or
// "ext.Table", for its full name. It returns "" for a name of a package that is not part of
// the library.
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
