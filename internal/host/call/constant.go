package call

import (
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Constant returns the manifest's entry for an exported constant. The error of an unknown name
// wraps ErrNotFound.
func (e *Exports) Constant(name string) (*manifest.Constant, error) {
	list := e.manifest.Constants
	if i := slices.IndexFunc(list, func(c manifest.Constant) bool { return c.Name == name }); i >= 0 {
		return &list[i], nil
	}
	names := make([]string, len(list))
	for i := range list {
		names[i] = list[i].Name
	}
	return nil, missing(e.manifest, "constant", name, names)
}

// named replaces an argument that names a constant of the parameter's type by its value.
// For types of strings, text is the value itself.
func (t *target) named(param *manifest.Type, arg any) any {
	text, ok := arg.(string)
	if !ok || param.Name == "" || !param.Kind.IsScalar() {
		return arg
	}
	for i := range t.constants {
		if c := &t.constants[i]; c.Name == text && c.Type.Name == param.Name {
			if v, err := typemap.Constant(c); err == nil {
				return v
			}
		}
	}
	return arg
}
