package winplugin

import (
	"errors"
	"slices"
)

// WithPackages builds further packages into the same library: folders, or import paths. A
// relative folder is one of the current folder, or, if there is none, one of the plugin's
// folder. The packages share one runtime and their types, so a value of one is what another
// one takes:
//
//	p, err := winplugin.Open("github.com/yuin/goldmark@v1.7.8",
//		winplugin.WithPackages("github.com/yuin/goldmark/extension"))
//	table, err := winplugin.Var[any](p, "extension.Table")
//
// What a host uses of a further package has the package's name before its own:
// "extension.Table", "extension.New". If two further packages have one name, as many
// elements of their import paths are before it as it takes: "apps/v1.Deployment". The names
// of the plugin's own package stay as they are. [Manifest].Packages lists the further ones.
//
// All packages are of one module, or of modules that it requires, whose versions it decides
// on. The policy applies to each.
func WithPackages(paths ...string) Option {
	return func(c *config) error {
		if slices.Contains(paths, "") {
			return errors.New("the name of a further package is empty; name a folder or an import path")
		}
		c.packages = append(slices.Clone(c.packages), paths...)
		return nil
	}
}
