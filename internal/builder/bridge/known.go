package bridge

import (
	"github.com/RamanSharma100/go-winplugin/internal/shared"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// known reports whether values of a type cross by a surrogate, and notes that they do: a
// surrogate holds funcs.
func (g *goFile) known(t *manifest.Type) bool {
	if !g.manifest.Types.IsKnown(t) {
		return false
	}
	g.codecs.dynamic, g.codecs.any, g.codecs.known = true, true, true
	return true
}

// knows reports whether the plugin mentions a known type that a shared package registers.
func (p *planned) knows(folder string) bool {
	for name, d := range p.manifest.Types {
		if d.Known && shared.Known(name) == folder {
			return true
		}
	}
	return false
}
