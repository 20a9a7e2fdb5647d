package winplugin

import (
	"errors"
	"slices"
)

// WithPackages builds further packages into the same library: folders, or import paths. A
// relative folder is looked for in the current folder, and then in the plugin's folder. The
// packages share one runtime and their types, so a function of one takes values of another:
//
//	p, err := winplugin.Open("github.com/yuin/goldmark@v1.7.8",
//		winplugin.WithPackages("github.com/yuin/goldmark/extension"))
//	table, err := winplugin.Var[any](p, "extension.Table")
//
// The functions, variables and types of a further package are named with the package's name:
// "extension.Table", "extension.New". If two further packages have the same name, elements of
// their import paths are added until the names differ: "apps/v1.Deployment". The names of the
// plugin's own package stay as they are. [Manifest].Packages lists the further packages.
//
// All packages must belong to one module, or to modules that it requires. The module decides
// on the versions. The policy applies to each package.
func WithPackages(paths ...string) Option {
	return func(c *config) error {
		if slices.Contains(paths, "") {
			return errors.New("the name of a further package is empty; name a folder or an import path")
		}
		c.packages = append(slices.Clone(c.packages), paths...)
		return nil
	}
}
