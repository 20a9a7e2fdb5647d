package call

import (
	"slices"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Constant returns what the manifest has on an exported constant. The error wraps
// ErrNotFound.
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
